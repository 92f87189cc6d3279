import { ScimError } from '../../protocol/index.js'
import type { ListCursor } from '../../stores/store.js'
import type { CountedTotal } from '../counted-total.js'

/** The query that a cursor leads on in. */
export interface CursorQuery {
  /** What a cursor is bound to: it is refused for another query and for another tenant. */
  readonly binding: {
    readonly tenant: string | undefined
    readonly resourceType: string
    readonly filter: string | undefined
    readonly sortBy: string | undefined
    readonly sortOrder: string | undefined
  }
  /** Who asks: what others were told of the total is not repeated, since they may see more. */
  readonly actor: string | undefined
  readonly count: number
}

/** Where a page begins, and how many resources there were in all, where the caller has been told. */
export interface OpenedCursor {
  readonly position: ListCursor
  readonly counted: CountedTotal | undefined
}

/** Reads and makes cursors. */
export interface Cursors {
  /** Seconds for which a cursor is valid; undefined: without end. */
  readonly timeout: number | undefined
  /** @throws ScimError `invalidCursor`; `expiredCursor`; `invalidCount` for another count than the first page's. */
  read(cursor: string, query: CursorQuery): Promise<OpenedCursor>
  make(position: ListCursor, query: CursorQuery, counted: CountedTotal): Promise<string>
}

/** How cursors are encrypted (RFC 9865). They hold their own place, which clients can neither read nor change. */
export interface CursorOptions {
  /** The key is derived from it; the same in every process of a service. Default: a random one per process. */
  readonly secret?: string | undefined
  /** Seconds after which a cursor is refused. Default: 3600 without a secret, never with one. */
  readonly timeout?: number | undefined
}

/** The `CryptoKey` of the platform, which not every platform's types name. */
type CipherKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

const ivLength = 12

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function toBase64url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = new Uint8Array(binary.length)
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
    return bytes
  } catch {
    return undefined
  }
}

async function deriveKey(secret: string | undefined): Promise<CipherKey> {
  const bytes =
    secret === undefined ? crypto.getRandomValues(new Uint8Array(32)) : toBytes(`scimkit cursor ${secret}`)
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return crypto.subtle.importKey('raw', digest, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

/** The content of a cursor. */
interface Payload {
  readonly from: 'after' | 'before'
  readonly place: string
  readonly count: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** Cursors of earlier versions have no total. */
  readonly total?: number
  readonly countedAt?: number
  /** Who was told the total. */
  readonly actor?: string | undefined
}

function countedIn({ total, countedAt, actor }: Payload, query: CursorQuery): CountedTotal | undefined {
  if (total === undefined || countedAt === undefined || actor !== query.actor) return undefined
  return { total, countedAt }
}

/**
 * Cursors that hold everything needed to continue, so that the service keeps nothing between requests. They are
 * encrypted, since a place in a sorted list can be a person's name, and URLs end up in logs.
 *
 * @see RFC 9865
 */
export function cursors(options: CursorOptions): Cursors {
  const timeout = options.timeout ?? (options.secret === undefined ? 3600 : undefined)
  let key: Promise<CipherKey> | undefined
  const keyOf = () => {
    key ??= deriveKey(options.secret)
    return key
  }
  const algorithm = (iv: Uint8Array<ArrayBuffer>, binding: CursorQuery['binding']) => {
    const { tenant, resourceType, filter, sortBy, sortOrder } = binding
    const additionalData = toBytes(JSON.stringify([tenant ?? null, resourceType, filter, sortBy, sortOrder]))
    return { name: 'AES-GCM', iv, additionalData }
  }

  async function decrypt(cursor: string, binding: CursorQuery['binding']): Promise<Payload | undefined> {
    const bytes = fromBase64url(cursor)
    if (!bytes || bytes.length <= ivLength) return undefined
    // Outside of the try: without a key, it is not the cursor that is wrong.
    const cipherKey = await keyOf()
    try {
      const data = bytes.subarray(ivLength)
      const plain = await crypto.subtle.decrypt(
        algorithm(bytes.subarray(0, ivLength), binding),
        cipherKey,
        data,
      )
      // Only the service has the key, so this is what `make` has written.
      return JSON.parse(new TextDecoder().decode(plain)) as Payload
    } catch {
      return undefined
    }
  }

  return {
    timeout,
    async read(cursor, query) {
      const payload = await decrypt(cursor, query.binding)
      if (!payload) throw ScimError.invalidCursor('The cursor was not given out for this query')
      if (timeout !== undefined && Date.now() - payload.at > timeout * 1000) {
        throw ScimError.expiredCursor(`The cursor was valid for ${timeout} seconds; begin again`)
      }
      if (payload.count !== query.count)
        throw ScimError.invalidCount('count must be the same for every page of a query')
      const { from, place } = payload
      return { position: { from, place }, counted: countedIn(payload, query) }
    },
    async make(position, { binding, actor, count }, { total, countedAt }) {
      if (position.from === 'start') return ''
      const payload: Payload = { ...position, count, at: Date.now(), total, countedAt, actor }
      const iv = crypto.getRandomValues(new Uint8Array(ivLength))
      const data = await crypto.subtle.encrypt(
        algorithm(iv, binding),
        await keyOf(),
        toBytes(JSON.stringify(payload)),
      )
      const bytes = new Uint8Array(ivLength + data.byteLength)
      bytes.set(iv)
      bytes.set(new Uint8Array(data), ivLength)
      return toBase64url(bytes)
    },
  }
}
