import { resourcesIn } from '../expect.js'
import { isJsonObject, type JsonObject } from '../json.js'
import type { Made, Wire } from '../wire.js'

type Query = Readonly<Record<string, string>>

/** Users that one filter finds and nobody else. */
export interface Family {
  readonly users: readonly Made[]
  readonly filter: string
  list(query?: Query): ReturnType<Wire['get']>
  /** The numbers of the users that a condition finds among them; undefined where the server refuses the filter. */
  find(condition: string): Promise<readonly number[] | undefined>
}

/**
 * Creates users, and finds a filter for them that the server takes. Which one it is does not matter to the cases: that
 * it finds the right users is a case of its own.
 */
export async function family(wire: Wire, attributes: readonly JsonObject[]): Promise<Family> {
  const start = wire.mark('family')
  const users: Made[] = []
  for (const [index, one] of attributes.entries())
    users.push(await wire.createUser({ ...one, userName: `${start}-${index}@example.com` }))
  const names = users.map(({ userName }) => `userName eq ${JSON.stringify(userName)}`)
  const candidates = [`userName sw ${JSON.stringify(`${start}-`)}`, names.join(' or ')]
  for (const filter of candidates) {
    const reply = await wire.get('/Users', { filter })
    if (reply.status !== 200) continue
    const list = (query: Query = {}) => wire.get('/Users', { filter, ...query })
    const find = async (condition: string) => {
      const found = await list({ filter: `(${filter}) and (${condition})` })
      if (found.status === 400 || found.status === 501) return undefined
      return resourcesIn(found)
        .map((one) => users.findIndex(({ id }) => id === one.id))
        .sort()
    }
    return { users, filter, list, find }
  }
  return wire.skip('the server takes neither "sw" nor "or" in a filter')
}

/** The number in a list; undefined where there is none. */
export function numberIn(json: unknown, name: string): number | undefined {
  const value = isJsonObject(json) ? json[name] : undefined
  return typeof value === 'number' ? value : undefined
}

/**
 * Tries again while others write: between the count and the page of a list somebody may come or go.
 *
 * @throws what the last of three attempts has thrown.
 */
export async function whileOthersWrite(attempt: () => Promise<void>): Promise<void> {
  for (let left = 2; ; left -= 1) {
    try {
      return await attempt()
    } catch (error) {
      if (left === 0) throw error
    }
  }
}
