import { isObject } from '../protocol/index.js'
import type { PublicKeySet } from './jwt.js'

/** Milliseconds for which keys are used without a look at whether there are others. */
const freshFor = 600_000
/** Milliseconds between two looks at whether an unknown key is there now, or the issuer again. */
const retryAfter = 30_000
/** Milliseconds between two fetches that fail, where there are no keys to go on with. */
const pause = 1_000
/** Milliseconds for which keys are used where the issuer cannot be reached. */
const usedFor = 86_400_000
/** Milliseconds that the keys may take to arrive. */
const timeout = 5_000
/** Bytes of the keys at most. */
const maxBytes = 65_536

/** The error for keys that did not arrive. `isTemporary`: it is worth asking again. */
export class KeysError extends Error {
  override readonly name = 'KeysError'

  constructor(
    url: string,
    problem: string,
    readonly isTemporary: boolean,
    cause?: unknown,
  ) {
    super(`The keys of ${url} cannot be used: ${problem}`, { cause })
  }
}

/** Where the public keys of an issuer come from. */
export interface KeySource {
  /**
   * The keys, in which the one of this name is not if the issuer has it not.
   *
   * @throws KeysError where there are none that may be used.
   */
  get(kid: string | undefined): Promise<PublicKeySet>
}

/** Keys that the host has given itself. */
export function fixedKeys(set: PublicKeySet): KeySource {
  return { get: async () => set }
}

/** Keys with when they arrived, in milliseconds. */
interface Arrived {
  readonly set: PublicKeySet
  readonly time: number
}

/** Keys of an issuer's JWKS URL, which are kept and fetched anew. */
export class RemoteKeys implements KeySource {
  private arrived: Arrived | undefined
  /** When they were last asked for. */
  private asked = Number.NEGATIVE_INFINITY
  private running: Promise<Arrived> | undefined
  /** What kept them from arriving last. */
  private failure: unknown

  constructor(
    private readonly url: string,
    private readonly report: (error: unknown) => void,
  ) {}

  async get(kid: string | undefined): Promise<PublicKeySet> {
    const { arrived } = this
    if (arrived && !this.isDue(arrived, kid)) return arrived.set
    try {
      return (await this.fetch()).set
    } catch (error) {
      if (arrived && Date.now() - arrived.time < usedFor) return arrived.set
      // What was there before will be there again.
      throw arrived && error instanceof KeysError && !error.isTemporary
        ? new KeysError(this.url, 'they have not been fetched for a day', true, error)
        : error
    }
  }

  private isDue({ set, time }: Arrived, kid: string | undefined): boolean {
    const now = Date.now()
    const isKnown = kid === undefined || set.keys.some((key) => key.kid === kid)
    if (isKnown && now - time < freshFor) return false
    return now - this.asked >= retryAfter || now - time >= usedFor
  }

  /** All who ask meanwhile wait for the same answer. */
  private fetch(): Promise<Arrived> {
    // What comes by the thousand is one question to the issuer, and one line in the host's log.
    if (!this.running && this.failure !== undefined && Date.now() - this.asked < pause)
      return Promise.reject(this.failure)
    this.asked = Date.now()
    this.running ??= fetchKeys(this.url)
      .then((set) => {
        this.failure = undefined
        this.arrived = { set, time: Date.now() }
        return this.arrived
      })
      .catch((error: unknown) => {
        this.failure = error
        this.report(error)
        throw error
      })
      .finally(() => {
        this.running = undefined
      })
    return this.running
  }
}

async function fetchKeys(url: string): Promise<PublicKeySet> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), timeout)
  try {
    const reply = await ask(url, controller.signal)
    if (reply.status !== 200) {
      await reply.body?.cancel()
      throw new KeysError(url, problemOf(reply.status), reply.status >= 500 || reply.status === 429)
    }
    return readKeys(url, await readText(url, reply))
  } catch (error) {
    if (error instanceof KeysError) throw error
    const problem = controller.signal.aborted
      ? `they took longer than ${timeout} ms`
      : 'the connection was interrupted'
    throw new KeysError(url, problem, true, error)
  } finally {
    clearTimeout(timer)
  }
}

async function ask(url: string, signal: AbortSignal): Promise<Response> {
  try {
    // Wherever a redirect leads is not in the allow-list.
    return await fetch(url, { redirect: 'manual', signal, headers: { accept: 'application/json' } })
  } catch (error) {
    if (signal.aborted) throw error
    throw new KeysError(url, 'the server cannot be reached', true, error)
  }
}

function problemOf(status: number): string {
  // Platforms that hide where a redirect leads answer 0.
  return (status >= 300 && status < 400) || status === 0
    ? 'the server redirects, which is not followed'
    : `the server answers ${status}`
}

async function readText(url: string, reply: Response): Promise<string> {
  const reader = reply.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true }
    if (done || value === undefined) return text + decoder.decode()
    size += value.byteLength
    if (size > maxBytes) {
      await reader?.cancel()
      throw new KeysError(url, `they have more than ${maxBytes} bytes`, false)
    }
    text += decoder.decode(value, { stream: true })
  }
}

function readKeys(url: string, text: string): PublicKeySet {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new KeysError(url, 'they are no JSON', false)
  }
  if (!isKeySet(json)) throw new KeysError(url, 'they are no JSON Web Key Set', false)
  return json
}

/** Whether a value is a JSON Web Key Set (RFC 7517 section 5). */
export function isKeySet(value: unknown): value is PublicKeySet {
  return (
    isObject(value) &&
    Array.isArray(value.keys) &&
    value.keys.every((key: unknown) => isObject(key) && typeof key.kty === 'string')
  )
}
