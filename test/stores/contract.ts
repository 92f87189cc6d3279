import { bindFilter } from '../../src/filter/index.js'
import { isEqual, isScimError, urns } from '../../src/protocol/index.js'
import type { CompiledResourceType, Group, Projection, User } from '../../src/schema/index.js'
import {
  compileResourceType,
  findAttribute,
  fullProjection,
  groupResourceType,
  includeOnly,
  userResourceType,
} from '../../src/schema/index.js'
import type { Draft, ListQuery, ResourceStore, StoreContext } from '../../src/stores/store.js'

/** What a store is asked to show: it begins without resources of the tenants `one` and `two`. */
export interface ContractStores {
  readonly users: ResourceStore<User>
  readonly groups?: ResourceStore<Group> | undefined
}

/** One thing that every store does. */
export interface ContractCase {
  readonly name: string
  /** Whether the case has a meaning for these stores. */
  applies(stores: ContractStores): boolean
  /** @throws Error that says in plain words what was otherwise. */
  run(stores: ContractStores): Promise<void>
}

const userType = compileResourceType(userResourceType)
const groupType = compileResourceType(groupResourceType)

let requests = 0
function contextOf(resourceType: CompiledResourceType, tenant: string): StoreContext {
  requests += 1
  return { tenant, actor: 'contract', requestId: String(requests), resourceType, signal: undefined }
}

function fail(message: string): never {
  throw new Error(message)
}

function check(holds: boolean, message: string): asserts holds {
  if (!holds) fail(message)
}

function same(actual: unknown, expected: unknown, what: string): void {
  if (!isEqual(actual, expected))
    fail(`${what}: ${JSON.stringify(actual)} and not ${JSON.stringify(expected)}`)
}

async function refused(work: Promise<unknown>, status: number, what: string, path?: string): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!isScimError(error)) throw error
    same(error.status, status, `${what}: the status of the ScimError`)
    if (path !== undefined) same(error.path, path, `${what}: the attribute that the ScimError names`)
    return
  }
  fail(`${what}: must be refused with a ScimError of status ${status}`)
}

/** Everything but what the store gives. */
function draftOf<R extends User | Group>({ id: _id, meta: _meta, ...draft }: R): Draft<R> {
  return draft
}

function userNamed(userName: string, more: Partial<User> = {}): Draft<User> {
  return { schemas: [urns.user], userName, active: true, ...more }
}

/** A store with the type and the tenant filled in. */
function bind<R extends User | Group>(store: ResourceStore<R>, type: CompiledResourceType, tenant = 'one') {
  const full = fullProjection(type)
  const context = () => contextOf(type, tenant)
  const query = (filter?: string, more: Partial<ListQuery> = {}): ListQuery => ({
    filter: filter === undefined ? undefined : bindFilter(type, filter),
    sort: undefined,
    startIndex: 1,
    count: 100,
    projection: full,
    ...more,
  })
  return {
    create: (draft: Draft<R>) => store.create(draft, context()),
    get: (id: string, projection: Projection = full) => store.get(id, projection, context()),
    list: (filter?: string, more: Partial<ListQuery> = {}) => store.list(query(filter, more), context()),
    replace: (id: string, draft: Draft<R>, version: string) => store.replace(id, draft, version, context()),
    remove: (id: string, version?: string) => store.delete(id, version, context()),
    changeMembers: (
      id: string,
      change: Parameters<NonNullable<typeof store.changeMembers>>[1],
      version?: string,
    ) => store.changeMembers?.(id, change, version, context()) ?? fail('the store has no changeMembers'),
    members: async (id: string) => {
      const pages = store.members?.(id, context()) ?? fail('the store has no members')
      const found: string[] = []
      for await (const page of pages) for (const { value } of page) found.push(value)
      return found
    },
    groupsOf: (ids: readonly string[]) =>
      store.groupsOf?.(ids, context()) ?? fail('the store has no groupsOf'),
  }
}

const usersOf = ({ users }: ContractStores, tenant?: string) => bind(users, userType, tenant)
const groupsOf = ({ groups }: ContractStores, tenant?: string) =>
  bind(groups ?? fail('there is no store of groups'), groupType, tenant)

/** Ids that no resource has, one in the form of a UUID. */
const strangers = ['00000000-0000-4000-8000-000000000000', 'nobody', "'; drop table", '', '%', 'ä\u0000']

