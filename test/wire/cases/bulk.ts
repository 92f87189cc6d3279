import {
  body,
  contains,
  createUser,
  error,
  type Json,
  listed,
  read,
  same,
  unique,
  urn,
  type Wire,
  type WireCase,
} from '../case.js'

const send = ({ client }: Wire, operations: readonly Json[], more: Json = {}) =>
  client('POST', '/Bulk', { body: { schemas: [urn.bulk], ...more, Operations: operations } })

async function outcomes(wire: Wire, operations: readonly Json[], more?: Json): Promise<readonly Json[]> {
  const reply = body(await send(wire, operations, more), 200, { schemas: [urn.bulkResponse] })
  return reply.Operations as readonly Json[]
}

const post = (bulkId: string, data: Json = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { schemas: [urn.user], userName: unique('bulk'), ...data },
})

function idIn(outcome: Json | undefined): string {
  return String(outcome?.location).split('/').at(-1) ?? ''
}

/** Bulk requests and searches by POST (RFC 7644 3.7 and 3.4.3). */
export const bulk: readonly WireCase[] = [
  {
    name: 'each operation has its own outcome, in any number of methods',
    section: 'RFC 7644 3.7.3',
    needs: ['bulk'],
    async run(wire) {
      const [kept, gone] = [await createUser(wire), await createUser(wire)]
      const operations = [
        post('qwerty', { title: 'new' }),
        { method: 'PUT', path: `/Users/${kept.id}`, data: { schemas: [urn.user], userName: unique('bob') } },
        {
          method: 'PATCH',
          path: `/Users/${kept.id}`,
          data: { schemas: [urn.patch], Operations: [{ op: 'add', path: 'nickName', value: 'Babs' }] },
        },
        { method: 'DELETE', path: `/Users/${gone.id}` },
        { method: 'DELETE', path: `/Users/${unique('nobody')}` },
      ]
      const [created, ...others] = await outcomes(wire, operations)
      contains(created, {
        method: 'POST',
        bulkId: 'qwerty',
        status: '201',
        location: /\/Users\/./,
        version: /./,
      })
      same(
        others.map(({ status }) => status),
        ['200', '200', '204', '404'],
        'the statuses',
      )
      contains(others.at(-1), { response: { schemas: [urn.error], status: '404' } })
      contains(await read(wire, `/Users/${idIn(created)}`), { title: 'new' })
      contains(await read(wire, `/Users/${kept.id}`), { nickName: 'Babs' })
    },
  },
  {
    name: 'a bulkId stands for the id of what is created, also before it is',
    section: 'RFC 7644 3.7.2',
    needs: ['groups', 'bulk'],
    async run(wire) {
      const group = {
        method: 'POST',
        path: '/Groups',
        bulkId: 'g',
        data: {
          schemas: [urn.group],
          displayName: unique('Tour Guides'),
          members: [{ value: 'bulkId:q1' }, { value: 'bulkId:q11' }],
        },
      }
      const made = await outcomes(wire, [group, post('q1'), post('q11')])
      same(
        made.map(({ status }) => status),
        ['201', '201', '201'],
        'the statuses',
      )
      const location = (bulkId: string) => idIn(made.find((one) => one.bulkId === bulkId))
      const { members } = await read(wire, `/Groups/${location('g')}`)
      contains(members, [{ value: location('q1') }, { value: location('q11') }])
    },
  },
  {
    name: 'after failOnErrors errors nothing more is done',
    section: 'RFC 7644 3.7.3',
    needs: ['bulk'],
    async run(wire) {
      const { userName } = await createUser(wire)
      const late = post('late')
      const done = await outcomes(wire, [post('a', { userName }), post('b', { userName }), late], {
        failOnErrors: 2,
      })
      same(
        done.map(({ status }) => status),
        ['409', '409'],
        'the statuses',
      )
      const query = { filter: `userName eq "${late.data.userName}"` }
      listed(await wire.client('GET', '/Users', { query }), { totalResults: 0 })
    },
  },
  {
    name: 'a bulk request that is none is refused',
    section: 'RFC 7644 3.7',
    needs: ['bulk'],
    async run(wire) {
      error(await wire.client('POST', '/Bulk', { body: { schemas: [urn.bulk] } }), 400, 'invalidSyntax')
      error(await wire.client('GET', '/Bulk'), 405)
    },
  },
  {
    name: 'a bulk request of too many operations is 413',
    section: 'RFC 7644 3.7.4',
    needs: ['bulk'],
    async run(wire) {
      const config = body(await wire.client('GET', '/ServiceProviderConfig'), 200)
      const { maxOperations } = config.bulk as { readonly maxOperations: number }
      const one = { method: 'DELETE', path: '/Users/nobody' }
      error(
        await send(
          wire,
          Array.from({ length: maxOperations + 1 }, () => one),
        ),
        413,
      )
    },
  },
  {
    name: 'a search is a list whose query is in the body',
    section: 'RFC 7644 3.4.3',
    needs: ['search'],
    async run(wire) {
      const familyName = unique('Smith')
      for (let made = 0; made < 3; made++) await createUser(wire, { name: { familyName }, title: 'x' })
      const query = {
        schemas: [urn.search],
        attributes: ['userName'],
        filter: `name.familyName eq "${familyName}"`,
        startIndex: 1,
        count: 2,
      }
      const expected = { totalResults: 3, startIndex: 1, itemsPerPage: 2 }
      const found = listed(await wire.client('POST', '/Users/.search', { body: query }), expected)
      for (const one of found) contains(one, { userName: /./, title: undefined })
    },
  },
  {
    name: 'a search at the root looks at every resource type',
    section: 'RFC 7644 3.4.2.1',
    needs: ['groups', 'search'],
    async run(wire) {
      const displayName = unique('Both')
      await createUser(wire, { displayName })
      const group = { schemas: [urn.group], displayName }
      body(await wire.client('POST', '/Groups', { body: group }), 201)
      const filter = `displayName eq "${displayName}"`
      const all = { schemas: [urn.search], filter }
      const found = listed(await wire.client('POST', '/.search', { body: all }), { totalResults: 2 })
      contains(found, [{ meta: { resourceType: 'User' } }, { meta: { resourceType: 'Group' } }])
      const one = { ...all, filter: `${filter} and meta.resourceType eq "Group"` }
      listed(await wire.client('POST', '/.search', { body: one }), { totalResults: 1 })
    },
  },
]
