import { ScimError } from '../../protocol/index.js'
import type { ListCursor } from '../../stores/store.js'
import type { CountedTotal } from '../counted-total.js'
import { Seal } from '../seal.js'

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
  const seal = new Seal('cursor', options.secret)
  const textOf = ({ tenant, resourceType, filter, sortBy, sortOrder }: CursorQuery['binding']) =>
    JSON.stringify([tenant ?? null, resourceType, filter, sortBy, sortOrder])

  return {
    timeout,
    async read(cursor, query) {
      const text = await seal.open(cursor, textOf(query.binding))
      if (text === undefined) throw ScimError.invalidCursor('The cursor was not given out for this query')
      // Only the service has the key, so this is what `make` has written.
      const payload = JSON.parse(text) as Payload
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
      return seal.seal(JSON.stringify(payload), textOf(binding))
    },
  }
}
