import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Finding, Scim, ScimOptions } from '../index.js'
import { createScim } from '../index.js'
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
  const scim = serviceIn(await load(options.module), options)
  let findings: readonly Finding[]
  try {
    findings = await scim.check()
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    throw new UsageError(`${options.module} cannot be checked: ${reasonOf(error)} (${reasonOf(cause)})`, {
      cause: error,
    })
  }
  await write(options.json ? `${JSON.stringify(findings, undefined, 2)}\n` : asText(findings))
  return findings.some(({ severity }) => severity === 'error') ? exitCodes.unfit : exitCodes.fit
}

async function load(module: string): Promise<Readonly<Record<string, unknown>>> {
  const path = resolve(module)
  try {
    return await import(pathToFileURL(path).href)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new UsageError(
        `${module} is TypeScript: node --import tsx node_modules/scimkit/dist/cli/main.js check ${module}`,
        { cause: error },
      )
    }
    throw new UsageError(`${module} cannot be imported: ${reasonOf(error)}`, { cause: error })
  }
}

/** The service that a module exports, or one over the stores that it exports. @throws UsageError */
function serviceIn(
  exports: Readonly<Record<string, unknown>>,
  { module, export: name }: CheckArguments,
): Pick<Scim, 'check'> {
  if (name !== undefined) {
    const value = exports[name]
    const service = isService(value) ? value : serviceOver(value)
    if (!service)
      throw new UsageError(`${module}: its export "${name}" is neither a service nor { users, groups }`)
    return service
  }
  const candidates = [exports.scim, exports.default, ...Object.values(exports)]
  const service =
    candidates.find(isService) ??
    serviceOver(exports) ??
    serviceOver(exports.default) ??
    serviceOver(exports.stores)
  if (!service) {
    throw new UsageError(
      `${module} exports no service: export what createScim returns as "scim" or by default, or the stores as "users" and "groups"; --export names another`,
    )
  }
  return service
}

function isService(value: unknown): value is Pick<Scim, 'check'> {
  return isRecord(value) && typeof value.check === 'function' && typeof value.ready === 'function'
}

/** A service over stores; it is never asked for anything else. */
function serviceOver(value: unknown): Pick<Scim, 'check'> | undefined {
  if (!isRecord(value) || !isRecord(value.users)) return undefined
  const { users, groups } = value
  // createScim says what is no store.
  const stores = { users, ...(groups !== undefined && { groups }) } as unknown as Pick<ScimOptions, 'users'>
  try {
    return createScim({ ...stores, authenticate: () => undefined })
  } catch (error) {
    throw new UsageError(reasonOf(error), { cause: error })
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
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
function write(text: string): Promise<void> {
  return new Promise((done) => process.stdout.write(text, () => done()))
}
