import type { Finding } from '../index.js'
import { readArguments } from './arguments.js'
import { exitCodes } from './exit-codes.js'
import { loadService } from './load-service.js'
import { printText } from './print.js'
import { reasonOf } from './reason.js'
import { UsageError } from './usage-error.js'

/** What `scimkit check` was told. */
export interface CheckArguments {
  readonly module: string
  /** The name of what to check among the module's exports. */
  readonly export: string | undefined
  readonly json: boolean
}

export const checkHelp = `scimkit check MODULE [options]

Compares the tables of a service with its mapping and prints what will not work, with
what mends it. MODULE exports the service as "scim" or by default, or its stores as
"users" and "groups", and does not listen.

  --export NAME     the name of the export (default: the first that is a service)
  --json            the findings as JSON

It exits with 0 without errors, 1 with errors, 2 where it could not tell.

Example:
  scimkit check ./scim.js
`

/**
 * Reads the arguments after `check`.
 *
 * @throws UsageError
 */
export function readCheckArguments(args: readonly string[]): CheckArguments {
  const { values, positionals } = readArguments('check', args, argumentOptions)
  const [module, ...others] = positionals
  if (module === undefined || others.length > 0) {
    throw new UsageError('name one module that exports the service: scimkit check ./scim.js')
  }
  return { module, export: values.export, json: values.json ?? false }
}

const argumentOptions = { export: { type: 'string' }, json: { type: 'boolean' } } as const

/**
 * Checks the service of a module, and prints what is found.
 *
 * @returns the exit code.
 * @throws UsageError where the module or its database cannot be asked.
 */
export async function check(options: CheckArguments): Promise<number> {
  const scim = await loadService('check', options)
  let findings: readonly Finding[]
  try {
    findings = await scim.check()
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    throw new UsageError(`${options.module} cannot be checked: ${reasonOf(error)} (${reasonOf(cause)})`, {
      cause: error,
    })
  }
  await printText(options.json ? `${JSON.stringify(findings, undefined, 2)}\n` : asText(findings))
  return findings.some(({ severity }) => severity === 'error') ? exitCodes.no : exitCodes.done
}

function asText(findings: readonly Finding[]): string {
  const parts = findings.map(
    ({ code, severity, where, message, why, fix }) =>
      `${severity} ${code}\n  ${where}: ${message}\n  why: ${why}\n  fix: ${fix}\n`,
  )
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const sum = `${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}\n`
  return [...parts, sum].join('\n')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
