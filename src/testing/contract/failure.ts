import { isScimError } from '../../protocol/index.js'

/** What a case found otherwise than it must be. */
export interface Shortcoming {
  /** What is wrong, in one sentence. */
  readonly problem: string
  readonly expected: string
  readonly got: string
  /** What a store's author has to change. */
  readonly fix: string
}

/**
 * What a case of {@link storeContract} throws: what is wrong, what was expected, what came instead and what to change.
 * Its message has all four, a line each; the values in it are the contract's own.
 */
export class StoreContractError extends Error {
  override readonly name = 'StoreContractError'
  readonly problem: string
  readonly expected: string
  readonly got: string
  readonly fix: string

  constructor({ problem, expected, got, fix }: Shortcoming, options?: { readonly cause?: unknown }) {
    super(`${problem}\n  expected: ${expected}\n  got:      ${got}\n  change:   ${fix}`, options)
    this.problem = problem
    this.expected = expected
    this.got = got
    this.fix = fix
  }
}

/** @throws StoreContractError always. */
export function fail(shortcoming: Shortcoming, cause?: unknown): never {
  throw new StoreContractError(shortcoming, cause === undefined ? undefined : { cause })
}

/** @throws StoreContractError where something does not hold. */
export function assertHolds(holds: boolean, shortcoming: () => Shortcoming): asserts holds {
  if (!holds) fail(shortcoming())
}

const longestShown = 400

/** A value for a message. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing (undefined)'
  if (value instanceof Map) return show(Object.fromEntries(value))
  const json = JSON.stringify(value) ?? String(value)
  return json.length > longestShown ? `${json.slice(0, longestShown)}…` : json
}

/** An exception for a message. */
export function showError(error: unknown): string {
  if (isScimError(error)) {
    const about = error.path === undefined ? '' : ` about ${error.path}`
    return `a ScimError of status ${error.status}${error.scimType ? ` ${error.scimType}` : ''}${about}`
  }
  return error instanceof Error ? `${error.name}: ${error.message}` : `something thrown: ${show(error)}`
}

/** What a call must be refused with. */
export interface Refusal {
  readonly status: number
  /** The factory that makes such an error, such as `ScimError.notFound()`. */
  readonly error: string
  /** The attribute that the error must name. */
  readonly path?: string | undefined
}

export const notFound: Refusal = { status: 404, error: 'ScimError.notFound()' }
export const versionMismatch: Refusal = { status: 412, error: 'ScimError.versionMismatch()' }
export function notUnique(path: string): Refusal {
  return { status: 409, error: `ScimError.uniqueness('${path}')`, path }
}

/** Whether an error is the refusal that it must be. */
export function isRefusedAs(error: unknown, { status, path }: Refusal): boolean {
  return isScimError(error) && error.status === status && (path === undefined || error.path === path)
}

/** @throws StoreContractError unless some work is refused as it must be. */
export async function assertRefused(
  work: Promise<unknown>,
  refusal: Refusal,
  problem: string,
  fix: string,
): Promise<void> {
  const expected = `${refusal.error}, which has the status ${refusal.status}${refusal.path === undefined ? '' : ` and the path ${refusal.path}`}`
  let result: unknown
  try {
    result = await work
  } catch (error) {
    if (isRefusedAs(error, refusal)) return
    const isScim = isScimError(error)
    fail(
      {
        problem: isScim
          ? problem
          : `${problem}: the error is not a ScimError, so that clients would get a 500`,
        expected,
        got: showError(error),
        fix: isScim ? fix : `catch that error where the store calls its database, and throw ${refusal.error}`,
      },
      error,
    )
  }
  fail({ problem: `${problem}, and was accepted`, expected, got: `the result ${show(result)}`, fix })
}
