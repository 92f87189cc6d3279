import type { Capability, Json, Wire, WireCase } from './case.js'
import { bulk } from './cases/bulk.js'
import { cursors } from './cases/cursors.js'
import { groups } from './cases/groups.js'
import { http } from './cases/http.js'
import { lists } from './cases/lists.js'
import { patches } from './cases/patch.js'
import { resources } from './cases/resources.js'

/** The protocol, request by request: RFC 7643, RFC 7644 and RFC 9865, with their own examples. */
export const wireSuite: readonly WireCase[] = [
  ...resources,
  ...lists,
  ...cursors,
  ...patches,
  ...groups,
  ...http,
  ...bulk,
]

/** What a service says that it can do, and what it is seen to do where discovery has no word for it. */
export async function capabilities({ client, stranger }: Wire): Promise<ReadonlySet<Capability>> {
  const config = (await client('GET', '/ServiceProviderConfig')).json as Json
  const supports = (name: string) => (config[name] as Json | undefined)?.supported === true
  const types = ((await client('GET', '/ResourceTypes')).json as Json).Resources as readonly Json[]
  const search = await client('POST', '/Users/.search', { body: {} })
  const can: Readonly<Record<Capability, boolean>> = {
    groups: types.some(({ id }) => id === 'Group'),
    sort: supports('sort'),
    etag: supports('etag'),
    bulk: supports('bulk'),
    cursor: (config.pagination as Json | undefined)?.cursor === true,
    search: search.status !== 501 && search.status !== 404,
    tenants: stranger !== undefined,
  }
  return new Set((Object.keys(can) as Capability[]).filter((name) => can[name]))
}
