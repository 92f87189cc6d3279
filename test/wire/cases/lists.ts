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

/** Three users with a family name that nobody else has, and the list of them under a query. */
async function family(wire: Wire) {
  const familyName = unique('Family')
  const users = [
    { title: 'b', emails: [{ value: `${familyName}@work.example`, type: 'work' }] },
    { title: 'C', emails: [{ value: `${familyName}@home.example`, type: 'home' }], active: false },
    { nickName: 'A' },
  ]
  const created: Json[] = []
  for (const one of users) created.push(await createUser(wire, { ...one, name: { familyName } }))
  const filter = `name.familyName eq "${familyName}"`
  const list = (query: Readonly<Record<string, string>> = {}) =>
    wire.client('GET', '/Users', { query: { filter, ...query } })
  /** The numbers of those that a filter finds among the three. */
  const find = async (condition: string) => {
    const found = listed(await list({ filter: `${filter} and (${condition})` }))
    return found.map(({ id }) => created.findIndex((one) => one.id === id)).sort()
  }
  return { familyName, created, list, find }
}

/** Lists, filters and projection (RFC 7644 3.4.2 and 3.9). */
export const lists: readonly WireCase[] = [
  {
    name: 'a list says how many there are, and shows them',
    section: 'RFC 7644 3.4.2',
    async run(wire) {
      const { list, created } = await family(wire)
      const found = listed(await list(), { totalResults: 3, startIndex: 1, itemsPerPage: 3 })
      contains(
        found,
        created.map(({ id, userName }) => ({ id, userName })),
        'Resources',
      )
    },
  },
  {
    name: 'a filter that matches nothing is an empty list, not an error',
    section: 'RFC 7644 3.4.2',
    async run({ client }) {
      const query = { filter: `userName eq "${unique('nobody')}"` }
      same(listed(await client('GET', '/Users', { query }), { totalResults: 0 }), [], 'Resources')
    },
  },
  {
    name: 'each operator compares as it is defined',
    section: 'RFC 7644 3.4.2.2',
    async run(wire) {
      const { find, familyName, created } = await family(wire)
      const [first] = created
      for (const [condition, expected] of [
        ['title eq "B"', [0]],
        ['title ne "b"', [1, 2]],
        ['title co "c"', [1]],
        ['title sw "B"', [0]],
        ['title ew "c"', [1]],
        ['title pr', [0, 1]],
        ['title gt "b"', [1]],
        ['title ge "b"', [0, 1]],
        ['title lt "c"', [0]],
        ['title le "c"', [0, 1]],
        ['active eq false', [1]],
        ['not (title pr)', [2]],
        ['title eq "b" or nickName eq "a"', [0, 2]],
        ['title eq "b" or nickName eq "a" and active eq false', [0]],
        ['(title eq "b" or nickName eq "a") and active eq false', []],
        [`emails eq "${familyName}@work.example"`, [0]],
        [`emails[type eq "work"] and title pr`, [0]],
        [`emails[type eq "work" and value co "@home"]`, []],
        [`emails.type eq "home"`, [1]],
        [`id eq "${first?.id}"`, [0]],
        ['meta.resourceType eq "User"', [0, 1, 2]],
        ['meta.lastModified gt "2011-05-13T04:42:34Z"', [0, 1, 2]],
        ['TITLE EQ "b" AND Active Eq True', [0]],
        ['urn:ietf:params:scim:schemas:core:2.0:User:title sw "b"', [0]],
      ] as const)
        same(await find(condition), expected, condition)
    },
  },
  {
    name: 'a filter that is wrong is refused and finds nobody',
    section: 'RFC 7644 3.12',
    async run({ client }) {
      for (const filter of [
        'userName',
        'userName eq',
        'eq "x"',
        '(title pr',
        'title foo 1',
        'shoeSize eq 44',
        '',
      ]) {
        error(await client('GET', '/Users', { query: { filter } }), 400, 'invalidFilter')
      }
    },
  },
  {
    name: 'pages are counted from 1 and do not overlap',
    section: 'RFC 7644 3.4.2.4',
    async run(wire) {
      const { list, created } = await family(wire)
      const one = listed(await list({ startIndex: '1', count: '2' }), { totalResults: 3, startIndex: 1 })
      const two = listed(await list({ startIndex: '3', count: '2' }), { totalResults: 3, startIndex: 3 })
      same([one.length, two.length], [2, 1], 'the pages')
      same(new Set([...one, ...two].map(({ id }) => id)).size, created.length, 'how many were seen')
      same(listed(await list({ startIndex: '9' }), { totalResults: 3, startIndex: 9 }), [], 'what follows')
    },
  },
  {
    name: 'a startIndex below 1 is 1, and a count below 0 is 0',
    section: 'RFC 7644 3.4.2.4',
    async run(wire) {
      const { list } = await family(wire)
      listed(await list({ startIndex: '-5' }), { startIndex: 1, itemsPerPage: 3 })
      for (const count of ['0', '-1']) {
        listed(await list({ count }), { totalResults: 3, itemsPerPage: 0 })
      }
    },
  },
  {
    name: 'attributes are what is shown, besides what always is',
    section: 'RFC 7644 3.9',
    async run(wire) {
      const { list, created } = await family(wire)
      const shown = { id: /./, schemas: [/User$/], userName: /./, name: undefined, meta: undefined }
      for (const one of listed(await list({ attributes: 'userName' }))) contains(one, shown)
      const path = `/Users/${created[0]?.id}`
      const query = { attributes: 'emails.value,name' }
      contains(body(await wire.client('GET', path, { query }), 200), {
        emails: [{ value: /@/, type: undefined }],
        name: { familyName: /./ },
        userName: undefined,
      })
    },
  },
  {
    name: 'excludedAttributes are not shown, unless they always are',
    section: 'RFC 7644 3.9',
    async run(wire) {
      const { list } = await family(wire)
      const shown = { id: /./, schemas: [/User$/], name: undefined, emails: undefined, userName: /./ }
      for (const one of listed(await list({ excludedAttributes: 'name,emails,id' }))) contains(one, shown)
    },
  },
  {
    name: 'a password is neither shown nor looked for',
    section: 'RFC 7643 4.1.1',
    async run(wire) {
      const { id } = await createUser(wire, { password: 't1meMa$heen' })
      const query = { attributes: 'password' }
      contains(body(await wire.client('GET', `/Users/${id}`, { query }), 200), { password: undefined })
      const filter = 'password eq "t1meMa$heen"'
      error(await wire.client('GET', '/Users', { query: { filter } }), 400, 'invalidFilter')
    },
  },
  {
    name: 'a list is sorted in either direction, without regard to case, what has no value last',
    section: 'RFC 7644 3.4.2.3',
    needs: ['sort'],
    async run(wire) {
      const { list } = await family(wire)
      const titles = async (query: Readonly<Record<string, string>>) =>
        listed(await list(query)).map(({ title }) => title ?? null)
      same(await titles({ sortBy: 'title' }), ['b', 'C', null], 'ascending')
      const descending = { sortBy: 'TITLE', sortOrder: 'descending' }
      same(await titles(descending), [null, 'C', 'b'], 'descending')
      error(await list({ sortBy: 'shoeSize' }), 400, 'invalidPath')
    },
  },
  {
    name: 'what has several values is sorted by the primary one, or else the first',
    section: 'RFC 7644 3.4.2.3',
    needs: ['sort'],
    async run(wire) {
      const familyName = unique('Sorted')
      const make = (title: string, emails: readonly Json[]) =>
        createUser(wire, { title, emails, name: { familyName } })
      await make('second', [{ value: 'b@example.com' }, { value: 'a@example.com' }])
      await make('third', [{ value: 'a@example.com' }, { value: 'c@example.com', primary: true }])
      await make('first', [{ value: 'a2@example.com' }, { value: 'z@example.com' }])
      for (const sortBy of ['emails', 'emails.value']) {
        const query = { filter: `name.familyName eq "${familyName}"`, sortBy }
        const found = listed(await wire.client('GET', '/Users', { query }))
        same(
          found.map(({ title }) => title),
          ['first', 'second', 'third'],
          sortBy,
        )
      }
    },
  },
  {
    name: 'values that have a case are sorted by it',
    section: 'RFC 7643 2.2',
    needs: ['sort'],
    async run(wire) {
      const familyName = unique('Exact')
      for (const externalId of ['b', 'A', 'a', 'B'])
        await createUser(wire, { externalId, name: { familyName } })
      const query = { filter: `name.familyName eq "${familyName}"`, sortBy: 'externalId' }
      const found = listed(await wire.client('GET', '/Users', { query }))
      same(
        found.map(({ externalId }) => externalId),
        ['A', 'B', 'a', 'b'],
        'the order',
      )
    },
  },
]