const always = () => true
const cases: ContractCase[] = []
function given(name: string, run: ContractCase['run'], applies: ContractCase['applies'] = always): void {
  cases.push({ name, applies, run })
}

given('create gives the resource an id, a version and its times', async (stores) => {
  const users = usersOf(stores)
  const draft = userNamed('first', { title: 'Boss', name: { givenName: 'Ada', familyName: 'Lovelace' } })
  const made = await users.create(draft)
  check(made.id !== '' && made.meta.version !== '', 'id and meta.version are to have a value')
  check(!Number.isNaN(Date.parse(made.meta.created)), 'meta.created must be a dateTime')
  same(
    made.meta.lastModified,
    made.meta.created,
    'meta.lastModified of a new resource is when it was created',
  )
  same(draftOf(made), draft, 'what create gives back')
  same(await users.get(made.id), made, 'what get gives is what create gave')
  const other = await users.create(userNamed('second'))
  check(other.id !== made.id, 'two resources have different ids')
})

given('get gives undefined for what is not there', async (stores) => {
  const users = usersOf(stores)
  for (const id of strangers) same(await users.get(id), undefined, `get of ${JSON.stringify(id)}`)
})

given('writes to what is not there are 404', async (stores) => {
  const users = usersOf(stores)
  for (const id of strangers) {
    await refused(users.replace(id, userNamed('x'), '1'), 404, `replace of ${JSON.stringify(id)}`)
    await refused(users.remove(id), 404, `delete of ${JSON.stringify(id)}`)
  }
})

given('texts come back as they were, whatever is in them', async (stores) => {
  const users = usersOf(stores)
  const texts = [
    "O'Malley",
    '100%',
    'a_b',
    'back\\slash',
    '"quoted"',
    '😀 Ünïcode',
    '{"a":[1]}',
    'null',
    'tab\there',
    '$1',
    '--',
  ]
  for (const [index, title] of texts.entries()) {
    const made = await users.create(userNamed(`text${index}`, { title }))
    same((await users.get(made.id))?.title, title, 'title')
    const found = await users.list(`title eq ${JSON.stringify(title)}`)
    same(
      found.resources.map(({ id }) => id),
      [made.id],
      `what title eq ${JSON.stringify(title)} finds`,
    )
  }
  for (const sought of ['%', '_', '\\', "'", '"', '$1']) {
    const expected = texts.filter((text) => text.includes(sought)).length
    same(
      (await users.list(`title co ${JSON.stringify(sought)}`)).totalResults,
      expected,
      `title co ${JSON.stringify(sought)}`,
    )
  }
  same((await users.list('title eq "a\\u0000b"')).totalResults, 0, 'title eq a text with NUL')
})

given('a unique value is there once, in any case', async (stores) => {
  const users = usersOf(stores)
  await users.create(userNamed('Barbara'))
  const other = await users.create(userNamed('other'))
  await refused(users.create(userNamed('bARBARA')), 409, 'create of a userName that is there', 'userName')
  await refused(users.replace(other.id, userNamed('BARBARA'), other.meta.version), 409, 'replace', 'userName')
  same((await users.get(other.id))?.userName, 'other', 'what was refused changed nothing')
  await users.replace(other.id, userNamed('OTHER'), other.meta.version)
})

given('of many that create the same value at once, one does', async (stores) => {
  const users = usersOf(stores)
  const all = await Promise.allSettled(Array.from({ length: 12 }, () => users.create(userNamed('raced'))))
  same(all.filter(({ status }) => status === 'fulfilled').length, 1, 'how many have created it')
  for (const one of all) {
    if (one.status === 'rejected') await refused(Promise.reject(one.reason), 409, 'the others', 'userName')
  }
})

given('replace stores what it is given and nothing of what was', async (stores) => {
  const users = usersOf(stores)
  const made = await users.create(
    userNamed('whole', {
      title: 'Boss',
      emails: [{ value: 'w@example.com', type: 'work' }],
      name: { givenName: 'W' },
    }),
  )
  const next = userNamed('whole', { active: false, name: { familyName: 'X' } })
  const replaced = await users.replace(made.id, next, made.meta.version)
  same(draftOf(replaced), next, 'what replace gives back')
  same(replaced.id, made.id, 'the id')
  same(replaced.meta.created, made.meta.created, 'meta.created')
  check(replaced.meta.version !== made.meta.version, 'a change is to have a new version')
  same(await users.get(made.id), replaced, 'what get gives is what replace gave')
})

