import { casesOf } from '../../case.js'
import { expectError, expectSame, expectThat, expectToHave, objectIn, resourcesIn } from '../../expect.js'
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
  ],
  ['cursor', 'filter'],
)
