import { assertKnownOptions, type OptionNames } from '../../protocol/index.js'
import type { WireCase, WireProfile } from './case.js'
import { wireCases } from './cases/index.js'
import type { WireExchange } from './exchange.js'
import { type CaseResult, VerifyRun } from './run.js'
import type { WireOptions } from './session.js'

/** What {@link wireSuite} is told. */
export interface WireSuiteOptions extends WireOptions {
  /** Whose expectations are checked. Default: `rfc`. `ipsie` does not include the cases of `interop`. */
  readonly as?: WireProfile | readonly WireProfile[] | undefined
  /** Whether optional cases are among them too, which then fail like the others. Default: false. */
  readonly optional?: boolean | undefined
}

/** What a test runner gives to a test: vitest and node:test give a function that marks it as skipped. */
export interface WireTestContext {
  skip?(reason?: string): unknown
}

/** A case for any test runner. */
export interface WireTest {
  readonly name: string
  /** Where it is written what the case expects. */
  readonly why: string
  /**
   * Resolves when the server behaves as expected, or does not claim what the case is about.
   *
   * @throws Error saying what it did instead, with the request and the reply.
   */
  run(context?: WireTestContext): Promise<void>
}

const known: OptionNames<WireSuiteOptions> = {
  baseUrl: true,
  token: true,
  fetch: true,
  timeoutMs: true,
  signal: true,
  as: true,
  optional: true,
}

/**
 * The cases that a SCIM 2.0 server has to pass, for any test runner. They ask the server over HTTP and know nothing
 * else of it; what it does not claim in its discovery documents is skipped. Each case removes what it has made, and
 * never changes anything else.
 *
 * @throws TypeError for an option that there is not.
 *
 * @example
 * ```ts
 * for (const { name, run } of wireSuite({ baseUrl: 'http://localhost:4004/scim/v2', token: 'secret' })) test(name, run)
 * ```
 *
 * @see RFC 7643, RFC 7644 and RFC 9865
 */
export function wireSuite(options: WireSuiteOptions): readonly WireTest[] {
  assertKnownOptions('wireSuite', options, known)
  const { as = 'rfc', optional = false, baseUrl, ...others } = options
  if (typeof baseUrl !== 'string' || !/^https?:\/\//.test(baseUrl))
    throw new TypeError(
      'wireSuite: baseUrl must be an http or https URL, such as https://app.example.com/scim/v2',
    )
  if (typeof others.token !== 'string') throw new TypeError('wireSuite: token must be a text')
  const profiles = [as].flat()
  for (const profile of profiles)
    if (!Object.hasOwn(wireCases, profile))
      throw new TypeError(`wireSuite: as must be one of ${Object.keys(wireCases).join(', ')}`)
  let started: Promise<VerifyRun> | undefined
  const start = () => {
    started ??= VerifyRun.start({
      ...others,
      baseUrl: baseUrl.endsWith('/') ? baseUrl.slice(0, -1) : baseUrl,
    })
    return started
  }
  return profiles
    .flatMap((profile) => wireCases[profile])
    .filter(({ level }) => optional || level === 'required')
    .map((one) => testOf(one, start))
}

function testOf(one: WireCase, start: () => Promise<VerifyRun>): WireTest {
  return {
    name: `${one.id}: ${one.name}`,
    why: one.source,
    // Without parameters of its own: Jest would take one for a callback to call at the end.
    async run(...[context]) {
      const run = await start()
      const result = await run.run(one)
      if (result.outcome === 'failed') throw new Error(describeFailure(result))
      // vitest's throws, to end the test.
      if (result.outcome === 'skipped') context?.skip?.(result.message)
    },
  }
}

/** A failed case in a few lines: what was expected and where that is written, what came instead, and the exchange. */
export function describeFailure(result: CaseResult): string {
  const { message, expected, source, contradiction, exchanges, wrong } = result
  const exchange = wrong === undefined ? undefined : exchanges[wrong]
  return [
    message,
    `expected: ${expected}`,
    `source: ${source}`,
    ...(contradiction === undefined ? [] : [`note: ${contradiction}`]),
    ...(exchange ? describeExchange(exchange) : []),
  ].join('\n')
}

/** A request and its reply, as lines. */
export function describeExchange(exchange: WireExchange): readonly string[] {
  const { method, url, requestBody, status, text } = exchange
  const replied =
    status === undefined ? 'no reply' : `${status} ${exchange.headers['content-type'] ?? ''}`.trimEnd()
  return [
    `> ${method} ${url}`,
    ...(requestBody === undefined ? [] : [`> ${shorten(requestBody)}`]),
    `< ${replied}`,
    ...(text === '' ? [] : [`< ${shorten(text)}`]),
  ]
}

const maxLine = 2000

function shorten(text: string): string {
  return text.length > maxLine ? `${text.slice(0, maxLine)}… (${text.length} characters)` : text
}