given('replace and delete of another version are 412', async (stores) => {
  const users = usersOf(stores)
  const made = await users.create(userNamed('versioned'))
  const next = await users.replace(made.id, userNamed('versioned', { title: 'A' }), made.meta.version)
  await refused(
    users.replace(made.id, userNamed('versioned', { title: 'B' }), made.meta.version),
    412,
    'replace',
  )
  await refused(users.remove(made.id, made.meta.version), 412, 'delete')
  await refused(users.replace(made.id, userNamed('versioned'), 'not a version'), 412, 'replace of no version')
  same(await users.get(made.id), next, 'what was refused changed nothing')
})

given('of many that replace the same version at once, one does', async (stores) => {
  const users = usersOf(stores)
  const made = await users.create(userNamed('counted'))
  const all = await Promise.allSettled(
    Array.from({ length: 12 }, (_, index) =>
      users.replace(made.id, userNamed('counted', { title: String(index) }), made.meta.version),
    ),
  )
  const done = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  same(done.length, 1, 'how many have replaced it')
  same(await users.get(made.id), done[0], 'what is stored')
  for (const one of all)
    if (one.status === 'rejected') await refused(Promise.reject(one.reason), 412, 'the others')
})

given('what is deleted is gone, and its values are free', async (stores) => {
  const users = usersOf(stores)
  const made = await users.create(userNamed('gone'))
  await users.remove(made.id, made.meta.version)
  same(await users.get(made.id), undefined, 'get')
  same(await users.list(), { resources: [], totalResults: 0 }, 'list')
  await refused(users.remove(made.id), 404, 'delete of it again')
  await users.create(userNamed('gone'))
})

given('a tenant sees its own resources and no others', async (stores) => {
  const [one, two] = [usersOf(stores, 'one'), usersOf(stores, 'two')]
  const made = await one.create(userNamed('shared'))
  const other = await two.create(userNamed('shared'))
  same(await two.get(made.id), undefined, 'get of another tenant’s')
  same(
    (await two.list('userName eq "shared"')).resources.map(({ id }) => id),
    [other.id],
    'list',
  )
  same((await two.list(`id eq "${made.id}"`)).totalResults, 0, 'list by the id of another tenant’s')
  await refused(
    two.replace(made.id, userNamed('shared'), made.meta.version),
    404,
    'replace of another tenant’s',
  )
  await refused(two.remove(made.id), 404, 'delete of another tenant’s')
  same(await one.get(made.id), made, 'what was refused changed nothing')
})

/** Twelve users, some without a title. */
async function dozen(stores: ContractStores) {
  const users = usersOf(stores)
  const made: User[] = []
  for (let index = 0; index < 12; index++) {
    const title = [undefined, 'b', 'C', 'a'][index % 4]
    made.push(
      await users.create(userNamed(`user${index}`, { ...(title && { title }), active: index % 2 === 0 })),
    )
  }
  return { users, made }
}

given('list pages by number, each resource once, and counts all that match', async (stores) => {
  const { users, made } = await dozen(stores)
  const seen: string[] = []
  for (const startIndex of [1, 6, 11]) {
    const page = await users.list(undefined, { startIndex, count: 5 })
    same(page.totalResults, 12, 'totalResults')
    seen.push(...page.resources.map(({ id }) => id))
  }
  same([...seen].sort(), made.map(({ id }) => id).sort(), 'what the pages have')
  same(await users.list(undefined, { count: 0 }), { resources: [], totalResults: 12 }, 'a page of none')
  same(
    await users.list(undefined, { startIndex: 13 }),
    { resources: [], totalResults: 12 },
    'a page behind the end',
  )
  const half = await users.list('active eq true', { startIndex: 2, count: 3 })
  same([half.resources.length, half.totalResults], [3, 6], 'a page of what matches')
  const named = await users.list('userName sw "user1"', { count: 1 })
  same([named.resources.length, named.totalResults], [1, 3], 'a page of what begins so')
})

