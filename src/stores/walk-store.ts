/** Where a page of a list has ended, as a {@link WalkStore} keeps it. */
export interface StoredPosition {
  /** What it is found by: 32 characters that name nobody. */
  readonly key: string
  /** Its own, of 22 characters: one key may have several. */
  readonly id: string
  /** Encrypted; some hundred characters, and as many more as what the list is sorted by. */
  readonly text: string
  /** Whole seconds after which it must not be found any longer: 300. */
  readonly seconds: number
  /** One that is not needed any longer. */
  readonly replaces?: Pick<StoredPosition, 'key' | 'id'> | undefined
}

/**
 * Where pages by number have ended, for all processes of a service: `kyselyWalks` of `scimkit/kysely`, or one over a store
 * that they share, such as Redis. A client that goes through a list by `startIndex` is then served by key whichever of
 * them it reaches, so that nobody is missed who is there throughout. What it keeps is encrypted with `cursors.secret`.
 *
 * Asked for pages behind the first, and told of pages that another one follows: a list of one page costs nothing. What it
 * throws, and an answer that takes more than half a second, costs the page its help and no more: it is read by its number,
 * and `onError` is told when that begins.
 *
 * @example
 * const walks: WalkStore = {
 *   find: (key) => redis.hVals(`walks:${key}`),
 *   async add({ key, id, text, seconds, replaces }) {
 *     const work = redis.multi().hSet(`walks:${key}`, id, text).expire(`walks:${key}`, seconds)
 *     if (replaces) work.hDel(`walks:${replaces.key}`, replaces.id)
 *     await work.exec()
 *   },
 * }
 * const scim = createScim({ authenticate, users, cursors: { secret }, walks })
 * @see RFC 7644 section 3.4.2.4
 */
export interface WalkStore {
  /** The texts under a key, in any order; of very many, the newest. Also those which the other processes have added. */
  find(key: string): readonly string[] | Promise<readonly string[]>
  /** Keeps a position. The page is not shown before it is kept. */
  add(position: StoredPosition): unknown
}
