#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { check, exitCodes, readCheckArguments } from './check.js'
import { printGuide, readGuideArguments } from './guide.js'
import { help, readServeOptions, UsageError } from './options.js'
import { serve } from './serve.js'
import { readSqlArguments, sql } from './sql.js'
import { token } from './token.js'
import { readTokenArguments, tokenHelp } from './token-arguments.js'
import { verifyHelp } from './verify/help.js'

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** The help of commands that have one of their own. */
const helps: Readonly<Record<string, string>> = { verify: verifyHelp, token: tokenHelp }

async function main(args: readonly string[]): Promise<void> {
  const asksForHelp = args.includes('--help') || args.includes('-h')
  if (asksForHelp) return console.log(helps[args[0] ?? ''] ?? help)
  if (args.includes('--version')) return console.log(version())
  const [command, ...rest] = args
  if (command === 'check') return runCheck(rest)
  if (command === 'guide') return runGuide(rest)
  if (command === 'verify') return runVerify(rest)
  if (command === 'sql') return runSql(rest)
  if (command === 'token') return runToken(rest)
  if (command !== 'serve')
    throw new UsageError(
      'the command is "serve", "check", "guide", "verify", "sql" or "token"; see scimkit --help',
    )
  await serve(readServeOptions(rest, process.env))
}

/** Ends the process: the module that is checked may have opened what never ends by itself. */
async function runCheck(args: readonly string[]): Promise<never> {
  try {
    process.exit(await check(readCheckArguments(args)))
  } catch (error) {
    complain(error)
    process.exit(exitCodes.unknown)
  }
}

/** Ends the process, as after a check. */
async function runGuide(args: readonly string[]): Promise<never> {
  await printGuide(readGuideArguments(args))
  process.exit(0)
}

/** Ends the process: the server may keep connections open. */
async function runVerify(args: readonly string[]): Promise<never> {
  try {
    // On demand, as it brings every case with it.
    const { readVerifyOptions } = await import('./verify/options.js')
    const { verify } = await import('./verify/verify.js')
    process.exit(await verify(readVerifyOptions(args, process.env)))
  } catch (error) {
    complain(error)
    process.exit(exitCodes.unknown)
  }
}

async function runSql(args: readonly string[]): Promise<void> {
  try {
    await sql(readSqlArguments(args))
  } catch (error) {
    complain(error)
    process.exitCode = exitCodes.unknown
  }
}

async function runToken(args: readonly string[]): Promise<void> {
  try {
    process.exitCode = await token(readTokenArguments(args))
  } catch (error) {
    complain(error)
    process.exitCode = exitCodes.unknown
  }
}

function complain(error: unknown): void {
  console.error(
    `scimkit: ${error instanceof UsageError ? error.message : error instanceof Error ? error.stack : error}`,
  )
}

main(process.argv.slice(2)).catch((error: unknown) => {
  complain(error)
  process.exitCode = 1
})