given('list evaluates every kind of condition', async (stores) => {
  const users = usersOf(stores)
  const one = await users.create(
    userNamed('One', {
      externalId: 'E1',
      name: { givenName: 'Ann' },
      emails: [
        { value: 'ann@example.com', type: 'work', primary: true },
        { value: 'ann@home.org', type: 'home' },
      ],
    }),
  )
  const two = await users.create(userNamed('Two', { active: false, title: 'T' }))
  const expected: readonly (readonly [filter: string, ...users: User[]])[] = [
    ['userName eq "ONE"', one],
    ['userName ne "ONE"', two],
    ['userName co "w"', two],
    ['userName gt "one"', two],
    ['externalId eq "E1"', one],
    ['externalId eq "e1"'],
    ['externalId ne "E1"', two],
    ['title pr', two],
    ['not (title pr)', one],
    ['title ne "x"', one, two],
    ['not (title eq "t")', one],
    ['name.givenName eq "ann"', one],
    ['name pr', one],
    ['active eq false', two],
    ['active ne false', one],
    ['emails.value eq "ANN@home.org"', one],
    ['emails[type eq "work" and value eq "ann@example.com"]', one],
    ['emails[type eq "work" and value eq "ann@home.org"]'],
    ['emails[type eq "work"] and emails[value co "home"]', one],
    ['emails[primary eq true].value sw "ann"', one],
    ['not (emails pr)', two],
    ['emails.type ne "work"', one, two],
    ['userName eq "one" or userName eq "two"', one, two],
    ['userName eq "one" and title pr'],
    [`id eq "${two.id}"`, two],
    [`id eq "${one.id}" or id eq "nobody" or id eq "${two.id}"`, one, two],
    ['id eq "nobody"'],
    ['meta.created gt "2000-01-01T00:00:00Z"', one, two],
    [`meta.lastModified lt "${one.meta.created}"`],
    ['meta.resourceType eq "User"', one, two],
    [`schemas eq "${urns.user}"`, one, two],
  ]
  for (const [filter, ...matching] of expected) {
    const page = await users.list(filter)
    const ids = (list: readonly User[]) => list.map(({ id }) => id).sort()
    same(ids(page.resources), ids(matching), `what ${filter} finds`)
    same(page.totalResults, matching.length, `totalResults of ${filter}`)
  }
})

given(
  'list sorts, missing values last, and the id decides among equals',
  async (stores) => {
    const { users, made } = await dozen(stores)
    const attribute = findAttribute(userType, 'title') ?? fail('no title')
    const keyOf = ({ title }: User) => title?.toLowerCase()
    for (const order of ['ascending', 'descending'] as const) {
      const sign = order === 'ascending' ? 1 : -1
      const expected = [...made].sort((a, b) => {
        const [x, y] = [keyOf(a), keyOf(b)]
        if (x === y) return a.id < b.id ? -1 : 1
        if (x === undefined) return sign
        return y === undefined || x > y ? (y === undefined ? -sign : sign) : -sign
      })
      const pages = []
      for (const startIndex of [1, 5, 9]) {
        pages.push(
          ...(await users.list(undefined, { sort: { attribute, order }, startIndex, count: 4 })).resources,
        )
      }
      same(
        pages.map(({ id }) => id),
        expected.map(({ id }) => id),
        `the order by title, ${order}`,
      )
    }
  },
  ({ users }) => users.sorts === true,
)

given(
  'list pages by cursor, forwards and backwards',
  async (stores) => {
    const { users } = await dozen(stores)
    const attribute = findAttribute(userType, 'title') ?? fail('no title')
    const sorts = [
      undefined,
      ...(stores.users.sorts
        ? (['ascending', 'descending'] as const).map((order) => ({ attribute, order }))
        : []),
    ]
    for (const sort of sorts) {
      const whole = (await users.list(undefined, { sort })).resources.map(({ id }) => id)
      const seen: string[] = []
      let page = await users.list(undefined, { sort, count: 5, cursor: { from: 'start' } })
      same(page.previous, undefined, 'previous of the first page')
      const back: string[] = []
      for (let count = 0; ; count++) {
        same(page.totalResults, 12, 'totalResults')
        seen.push(...page.resources.map(({ id }) => id))
        if (page.next === undefined || count > 5) break
        page = await users.list(undefined, { sort, count: 5, cursor: { from: 'after', place: page.next } })
      }
      same(seen, whole, 'what the pages have')
      for (let count = 0; page.previous !== undefined && count < 5; count++) {
        page = await users.list(undefined, {
          sort,
          count: 5,
          cursor: { from: 'before', place: page.previous },
        })
        back.unshift(...page.resources.map(({ id }) => id))
      }
      same(back, whole.slice(0, 10), 'what the pages backwards have')
    }
  },
  ({ users }) => users.cursors === true,
)

