import {
  body,
  contains,
  createUser,
  error,
  type Json,
  listed,
  same,
  unique,
  type Wire,
  type WireCase,
} from '../case.js'

type Query = Readonly<Record<string, string>>

/** Users with a family name that nobody else has, and the pages of their list. */
async function family(wire: Wire, size: number) {
  const familyName = unique('Cursor')
  const users: Json[] = []
  const create = async () => {
    const user = await createUser(wire, { name: { familyName } })
    users.push(user)
    return user
  }
  for (let made = 0; made < size; made++) await create()
  const filter = `name.familyName eq "${familyName}"`
  const page = (query: Query, client = wire.client) =>
    client('GET', '/Users', { query: { filter, ...query } })
  return { users, create, page }
}

function cursorOf(page: Json, name: 'nextCursor' | 'previousCursor'): string {
  const cursor = page[name]
  if (typeof cursor !== 'string') throw new Error(`the page has no ${name}`)
  return cursor
}

/** Paging by cursor (RFC 9865). */
export const cursors: readonly WireCase[] = [
  {
    name: 'an empty cursor begins, and cursors lead on and back',
    section: 'RFC 9865 2',
    needs: ['cursor'],
    async run(wire) {
      const { page, users } = await family(wire, 5)
      const one = body(await page({ cursor: '', count: '2' }), 200, {
        totalResults: 5,
        previousCursor: undefined,
      })
      const two = body(await page({ cursor: cursorOf(one, 'nextCursor'), count: '2' }), 200)
      const three = body(await page({ cursor: cursorOf(two, 'nextCursor'), count: '2' }), 200, {
        nextCursor: undefined,
      })
      const seen = [one, two, three].flatMap(({ Resources }) =>
        (Resources as readonly Json[]).map(({ id }) => id),
      )
      same(seen.length, 5, 'how many were seen')
      contains(
        seen,
        users.map(({ id }) => id),
        'what was seen',
      )
      const back = listed(await page({ cursor: cursorOf(two, 'previousCursor'), count: '2' }))
      same(back, one.Resources, 'the page before')
    },
  },
  {
    name: 'who stays is seen once, while others are created and deleted',
    section: 'RFC 9865 2',
    needs: ['cursor'],
    async run(wire) {
      const { page, users, create } = await family(wire, 12)
      const stay = users.filter((_, index) => index % 3 !== 0)
      const leave = users.filter((_, index) => index % 3 === 0)
      const seen: unknown[] = []
      for (let cursor: unknown = ''; typeof cursor === 'string'; ) {
        const reply = await page({ cursor, count: '3' })
        seen.push(...listed(reply).map(({ id }) => id))
        cursor = (reply.json as Json).nextCursor
        const [one] = leave.splice(seen.length % Math.max(leave.length, 1), 1)
        if (!one) continue
        await wire.client('DELETE', `/Users/${one.id}`)
        await create()
      }
      same(new Set(seen).size, seen.length, 'how many were seen once')
      contains(
        seen,
        stay.map(({ id }) => id),
        'what was seen',
      )
    },
  },
  {
    name: 'a cursor of one’s own making, or of another query, is invalidCursor',
    section: 'RFC 9865 2.1',
    needs: ['cursor'],
    async run(wire) {
      const { page } = await family(wire, 3)
      const cursor = cursorOf(body(await page({ cursor: '', count: '1' }), 200), 'nextCursor')
      error(await page({ cursor: 'b3BhcXVl', count: '1' }), 400, 'invalidCursor')
      error(await page({ cursor: cursor.slice(0, -3), count: '1' }), 400, 'invalidCursor')
      error(await page({ cursor, count: '1', filter: 'userName pr' }), 400, 'invalidCursor')
    },
  },
  {
    name: 'a cursor of another tenant is invalidCursor',
    section: 'RFC 9865 4',
    needs: ['tenants'],
    async run(wire) {
      const { page } = await family(wire, 3)
      const first = await page({ cursor: '', count: '1' })
      // Where cursors are not served there is none to give away.
      if (first.status !== 200) return
      const cursor = cursorOf(body(first, 200), 'nextCursor')
      error(await page({ cursor, count: '1' }, wire.stranger), 400, 'invalidCursor')
    },
  },
  {
    name: 'another count than the first page’s is invalidCount',
    section: 'RFC 9865 2.1',
    needs: ['cursor'],
    async run(wire) {
      const { page } = await family(wire, 3)
      const cursor = cursorOf(body(await page({ cursor: '', count: '1' }), 200), 'nextCursor')
      error(await page({ cursor, count: '2' }), 400, 'invalidCount')
    },
  },
  {
    name: 'discovery says how pages can be asked for',
    section: 'RFC 9865 3',
    needs: ['cursor'],
    async run({ client }) {
      const expected = { pagination: { cursor: true, index: true } }
      body(await client('GET', '/ServiceProviderConfig'), 200, expected)
    },
  },
]
