import { parseArgs } from 'node:util'
import type { Finding } from '../index.js'
import { loadService } from './load-service.js'
import { reasonOf } from './optional.js'
import { UsageError } from './options.js'

/** What `scimkit check` was told. */
export interface CheckArguments {
  readonly module: string
  /** The name of what to check among the module's exports. */
  readonly export: string | undefined
  readonly json: boolean
}

/** What the command exits with: without errors, with errors, and where it could not tell. */
export const exitCodes = { fit: 0, unfit: 1, unknown: 2 } as const

/**
 * Reads the arguments after `check`.
 *
 * @throws UsageError
 */
export function readCheckArguments(args: readonly string[]): CheckArguments {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch (error) {
    throw new UsageError(reasonOf(error))
  }
  const [module, ...others] = parsed.positionals
  if (module === undefined || others.length > 0) {
    throw new UsageError('name one module that exports the service: scimkit check ./scim.js')
  }
  return { module, export: parsed.values.export, json: parsed.values.json ?? false }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { export: { type: 'string' }, json: { type: 'boolean' } },
  })
}

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
  return findings.some(({ severity }) => severity === 'error') ? exitCodes.unfit : exitCodes.fit
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

/** Until the text is out: the process ends right after, whatever pools the module has opened. */
export function printText(text: string): Promise<void> {
  return new Promise((done) => process.stdout.write(text, () => done()))
}