given('what is not wanted need not be read, but what is has to be', async (stores) => {
  const users = usersOf(stores)
  const made = await users.create(userNamed('wanted', { title: 'T', name: { givenName: 'N' } }))
  const attribute = findAttribute(userType, 'title') ?? fail('no title')
  const projection = includeOnly(userType, [{ attribute }])
  const found = await users.get(made.id, projection)
  same(
    found && projection.apply({ ...found }),
    { schemas: [urns.user], id: made.id, title: 'T' },
    'get of title',
  )
  const { resources } = await users.list('userName eq "wanted"', { projection })
  same(
    resources.map((one) => projection.apply({ ...one })),
    [{ schemas: [urns.user], id: made.id, title: 'T' }],
    'list of title',
  )
})

const withGroups = ({ groups }: ContractStores) => groups !== undefined
const withMembers = ({ groups }: ContractStores) =>
  groups?.changeMembers !== undefined && groups.groupsOf !== undefined

/** Users to be members, by their ids. */
async function people(stores: ContractStores, count: number, tenant?: string) {
  const users = usersOf(stores, tenant)
  const ids: string[] = []
  for (let index = 0; index < count; index++) ids.push((await users.create(userNamed(`member${index}`))).id)
  return ids
}

function groupNamed(displayName: string, ids: readonly string[] = []): Draft<Group> {
  const members = ids.map((value) => ({ value, type: 'User' }))
  return { schemas: [urns.group], displayName, ...(members.length > 0 && { members }) }
}

function memberIds(group: Group | undefined): readonly string[] {
  return (group?.members ?? []).map(({ value }) => String(value)).sort()
}

given(
  'a group keeps its members',
  async (stores) => {
    const groups = groupsOf(stores)
    const [a = '', b = '', c = ''] = await people(stores, 3)
    const made = await groups.create(groupNamed('Team', [a, b]))
    same(memberIds(made), [a, b].sort(), 'the members that create gives back')
    same(memberIds(await groups.get(made.id)), [a, b].sort(), 'the members')
    const next = await groups.replace(made.id, groupNamed('Team', [b, c]), made.meta.version)
    same(memberIds(next), [b, c].sort(), 'the members that replace gives back')
    same(memberIds(await groups.get(made.id)), [b, c].sort(), 'the members after replace')
    const none = await groups.replace(made.id, groupNamed('Team'), next.meta.version)
    same(none.members, undefined, 'the members of a group without any')
    same(await groups.get(made.id), none, 'get')
    await refused(
      groups.create(groupNamed('TEAM')),
      409,
      'create of a displayName that is there',
      'displayName',
    )
  },
  withGroups,
)

given(
  'groups are found by their members',
  async (stores) => {
    const groups = groupsOf(stores)
    const [a = '', b = ''] = await people(stores, 2)
    const one = await groups.create(groupNamed('One', [a]))
    const two = await groups.create(groupNamed('Two', [a, b]))
    const found = async (filter: string) => (await groups.list(filter)).resources.map(({ id }) => id).sort()
    same(await found(`members eq "${a}"`), [one.id, two.id].sort(), 'members eq')
    same(await found(`members.value eq "${b}"`), [two.id], 'members.value eq')
    same(await found(`members[value eq "${b}"]`), [two.id], 'members[value eq]')
    same(await found('members pr'), [one.id, two.id].sort(), 'members pr')
    same(await found('members eq "nobody"'), [], 'members eq somebody unknown')
    same(await found(`not (members eq "${b}")`), [one.id], 'not (members eq)')
  },
  withGroups,
)

