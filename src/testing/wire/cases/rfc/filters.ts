import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import { expectError, expectSame, expectStatus, expectThat, resourcesIn, wholeListIn } from '../../expect.js'
import { isJsonObject } from '../../json.js'
import { filterBy, textAttributes } from '../attributes.js'
import { family } from '../family.js'

/** Filters (RFC 7644 3.4.2.2). */
export const filters = casesOf(
  'rfc',
  [
    {
      id: 'filter-user-name',
      name: 'a user is found by userName, alone',
      source: 'RFC 7644 3.4.2.2',
      async run(wire) {
        const { id, userName } = await wire.createUser()
        await wire.createUser()
        const reply = await wire.get('/Users', filterBy('userName', userName))
        const found = wholeListIn(reply, { totalResults: 1 })
        expectSame(
          found.map((one) => one.id),
          [id],
          'who is found',
          reply,
        )
      },
    },
    {
      id: 'filter-user-name-case',
      name: 'a user is found by userName in other letters',
      source: 'RFC 7643 4.1.1 (caseExact false)',
      async run(wire) {
        const { id, userName } = await wire.createUser()
        const reply = await wire.get('/Users', filterBy('userName', String(userName).toUpperCase()))
        expectSame(
          resourcesIn(reply).map((one) => one.id),
          [id],
          'who is found',
          reply,
        )
      },
    },
    {
      id: 'filter-nobody',
      name: 'a filter that matches nobody is an empty list and no error',
      source: 'RFC 7644 3.4.2',
      readsOnly: true,
      async run(wire) {
        const reply = await wire.get('/Users', filterBy('userName', `${wire.mark('nobody')}@example.com`))
        expectSame(wholeListIn(reply, { totalResults: 0 }).length, 0, 'how many are found', reply)
      },
    },
    {
      id: 'filter-wrong',
      name: 'a filter that does not parse is refused and finds nobody',
      source: 'RFC 7644 3.4.2.2 and 3.12',
      readsOnly: true,
      async run(wire) {
        for (const filter of [
          'userName',
          'userName eq',
          'eq "x"',
          '(userName pr',
          'userName foo "x"',
          '"x"',
        ]) {
          const reply = expectStatus(await wire.get('/Users', { filter, count: '1' }), 400)
          const { scimType = 'invalidFilter' } = isJsonObject(reply.json) ? reply.json : {}
          expectSame(scimType, 'invalidFilter', 'scimType, which may be left out,', reply)
        }
      },
    },
    {
      id: 'filter-unknown',
      name: 'a filter on an attribute that no schema has does not find everybody',
      source: 'RFC 7644 3.4.2.2',
      async run(wire) {
        await wire.createUser()
        const reply = await wire.get('/Users', { filter: 'scimkitVerifyNoSuch eq "x"', count: '1' })
        if (reply.status === 400) return
        expectSame(resourcesIn(reply).length, 0, 'how many are found', reply)
      },
    },
    {
      id: 'filter-wrong-type',
      name: 'the error for a filter that does not parse is invalidFilter',
      source: 'RFC 7644 3.12, table 9',
      level: 'optional',
      readsOnly: true,
      async run(wire) {
        expectError(await wire.get('/Users', { filter: 'userName eq', count: '1' }), 400, 'invalidFilter')
      },
    },
    {
      id: 'filter-escapes',
      name: 'quotes, backslashes, brackets and blanks in a text are compared as they are',
      source: 'RFC 7644 3.4.2.2, RFC 8259 7',
      async run(wire) {
        const [name] = textAttributes(wire, 1)
        const text = `${wire.mark('escape')} "a" \\ (b) [c eq 1] and or é`
        const { id } = await wire.createUser({ [name]: text })
        await wire.createUser({ [name]: text.replaceAll('"', '') })
        const reply = await wire.get('/Users', filterBy(name, text))
        if (reply.status === 400 && (await wire.get('/Users', filterBy(name, 'x'))).status === 400)
          return wire.skip(`the server has no filters on ${name}`)
        expectSame(
          resourcesIn(reply).map((one) => one.id),
          [id],
          'who is found',
          reply,
        )
      },
    },
    {
      id: 'filter-external-id',
      name: 'a user is found by externalId',
      source: 'RFC 7643 3.1',
      attributes: ['externalId'],
      async run(wire) {
        const externalId = wire.mark('external')
        const { id } = await wire.createUser({ externalId })
        const reply = await wire.get('/Users', filterBy('externalId', externalId))
        if (reply.status === 400) return wire.skip('the server has no filters on externalId')
        expectSame(
          resourcesIn(reply).map((one) => one.id),
          [id],
          'who is found',
          reply,
        )
      },
    },
    {
      id: 'filter-external-id-case',
      name: 'a user is not found by an externalId in other letters',
      source: 'RFC 7643 3.1 (caseExact true)',
      attributes: ['externalId'],
      async run(wire) {
        const externalId = wire.mark('External')
        await wire.createUser({ externalId })
        const isLoose = wire.target.attribute(urns.user, 'externalId')?.caseExact === false
        const reply = await wire.get('/Users', filterBy('externalId', externalId.toUpperCase()))
        if (isLoose || reply.status === 400)
          return wire.skip('the server has no filters on externalId, or says that letter case does not count')
        expectSame(resourcesIn(reply).length, 0, 'how many are found', reply)
      },
    },
    {
      id: 'filter-password',
      name: 'nobody is found by a password',
      source: 'RFC 7643 4.1.1 and 7 (returned never)',
      needs: ['password'],
      async run(wire) {
        const password = 'Corr3ct-horse!-battery'
        await wire.createUser({ password })
        const reply = await wire.get('/Users', filterBy('password', password))
        if (reply.status === 400 || reply.status === 403) return
        expectSame(resourcesIn(reply).length, 0, 'how many are found', reply)
      },
    },
    {
      id: 'filter-id',
      name: 'a user is found by id',
      source: 'RFC 7643 3.1',
      async run(wire) {
        const { id } = await wire.createUser()
        await wire.createUser()
        const reply = await wire.get('/Users', filterBy('id', id))
        if (reply.status === 400) return wire.skip('the server has no filters on id')
        expectSame(
          resourcesIn(reply).map((one) => one.id),
          [id],
          'who is found',
          reply,
        )
      },
    },
    {
      id: 'filter-groups',
      name: 'a group is found by displayName',
      source: 'RFC 7644 3.4.2.2',
      needs: ['groups'],
      async run(wire) {
        const { id, displayName } = await wire.createGroup()
        await wire.createGroup()
        const reply = await wire.get('/Groups', filterBy('displayName', displayName))
        expectSame(
          wholeListIn(reply, { totalResults: 1 }).map((one) => one.id),
          [id],
          'which is found',
          reply,
        )
      },
    },
    {
      id: 'filter-total',
      name: 'totalResults counts what the filter matches, not all and not the page',
      source: 'RFC 7644 3.4.2',
      async run(wire) {
        const { list } = await family(wire, [{}, {}, {}])
        const reply = await list({ count: '1' })
        wholeListIn(reply, { totalResults: 3, itemsPerPage: 1 })
      },
    },
    {
      id: 'filter-twice',
      name: 'a page under a filter holds only what matches',
      source: 'RFC 7644 3.4.2.2',
      async run(wire) {
        const { userName } = await wire.createUser()
        const reply = await wire.get('/Users', {
          ...filterBy('userName', userName),
          startIndex: '1',
          count: '100',
        })
        const found = resourcesIn(reply).filter((one) => one.userName !== userName)
        expectThat(found.length === 0, `${found.length} others are found`, 'the user alone', reply)
      },
    },
  ],
  ['filter'],
)
