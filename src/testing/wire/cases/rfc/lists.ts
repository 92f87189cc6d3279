import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import { expectSame, expectThat, expectToHave, objectIn, resourcesIn, wholeListIn } from '../../expect.js'
import type { JsonObject } from '../../json.js'
import { filterBy, textAttribute } from '../attributes.js'
import { family, numberIn, whileOthersWrite } from '../family.js'

const five: readonly JsonObject[] = Array.from({ length: 5 }, () => ({}))

/** Lists, pages, projection, order (RFC 7644 3.4.2 and 3.9). */
export const lists = casesOf('rfc', [
  {
    id: 'list',
    name: 'a list has its schema, and counts in integers',
    source: 'RFC 7644 3.4.2',
    async run(wire) {
      await wire.createUser()
      const reply = await wire.get('/Users', { startIndex: '1', count: '2' })
      wholeListIn(reply, { startIndex: 1 })
    },
  },
  {
    id: 'list-counts',
    name: 'startIndex and itemsPerPage are there on a page',
    source: 'RFC 7644 3.4.2.4',
    async run(wire) {
      await wire.createUser()
      const reply = await wire.get('/Users', { startIndex: '1', count: '1' })
      const list = objectIn(reply)
      for (const name of ['startIndex', 'itemsPerPage']) {
        const isThere = Number.isInteger(list[name])
        expectThat(isThere, `${name} is ${JSON.stringify(list[name])}`, `${name} is an integer`, reply)
      }
    },
  },
  {
    id: 'list-all',
    name: 'a list without parameters is a list',
    source: 'RFC 7644 3.4.2',
    readsOnly: true,
    async run(wire) {
      wholeListIn(await wire.get('/Users'))
    },
  },
  {
    id: 'list-resources',
    name: 'each user in a list is as it is alone',
    source: 'RFC 7644 3.4.2',
    needs: ['filter'],
    async run(wire) {
      const { id, userName } = await wire.createUser()
      const reply = await wire.get('/Users', filterBy('userName', userName))
      const [listed] = resourcesIn(reply)
      expectSame(listed, await wire.read(`/Users/${id}`), 'the user in the list', reply)
    },
  },
  {
    id: 'list-count',
    name: 'a page has no more than count, and totalResults counts all',
    source: 'RFC 7644 3.4.2.4',
    needs: ['filter'],
    async run(wire) {
      const { list } = await family(wire, five)
      const reply = await list({ count: '2' })
      expectSame(wholeListIn(reply, { totalResults: 5 }).length, 2, 'how many are on the page', reply)
    },
  },
  {
    id: 'list-count-zero',
    name: 'a count of 0, and one below 0, shows how many there are and none of them',
    source: 'RFC 7644 3.4.2.4',
    needs: ['filter'],
    async run(wire) {
      const { list } = await family(wire, [{}, {}])
      for (const count of ['0', '-1']) {
        const reply = await list({ count })
        expectSame(
          resourcesIn(reply, { totalResults: 2 }).length,
          0,
          `how many are shown under count=${count}`,
          reply,
        )
      }
    },
  },
  {
    id: 'list-start-index',
    name: 'a startIndex below 1 is 1',
    source: 'RFC 7644 3.4.2.4',
    needs: ['filter'],
    async run(wire) {
      const { list } = await family(wire, [{}, {}])
      for (const startIndex of ['0', '-5']) {
        const reply = await list({ startIndex })
        expectSame(resourcesIn(reply, { totalResults: 2 }).length, 2, 'how many are shown', reply)
      }
    },
  },
  {
    id: 'list-pages',
    name: 'pages neither overlap nor leave anybody out',
    source: 'RFC 7644 3.4.2.4',
    needs: ['filter'],
    async run(wire) {
      const { list, users } = await family(wire, five)
      const seen: unknown[] = []
      for (const startIndex of [1, 3, 5]) {
        const reply = await list({ startIndex: String(startIndex), count: '2' })
        const page = wholeListIn(reply, { totalResults: 5, startIndex })
        expectSame(
          page.length,
          startIndex === 5 ? 1 : 2,
          `how many are on the page from ${startIndex}`,
          reply,
        )
        seen.push(...page.map(({ id }) => id))
      }
      expectSame([...seen].sort(), users.map(({ id }) => id).sort(), 'who is seen on the pages')
    },
  },
  {
    id: 'list-order',
    name: 'the same page twice is the same',
    source: 'RFC 7644 3.4.2.4',
    needs: ['filter'],
    async run(wire) {
      const { list } = await family(wire, five)
      const page = async () => resourcesIn(await list({ startIndex: '2', count: '3' })).map(({ id }) => id)
      expectSame(await page(), await page(), 'the page')
    },
  },
  {
    id: 'list-beyond',
    name: 'beyond the last there is an empty page',
    source: 'RFC 7644 3.4.2.4',
    needs: ['filter'],
    async run(wire) {
      const { list } = await family(wire, [{}])
      const reply = await list({ startIndex: '9', count: '5' })
      expectSame(resourcesIn(reply, { totalResults: 1 }).length, 0, 'how many are shown', reply)
    },
  },
  {
    id: 'list-walk',
    name: 'the pages of all users are full but for the last',
    source: 'RFC 7644 3.4.2.4',
    async run(wire) {
      for (let made = 0; made < 4; made += 1) await wire.createUser()
      await whileOthersWrite(async () => {
        let startIndex = 1
        for (let page = 1; page <= 5; page += 1) {
          const reply = await wire.get('/Users', { startIndex: String(startIndex), count: '3' })
          const users = wholeListIn(reply, { startIndex })
          const left = (numberIn(reply.json, 'totalResults') ?? 0) - startIndex + 1
          expectSame(users.length, Math.max(0, Math.min(3, left)), 'how many are on the page', reply)
          if (left <= 3) return
          startIndex += users.length
        }
      })
    },
  },
  {
    id: 'list-attributes',
    name: 'attributes shape each user of a list',
    source: 'RFC 7644 3.9',
    needs: ['filter'],
    async run(wire) {
      const name = textAttribute(wire)
      const { userName } = await wire.createUser({ [name]: 'Guide' })
      const reply = await wire.get('/Users', { ...filterBy('userName', userName), attributes: 'userName' })
      const shown = { id: /./, schemas: [urns.user], userName, [name]: undefined, meta: undefined }
      expectToHave(resourcesIn(reply)[0], shown, 'the user', reply)
    },
  },
  {
    id: 'list-excluded',
    name: 'excludedAttributes are not shown in a list, unless they always are',
    source: 'RFC 7644 3.9',
    needs: ['filter'],
    async run(wire) {
      const name = textAttribute(wire)
      const { userName, id } = await wire.createUser({ [name]: 'Guide' })
      const reply = await wire.get('/Users', {
        ...filterBy('userName', userName),
        excludedAttributes: `${name},id`,
      })
      expectToHave(resourcesIn(reply)[0], { id, userName, [name]: undefined }, 'the user', reply)
    },
  },
])