given(
  'changeMembers changes the members that it names',
  async (stores) => {
    const groups = groupsOf(stores)
    const [a = '', b = '', c = ''] = await people(stores, 3)
    const made = await groups.create(groupNamed('Team', [a]))
    const first = await groups.changeMembers(made.id, {
      add: [{ value: b, type: 'User' }, { value: a }],
      remove: [c],
    })
    same([first.added, first.removed], [[b], []], 'what was added and removed')
    check(first.meta.version !== made.meta.version, 'a change is to have a new version')
    same(memberIds(await groups.get(made.id)), [a, b].sort(), 'the members')
    const same1 = await groups.changeMembers(made.id, { add: [{ value: b }], remove: [c, 'nobody'] })
    same([same1.added, same1.removed, same1.meta], [[], [], first.meta], 'a change that changes nothing')
    const second = await groups.changeMembers(made.id, {
      replaceAll: [
        { value: b, type: 'User' },
        { value: c, type: 'User' },
      ],
    })
    same([second.added, second.removed], [[c], [a]], 'what was added and removed when all were replaced')
    const third = await groups.changeMembers(made.id, { replaceAll: [] }, second.meta.version)
    same([...third.removed].sort(), [b, c].sort(), 'what was removed')
    const found = await groups.get(made.id)
    same([found?.members, found?.meta], [undefined, third.meta], 'members and meta')
    await refused(
      groups.changeMembers(made.id, { replaceAll: [] }, second.meta.version),
      412,
      'another version',
    )
    for (const id of strangers) {
      await refused(
        groups.changeMembers(id, { add: [], remove: [] }, undefined),
        404,
        `members of ${JSON.stringify(id)}`,
      )
    }
  },
  withMembers,
)

given(
  'changeMembers of many at once loses none',
  async (stores) => {
    const groups = groupsOf(stores)
    const ids = await people(stores, 20)
    const made = await groups.create(groupNamed('Team'))
    const outcomes = await Promise.all(
      ids.map((value) => groups.changeMembers(made.id, { add: [{ value, type: 'User' }], remove: [] })),
    )
    same(outcomes.flatMap(({ added }) => added).sort(), [...ids].sort(), 'what was added')
    same(memberIds(await groups.get(made.id)), [...ids].sort(), 'the members')
    same(new Set(outcomes.map(({ meta }) => meta.version)).size, ids.length, 'how many versions there were')
    await Promise.all(ids.slice(5).map((id) => groups.changeMembers(made.id, { add: [], remove: [id] })))
    same(memberIds(await groups.get(made.id)), ids.slice(0, 5).sort(), 'the members after many were removed')
  },
  withMembers,
)

given(
  'groupsOf tells the groups of each id',
  async (stores) => {
    const groups = groupsOf(stores)
    const [a = '', b = '', c = ''] = await people(stores, 3)
    const one = await groups.create(groupNamed('One', [a]))
    const two = await groups.create(groupNamed('Two', [a, b]))
    const found = await groups.groupsOf([a, b, c, 'nobody'])
    same([...found.keys()].sort(), [a, b].sort(), 'the ids that are in groups')
    const byId = (list: readonly { readonly value: string }[] = []) =>
      [...list].sort((x, y) => (x.value < y.value ? -1 : 1))
    same(
      byId(found.get(a)),
      byId([
        { value: one.id, display: 'One' },
        { value: two.id, display: 'Two' },
      ] as never),
      'the groups',
    )
    same(found.get(b), [{ value: two.id, display: 'Two' }], 'the group')
    await groups.remove(two.id)
    same(await groups.groupsOf([b]), new Map(), 'the groups after the group was deleted')
    same((await groupsOf(stores, 'two').groupsOf([a])).size, 0, 'the groups of another tenant')
  },
  withMembers,
)

given(
  'members gives each member of a group once, in the order of their ids',
  async (stores) => {
    const groups = groupsOf(stores)
    const ids = await people(stores, 30)
    const made = await groups.create(groupNamed('Crew', ids))
    const found = await groups.members(made.id)
    same([...found].sort(), [...ids].sort(), 'the members')
    same(await groups.members(made.id), found, 'the order, a second time')
    same(await groups.members((await groups.create(groupNamed('Nobody'))).id), [], 'the members of none')
    for (const id of strangers) same(await groups.members(id), [], `the members of ${JSON.stringify(id)}`)
    same(await groupsOf(stores, 'two').members(made.id), [], 'the members for another tenant')
  },
  ({ groups }) => groups?.members !== undefined,
)

/** What every store of users, and of groups, does; in an order that does not matter. */
export const storeContract: readonly ContractCase[] = cases
