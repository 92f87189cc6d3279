import type { Wire, WireCase } from '../case.js'
import { body, empty, type Json, listed, unique, urn } from '../case.js'
import { newValues } from './entra-mapping.js'
import { bodyOf } from './paths.js'

// The tests of pages of Microsoft's Logic App suite: what they make, five at once, and how they walk.

const size = 5

/** A new resource that shares with the others all but its name. */
type Make = () => Json

const shared = newValues()

const makeUser: Make = () =>
  bodyOf(urn.user, { ...shared, userName: `${unique('sc')}@contoso.com`, externalId: '' })
const makeGroup: Make = () => ({
  schemas: [urn.group],
  displayName: unique('scgroup'),
  externalId: 'placeholder-extid',
})

/** Does something for each, five at a time. */
async function fiveAtOnce<T, R>(all: readonly T[], run: (one: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = []
  for (let from = 0; from < all.length; from += size) {
    done.push(...(await Promise.all(all.slice(from, from + size).map(run))))
  }
  return done
}

async function create({ client }: Wire, endpoint: string, make: Make): Promise<string> {
  return String(body(await client('POST', endpoint, { body: make() }), 201, { id: /./ }).id)
}

async function remove({ client }: Wire, path: string): Promise<void> {
  empty(await client('DELETE', path), 204)
}

/** Walks through all there is: each page begins after the one before, and all but the last hold five. */
async function walk({ client }: Wire, endpoint: string): Promise<readonly unknown[]> {
  const ids: unknown[] = []
  for (let pages = 1; ; pages += 1) {
    const startIndex = ids.length + 1
    const reply = await client('GET', `${endpoint}?startIndex=${startIndex}&count=${size}`)
    const page = listed(reply, { startIndex })
    const { totalResults } = reply.json as { readonly totalResults: number }
    ids.push(...page.map(({ id }) => id))
    if (ids.length >= totalResults) {
      if (pages < 2) throw new Error('all is on one page')
      return ids
    }
    if (page.length !== size) throw new Error(`page ${pages} of ${totalResults} holds ${page.length}`)
  }
}

function pagesOf(section: string, endpoint: string, make: Make): readonly WireCase[] {
  const createEleven = (wire: Wire) =>
    fiveAtOnce(Array.from({ length: 11 }), () => create(wire, endpoint, make))
  return [
    {
      name: `eleven ${endpoint} that share what they have are made five at once and found in pages of five`,
      section,
      async run(wire) {
        const ids = await createEleven(wire)
        const found = await walk(wire, endpoint)
        if (new Set(found).size !== found.length) throw new Error('one is on two pages')
        const lost = ids.filter((id) => !found.includes(id))
        if (lost.length > 0) throw new Error(`${lost.length} are on no page`)
        await fiveAtOnce(ids, (id) => remove(wire, `${endpoint}/${id}`))
      },
    },
    {
      name: `pages of ${endpoint} hold five while others write`,
      section,
      async run(wire) {
        const ids = await createEleven(wire)
        let walks = true
        const write = async () => {
          while (walks) await remove(wire, `${endpoint}/${await create(wire, endpoint, make)}`)
        }
        const writers = [write(), write(), write()]
        try {
          for (let times = 0; times < 10; times += 1) await walk(wire, endpoint)
        } finally {
          walks = false
          await Promise.all(writers)
        }
        await fiveAtOnce(ids, (id) => remove(wire, `${endpoint}/${id}`))
      },
    },
  ]
}

export const entraPages: readonly WireCase[] = [
  ...pagesOf('Entra workflow 23, SCIM_User_Pagination', '/Users', makeUser),
  ...pagesOf('Entra workflow 24, SCIM_Group_Pagination', '/Groups', makeGroup),
]
