import { casesOf } from '../../case.js'
import { expectError, expectSame, expectStatus, resourcesIn } from '../../expect.js'
import type { JsonObject } from '../../json.js'
import { textAttribute, textAttributes } from '../attributes.js'
import { family } from '../family.js'

const five: readonly JsonObject[] = Array.from({ length: 5 }, () => ({}))

/** The order of lists (RFC 7644 3.4.2.3). */
export const sorting = casesOf('rfc', [
  {
    id: 'sort',
    name: 'a list is sorted in either direction, without regard to letter case',
    source: 'RFC 7644 3.4.2.3',
    needs: ['sort', 'filter'],
    async run(wire) {
      const name = textAttribute(wire)
      const { list } = await family(wire, [{ [name]: 'Bob' }, { [name]: 'carl' }, { [name]: 'anna' }])
      expectSame(
        resourcesIn(await list({ sortBy: name.toUpperCase() })).map((one) => one[name]),
        ['anna', 'Bob', 'carl'],
        'the order by the name of the attribute in capitals',
      )
      for (const [sortOrder, expected] of [
        [undefined, ['anna', 'Bob', 'carl']],
        ['ascending', ['anna', 'Bob', 'carl']],
        ['descending', ['carl', 'Bob', 'anna']],
      ] as const) {
        const reply = await list({ sortBy: name, ...(sortOrder && { sortOrder }) })
        const shown = resourcesIn(reply).map((one) => one[name])
        expectSame(shown, expected, `the order, ${sortOrder ?? 'by default'}`, reply)
      }
    },
  },
  {
    id: 'sort-missing',
    name: 'what has no value is last in ascending order and first in descending',
    source: 'RFC 7644 3.4.2.3',
    needs: ['sort', 'filter'],
    async run(wire) {
      const [, name = ''] = textAttributes(wire, 2)
      const { list } = await family(wire, [{}, { [name]: 'b' }, { [name]: 'a' }])
      for (const [sortOrder, expected] of [
        ['ascending', ['a', 'b', null]],
        ['descending', [null, 'b', 'a']],
      ] as const) {
        const reply = await list({ sortBy: name, sortOrder })
        expectSame(
          resourcesIn(reply).map((one) => one[name] ?? null),
          expected,
          `the order, ${sortOrder}`,
          reply,
        )
      }
    },
  },
  {
    id: 'sort-primary',
    name: 'what has several values is sorted by the primary one, or else the first',
    source: 'RFC 7644 3.4.2.3',
    level: 'optional',
    needs: ['sort', 'filter'],
    attributes: ['emails.value', 'emails.primary'],
    async run(wire) {
      const start = wire.mark('mail')
      const at = (label: string) => `${label}-${start}@example.com`
      const { list, users } = await family(wire, [
        {
          emails: [
            { value: at('b'), type: 'work' },
            { value: at('a'), type: 'home' },
          ],
        },
        {
          emails: [
            { value: at('a3'), type: 'work' },
            { value: at('c'), type: 'home', primary: true },
          ],
        },
        {
          emails: [
            { value: at('a2'), type: 'work' },
            { value: at('z'), type: 'home' },
          ],
        },
      ])
      for (const sortBy of ['emails.value', 'emails']) {
        const reply = await list({ sortBy })
        const order = resourcesIn(reply).map(({ id }) => users.findIndex((one) => one.id === id))
        expectSame(order, [2, 0, 1], `the order by ${sortBy}`, reply)
      }
    },
  },
  {
    id: 'sort-pages',
    name: 'pages of a sorted list neither overlap nor leave anybody out',
    source: 'RFC 7644 3.4.2.3',
    needs: ['sort', 'filter'],
    async run(wire) {
      const name = textAttribute(wire)
      const { list, users } = await family(
        wire,
        five.map((_, index) => ({ [name]: index < 3 ? 'same' : `x${index}` })),
      )
      const seen: unknown[] = []
      for (const startIndex of ['1', '3', '5'])
        seen.push(...resourcesIn(await list({ sortBy: name, startIndex, count: '2' })).map(({ id }) => id))
      expectSame([...seen].sort(), users.map(({ id }) => id).sort(), 'who is seen on the pages')
    },
  },
  {
    id: 'sort-exact',
    name: 'values in which letter case counts are sorted by it',
    source: 'RFC 7644 3.4.2.3, RFC 7643 3.1 (externalId is caseExact)',
    level: 'optional',
    needs: ['sort', 'filter'],
    attributes: ['externalId'],
    async run(wire) {
      const start = wire.mark('exact')
      const ids = ['b', 'A', 'a', 'B'].map((letter) => `${start}-${letter}`)
      const { list } = await family(
        wire,
        ids.map((externalId) => ({ externalId })),
      )
      const reply = await list({ sortBy: 'externalId' })
      expectSame(
        resourcesIn(reply).map(({ externalId }) => externalId),
        [...ids].sort(),
        'the order',
        reply,
      )
    },
  },
  {
    id: 'sort-unknown',
    name: 'sortBy of an attribute that there is not is ignored or refused with invalidPath, and never breaks the server',
    source: 'RFC 7644 3.4.2.3 and 3.12',
    level: 'optional',
    needs: ['sort'],
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/Users', { sortBy: 'scimkitVerifyNoSuch', count: '1' })
      if (reply.status !== 200) expectError(reply, 400, 'invalidPath')
    },
  },
  {
    id: 'sort-unsupported',
    name: 'sortBy without sorting is ignored or refused, and never breaks the server',
    source: 'RFC 7644 3.4.2.3',
    readsOnly: true,
    async run(wire) {
      expectStatus(await wire.get('/Users', { sortBy: 'userName', count: '1' }), 200, 400, 501)
    },
  },
])
