#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { didYouMean } from '../protocol/index.js'
import { quotedWord } from './arguments.js'
import { commands, generalHelp } from './commands.js'
import { codeOfFailure } from './exit-codes.js'
import { printText } from './print.js'
import { withoutPasswords } from './reason.js'
import { UsageError } from './usage-error.js'

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** Undefined: what was asked for goes on by itself. */
async function main([name = '', ...args]: readonly string[]): Promise<number | undefined> {
  const asks = (...options: readonly string[]) => [name, ...args].some((one) => options.includes(one))
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  const asksInGeneral = name === '' || name === 'help' || name.startsWith('-')
  if (!command && !(asksInGeneral && asks('help', '--help', '-h', '--version'))) throw unknown(name)
  if (asks('--help', '-h') || name === 'help') {
    const [about = ''] = args
    const named = command ?? (Object.hasOwn(commands, about) ? commands[about] : undefined)
    return print(named?.help ?? generalHelp)
  }
  if (!command || asks('--version')) return print(`${version()}\n`)
  return command.run(args, process.env)
}

async function print(text: string): Promise<number> {
  await printText(text)
  return 0
}

function unknown(name: string): UsageError {
  const names = Object.keys(commands)
  const meant = didYouMean(name, [...names, 'help', '--help', '--version'])
  const complaint = name === '' ? 'a command is missing' : `there is no command${quotedWord(name)}${meant}`
  return new UsageError(
    `${complaint}${meant ? ' The' : '; the'} commands are ${names.join(', ')}; see scimkit --help`,
  )
}

function complain(error: unknown): void {
  const text = error instanceof Error && !(error instanceof UsageError) ? error.stack : undefined
  const message = error instanceof Error ? error.message : String(error)
  console.error(`scimkit: ${withoutPasswords(text ?? message)}`)
}

const args = process.argv.slice(2)
main(args)
  .then((code) => {
    // What a command was given may have opened what never ends by itself.
    if (code !== undefined) process.exit(code)
  })
  .catch((error: unknown) => {
    complain(error)
    process.exit(codeOfFailure(args[0] ?? ''))
  })
