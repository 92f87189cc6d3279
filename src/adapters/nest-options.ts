import type { ScimHandler } from '../http/index.js'
import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions, isObject, trimSlashes } from '../protocol/index.js'

/** What `ScimModule.forRoot` needs. */
export interface NestScimOptions {
  /**
   * Where the service is mounted, below the application's global prefix: `scim/v2`, or `tenants/:tenant/scim`.
   * It has no wildcard, since everything below is the service's.
   */
  readonly path: string
  /** What `createScim` returns. */
  readonly scim: ScimHandler
}

/** What `ScimModule.forRootAsync` needs. */
export interface NestScimAsyncOptions {
  /** As for `forRoot`. */
  readonly path: string
  /** The modules that export what is injected. */
  readonly imports?: readonly object[]
  /** The tokens of what `useFactory` is called with: classes, strings, symbols, or `{ token, optional }`. */
  readonly inject?: readonly (object | string | symbol)[]
  /** Makes the service, once for the application: returns what `createScim` returns. */
  readonly useFactory: (...dependencies: never[]) => ScimHandler | Promise<ScimHandler>
}

const optionNames = { path: true, scim: true } satisfies OptionNames<NestScimOptions>
const asyncOptionNames = {
  path: true,
  imports: true,
  inject: true,
  useFactory: true,
} satisfies OptionNames<NestScimAsyncOptions>

/** A segment of a path: a parameter, or text that URLs leave as it is. */
const segmentForm = /^(?::\w+|[\w.~@-]+)$/

/** @throws TypeError that names the option that is wrong. */
export function readOptions(options: NestScimOptions): NestScimOptions {
  assertKnownOptions('ScimModule.forRoot', options, optionNames)
  return {
    path: readPath('ScimModule.forRoot', options?.path),
    scim: assertService('ScimModule.forRoot: scim must be', options?.scim),
  }
}

/** @throws TypeError that names the option that is wrong. */
export function readAsyncOptions(options: NestScimAsyncOptions): NestScimAsyncOptions {
  assertKnownOptions('ScimModule.forRootAsync', options, asyncOptionNames)
  const path = readPath('ScimModule.forRootAsync', options?.path)
  if (typeof options.useFactory !== 'function') {
    throw new TypeError('ScimModule.forRootAsync: useFactory must be a function that returns a service')
  }
  return { ...options, path }
}

/** @throws TypeError that begins with these words. */
export function assertService(words: string, value: unknown): ScimHandler {
  if (isService(value)) return value
  throw new TypeError(`${words} what createScim returns`)
}

function isService(value: unknown): value is ScimHandler {
  return isObject(value) && typeof value.handle === 'function' && isObject(value.externalUrl)
}

function readPath(method: string, path: unknown): string {
  const trimmed = typeof path === 'string' ? trimSlashes(path) : ''
  if (trimmed === '') {
    throw new TypeError(`${method}: path must say where the service is mounted, such as "scim/v2"`)
  }
  const wrong = trimmed.split('/').find((segment) => !segmentForm.test(segment))
  if (wrong !== undefined) {
    throw new TypeError(
      `${method}: path can not have the segment "${wrong}": segments are names and parameters such as ":tenant", and everything below the path is the service's without a wildcard`,
    )
  }
  return trimmed
}
