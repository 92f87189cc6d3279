import { casesOf } from '../../case.js'
import { expectError, expectSame, expectThat, expectToHave, objectIn, resourcesIn } from '../../expect.js'
import { isJsonObject } from '../../json.js'
import { type Family, family } from '../family.js'

async function cursorAfter(list: Family['list'], query: Readonly<Record<string, string>>): Promise<string> {
  const reply = await list(query)
  const { nextCursor } = objectIn(reply)
  expectThat(typeof nextCursor === 'string', 'there is no nextCursor', 'nextCursor, a text', reply)
  return nextCursor
}

/** Paging by cursor (RFC 9865). */
export const cursorsCases = casesOf(
  'rfc',
  [
    {
      id: 'cursor',
      name: 'an empty cursor begins, and cursors lead to everybody once',
      source: 'RFC 9865 2',
      async run(wire) {
        const { list, users } = await family(wire, [{}, {}, {}, {}, {}])
        const seen: unknown[] = []
        let cursor: unknown = ''
        for (let pages = 0; typeof cursor === 'string' && pages < 6; pages += 1) {
          const reply = await list({ cursor, count: '2' })
          const page = resourcesIn(reply)
          expectThat(page.length <= 2, `${page.length} are on the page`, 'no more than count', reply)
          seen.push(...page.map(({ id }) => id))
          cursor = objectIn(reply).nextCursor
        }
        expectSame(cursor ?? null, null, 'nextCursor of the last page')
        expectSame([...seen].sort(), users.map(({ id }) => id).sort(), 'who is seen')
      },
    },
    {
      id: 'cursor-stays',
      name: 'who stays is seen once, while others are deleted',
      source: 'RFC 9865 2',
      async run(wire) {
        const { list, users } = await family(wire, [{}, {}, {}, {}, {}, {}])
        const first = await list({ cursor: '', count: '2' })
        const seen = resourcesIn(first).map(({ id }) => id)
        const gone = users.find(({ id }) => seen.includes(id))
        if (gone) await wire.send('DELETE', `/Users/${gone.id}`)
        let cursor = objectIn(first).nextCursor
        for (let pages = 0; typeof cursor === 'string' && pages < 6; pages += 1) {
          const reply = await list({ cursor, count: '2' })
          seen.push(...resourcesIn(reply).map(({ id }) => id))
          cursor = objectIn(reply).nextCursor
        }
        const left = users.map(({ id }) => id).filter((id) => id !== gone?.id)
        expectSame(new Set(seen).size, seen.length, 'how many are seen once')
        expectToHave(seen, left, 'who is seen')
      },
    },
    {
      id: 'cursor-invalid',
      name: 'a cursor of one’s own making is invalidCursor',
      source: 'RFC 9865 2.1',
      async run(wire) {
        const { list } = await family(wire, [{}, {}])
        await cursorAfter(list, { cursor: '', count: '1' })
        expectError(await list({ cursor: 'c2NpbWtpdC12ZXJpZnk', count: '1' }), 400, 'invalidCursor')
      },
    },
    {
      id: 'cursor-back',
      name: 'previousCursor leads back to the page before, and the first page has none',
      source: 'RFC 9865 2',
      async run(wire) {
        const { list } = await family(wire, [{}, {}, {}])
        const first = await list({ cursor: '', count: '1' })
        expectToHave(objectIn(first), { previousCursor: undefined }, 'the first page', first)
        const cursor = String(objectIn(first).nextCursor)
        const { previousCursor } = objectIn(await list({ cursor, count: '1' }))
        if (typeof previousCursor !== 'string') return wire.skip('the server has no previousCursor')
        const back = await list({ cursor: previousCursor, count: '1' })
        expectSame(resourcesIn(back), resourcesIn(first), 'the page before', back)
      },
    },
    {
      id: 'cursor-other-count',
      name: 'another count than that of the first page is invalidCount',
      source: 'RFC 9865 2.1',
      level: 'optional',
      async run(wire) {
        const { list } = await family(wire, [{}, {}, {}])
        const cursor = await cursorAfter(list, { cursor: '', count: '1' })
        expectError(await list({ cursor, count: '2' }), 400, 'invalidCount')
      },
    },
    {
      id: 'cursor-other-query',
      name: 'a cursor of another query, and one that is cut, are invalidCursor',
      source: 'RFC 9865 2 and 2.1',
      level: 'optional',
      async run(wire) {
        const { list } = await family(wire, [{}, {}, {}])
        const cursor = await cursorAfter(list, { cursor: '', count: '1' })
        expectError(await list({ cursor, count: '1', filter: 'userName pr' }), 400, 'invalidCursor')
        expectError(await list({ cursor: cursor.slice(0, -3), count: '1' }), 400, 'invalidCursor')
      },
    },
    {
      id: 'cursor-discovery',
      name: 'discovery says in which ways pages can be asked for',
      source: 'RFC 9865 4',
      readsOnly: true,
      async run(wire) {
        const reply = await wire.get('/ServiceProviderConfig')
        const { pagination } = objectIn(reply)
        for (const name of ['cursor', 'index']) {
          const isSaid = isJsonObject(pagination) && typeof pagination[name] === 'boolean'
          expectThat(isSaid, `pagination.${name} is no boolean`, `pagination.${name}, true or false`, reply)
        }
      },
    },
  ],
  ['cursor', 'filter'],
)
