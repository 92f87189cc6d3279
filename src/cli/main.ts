#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { help, readServeOptions, UsageError } from './options.js'
import { serve } from './serve.js'

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) return console.log(help)
  if (args.includes('--version')) return console.log(version())
  const [command, ...rest] = args
  if (command !== 'serve') throw new UsageError('the command is "serve"; see scimkit --help')
  await serve(readServeOptions(rest, process.env))
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(
    `scimkit: ${error instanceof UsageError ? error.message : error instanceof Error ? error.stack : error}`,
  )
  process.exitCode = 1
})
