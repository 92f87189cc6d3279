import { describe, expect, it } from 'vitest'
import type { LifecycleEvent } from '../../../../src/events/index.js'
import { bindFilter } from '../../../../src/filter/index.js'
import { isScimError, urns } from '../../../../src/protocol/index.js'
import type { CompiledResourceType } from '../../../../src/schema/index.js'
import {
  attribute,
  compileResourceType,
  defaultProjection,
  defineExtension,
  findAttribute,
  fullProjection,
  groupResourceType,
  userResourceType,
} from '../../../../src/schema/index.js'
import { deliverEvents, eventsTable, scimTables } from '../../../../src/stores/kysely/index.js'
import type { ListQuery, StoreContext, StoredType } from '../../../../src/stores/store.js'
import { account } from '../../../filter/account.js'
import { accountStores } from '../accounts.js'
import { directoryStores } from '../directory.js'
import { employeeStores } from '../employees.js'
import { recorder } from '../recorder.js'

// Every statement that stores send to PostgreSQL, word by word, in the files beside this one: for readers who want to
// know what reaches their database, and for reviewers of a change to it.

const id = '5e0f0d2c-1111-1222-8333-444455556666'
const other = '5e0f0d2c-1111-1222-8333-777788889999'
const user = compileResourceType(userResourceType)
const group = compileResourceType(groupResourceType)
const badge = defineExtension('urn:example:Badge', { number: attribute.string({ uniqueness: 'server' }) })
const row = { m_id: id, m_version: '7', m_created: '2020', m_modified: '2021', m_fresh: true }

/** Every statement finds the row. */
const found = Array.from({ length: 8 }, () => [row])

function contextOf(resourceType: CompiledResourceType, transaction?: object): StoreContext {
  return { tenant: 'acme', actor: undefined, requestId: '1', resourceType, signal: undefined, transaction }
}

function ask(type: CompiledResourceType, more: Partial<ListQuery> & { filter?: never } = {}): ListQuery {
  const projection = fullProjection(type)
  return { filter: undefined, sort: undefined, startIndex: 1, count: 10, projection, ...more }
}

function sortBy(type: CompiledResourceType, path: string, order: 'ascending' | 'descending' = 'ascending') {
  const attribute = findAttribute(type, path)
  if (!attribute) throw new Error(`no ${path}`)
  return { attribute, order }
}

const event: LifecycleEvent = {
  id,
  name: 'user.deleted',
  tenant: 'acme',
  actor: undefined,
  requestId: '1',
  time: '2020-01-01T00:00:00.000Z',
  resourceType: 'User',
  resourceId: id,
} as unknown as LifecycleEvent

type Recorded = ReturnType<typeof recorder>
type Stores = ReturnType<typeof employeeStores>

const kinds: readonly (readonly [string, (database: Recorded) => Stores])[] = [
  ['own-tables', ({ db }) => scimTables(db, { extensions: { User: [badge] }, outbox: true })],
  ['host-tables', ({ db }) => employeeStores({ db, outbox: true, close: async () => {} })],
  ['text-ids', ({ db }) => directoryStores({ db })],
]

/** Runs steps one by one, and returns what each has sent, under its name. */
async function record(
  database: Recorded,
  steps: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<string> {
  const parts: string[] = []
  for (const [name, step] of Object.entries(steps)) {
    database.answers.length = 0
    const failure = await step().then(
      () => '',
      (error: Error) =>
        `\n-- throws ${isScimError(error) ? `${error.status} ${error.path ?? ''}` : error.message}`,
    )
    parts.push(`-- ${name}\n${database.take()}${failure}`)
  }
  return `${parts.join('\n\n')}\n`
}

describe.each(kinds)('statements over %s', (name, open) => {
  const database = recorder()
  const { answers } = database
  const { users, groups } = open(database)
  const [ofUsers, ofGroups] = [contextOf(user), contextOf(group)]
  const answer = <T>(rows: readonly (readonly object[] | Error)[], work: () => T) => {
    answers.push(...(rows as never[]))
    return work()
  }
  const ann = {
    schemas: [urns.user],
    userName: 'ann',
    active: true,
    emails: [{ type: 'work', value: 'a@b' }],
    phoneNumbers: [
      { value: '1', type: 'work', primary: true },
      { value: '2', type: 'home' },
    ],
  }
  const team = {
    schemas: [urns.group],
    displayName: 'team',
    members: [{ value: id, type: 'User', display: 'Ann' }, { value: other }],
  }
  const tooLong = (code: string) => Object.assign(new Error('too long'), { code })

  it('read', async () => {
    const lookup = bindFilter(user, 'userName eq "ann"')
    const search = bindFilter(user, 'userName sw "a" and emails[type eq "work" and value co "b"]')
    const after = { from: 'after', place: JSON.stringify(['a', id]) } as const
    const before = { from: 'before', place: JSON.stringify(['a', id]) } as const
    const last = { from: 'after', place: JSON.stringify([null, id]) } as const
    const byName = { sort: sortBy(user, 'userName') }
    const byTitle = { sort: sortBy(user, 'title') }
    const byTitleDown = { sort: sortBy(user, 'title', 'descending') }
    const list = (more: object) => users.list(ask(user, more), ofUsers)
    const steps = {
      get: () => users.get(id, fullProjection(user), ofUsers),
      'get of a group': () => groups.get(id, fullProjection(group), ofGroups),
      'get without members': () => groups.get(id, defaultProjection(user), ofGroups),
      list: () => list({}),
      'list: the total alone': () => list({ count: 0 }),
      'list: a lookup': () => list({ filter: lookup }),
      'list: a lookup with more results than asked': () =>
        answer([[row, row]], () => list({ filter: lookup, count: 1 })),
      'list: a search': () => list({ filter: search, startIndex: 11 }),
      'list: sorted': () => list(byName),
      'list: sorted, descending': () => list({ sort: sortBy(user, 'userName', 'descending') }),
      'list: missing values': () => list(byTitle),
      'list: missing values, descending': () => list(byTitleDown),
      'list: e-mail': () => list({ sort: sortBy(user, 'emails') }),
      'list: phone type': () => list({ sort: sortBy(user, 'phoneNumbers.type') }),
      'list: time': () => list({ sort: sortBy(user, 'meta.lastModified') }),
      'list: boolean': () => list({ sort: sortBy(user, 'active') }),
      'list: manager': () =>
        list({ sort: sortBy(user, `${urns.enterpriseUser}:manager.displayName`), filter: search }),
      'list: members': () => groups.list(ask(group, { sort: sortBy(group, 'members') }), ofGroups),
      'list: from the start': () => list({ cursor: { from: 'start' } }),
      'list: after a place': () => list({ cursor: after }),
      'list: before a place': () => list({ cursor: before }),
      'list: sorted, after': () => list({ cursor: after, ...byName }),
      'list: sorted, before': () => list({ cursor: before, ...byName }),
      'list: missing values, after': () => list({ cursor: after, ...byTitle }),
      'list: missing values, before': () => list({ cursor: before, ...byTitle }),
      'list: among missing values, after': () => list({ cursor: last, ...byTitle }),
      'list: among missing values, descending': () => list({ cursor: last, ...byTitleDown }),
      'list: time, after': () => list({ cursor: after, sort: sortBy(user, 'meta.created') }),
      members: async () => {
        const page = Array.from({ length: 1000 }, () => ({ m_value: id, m_element: '[]' }))
        answers.push(page)
        for await (const _page of groups.members?.(id, ofGroups) ?? []);
      },
      groupsOf: () => groups.groupsOf?.([id, other], ofGroups) ?? Promise.resolve(),
    }
    await expect(await record(database, steps)).toMatchFileSnapshot(`./${name}.read.sql`)
  })

  it('write', async () => {
    const change = (change: object, version?: string) =>
      groups.changeMembers?.(id, change as never, version, ofGroups) ?? Promise.resolve()
    const add = { add: team.members, remove: [other] }
    const stale = [{ ...row, m_fresh: false }]
    const steps = {
      create: () => answer(found, () => users.create(ann, ofUsers)),
      'create a group': () => answer(found, () => groups.create(team, ofGroups)),
      replace: () => answer(found, () => users.replace(id, ann, '7', ofUsers)),
      'replace a group': () => answer([[row], [], [row]], () => groups.replace(id, team, '7', ofGroups)),
      'replace what is gone': () => users.replace(id, ann, '7', ofUsers),
      delete: () => answer([[row]], () => users.delete(id, undefined, ofUsers)),
      'delete what has another version': () => answer([[], [row]], () => users.delete(id, '6', ofUsers)),
      'change members': () => answer([[row]], () => change(add, '7')),
      'add a member': () => answer([[row]], () => change({ add: [{ value: id }], remove: [] })),
      'remove a member': () => answer([[row]], () => change({ add: [], remove: [id] })),
      'change nothing': () => answer([[row]], () => change({ add: [], remove: [] })),
      'replace members': () => answer([[row]], () => change({ replaceAll: team.members })),
      'remove all members': () => answer([[row]], () => change({ replaceAll: [] })),
      'change members of a busy group': () =>
        answer([stale, stale, stale, [], [row]], () => change({ add: [], remove: [id] })),
      'too long for a column': () =>
        answer([tooLong('22001'), [{ m_column: 'login', m_limit: 2 }]], () =>
          users.replace(id, ann, '7', ofUsers),
        ),
      'too long for an index': () => answer([tooLong('54000')], () => users.create(ann, ofUsers)),
      'in a transaction': async () => {
        const { transactions } = users
        await transactions?.run(
          (outer) =>
            transactions.run(
              (inner) => answer([[], [row]], () => users.delete(id, '7', contextOf(user, inner))),
              contextOf(user, outer),
            ),
          ofUsers,
        )
      },
      'record events': () => users.record?.([event, event], ofUsers) ?? Promise.resolve(),
    }
    await expect(await record(database, steps)).toMatchFileSnapshot(`./${name}.write.sql`)
  })

  it('write what differs from what is stored', async () => {
    const meta = { resourceType: 'User', created: '2020', lastModified: '2021', version: '7' }
    const knowing = (context: StoreContext, resource: object): StoreContext => ({
      ...context,
      stored: { ...resource, id, meta } as never,
    })
    const full = { ...ann, title: 'Cook', nickName: 'A', name: { givenName: 'Ann' } }
    const [work, home] = ann.phoneNumbers
    const replace = (next: object, before: object = full) =>
      answer(found, () => users.replace(id, next as never, '7', knowing(ofUsers, before)))
    const { title: _title, ...untitled } = full
    const steps = {
      'a state': () => replace(full, { ...full, active: false }),
      'a title': () => replace({ ...full, title: 'Chef' }),
      'a title that goes': () => replace(untitled),
      'a part of a name': () => replace({ ...full, name: { givenName: 'Anne' } }),
      'an e-mail address': () => replace({ ...full, emails: [{ type: 'work', value: 'x@y' }] }),
      'what has no column of its own': () => replace({ ...full, nickName: 'B' }),
      'an element that comes': () => replace({ ...full, phoneNumbers: [work, home, { value: '3' }] }),
      'an element that changes': () => replace({ ...full, phoneNumbers: [work, { ...home, value: '3' }] }),
      'an element that goes': () => replace({ ...full, phoneNumbers: [work] }),
      'the preferred element': () =>
        replace({
          ...full,
          phoneNumbers: [
            { ...work, primary: false },
            { ...home, primary: true },
          ],
        }),
      "a group's name": () =>
        answer([[row], [row]], () =>
          groups.replace(id, { ...team, displayName: 'crew' }, '7', knowing(ofGroups, team)),
        ),
      nothing: () => replace(full),
    }
    await expect(await record(database, steps)).toMatchFileSnapshot(`./${name}.changes.sql`)
  })

  it('write what refers to other resources', async () => {
    // Stores are typed for what they hold; a service knows their attributes from the registry.
    const types = [
      { type: user, store: users },
      { type: group, store: groups },
    ] as unknown as readonly StoredType[]
    const manager = findAttribute(user, `${urns.enterpriseUser}:manager`)
    if (!manager) throw new Error('no manager')
    const refersTo = (...ids: string[]): StoreContext => ({
      ...ofUsers,
      types,
      references: [{ attribute: manager, ids, targets: types.slice(0, 1) }],
    })
    const managed = { ...ann, [urns.enterpriseUser]: { manager: { value: other } } }
    const inGroups = { ...ofGroups, types }
    const change = (change: object) =>
      groups.changeMembers?.(id, change as never, undefined, inGroups) ?? Promise.resolve()
    const stale = [{ ...row, m_fresh: false }]
    const steps = {
      create: () => answer(found, () => users.create(managed, refersTo(other))),
      'create with what does not exist': () => users.create(managed, refersTo(other)),
      replace: () => answer(found, () => users.replace(id, managed, '7', refersTo(other))),
      'replace with several': () => answer(found, () => users.replace(id, ann, '7', refersTo(id, other))),
      'replace with what does not exist': () =>
        answer([[], [row], []], () => users.replace(id, managed, '7', refersTo(other))),
      'create a group': () => answer([[row], [], [row]], () => groups.create(team, inGroups)),
      'replace a group': () => answer([[row], [], [row]], () => groups.replace(id, team, '7', inGroups)),
      'add a member': () =>
        answer([[row]], () => change({ add: [{ value: id, type: 'User' }], remove: [other] })),
      'add members to a busy group': () =>
        answer([stale, stale, stale, [], [row]], () => change({ add: team.members, remove: [] })),
      'remove a member': () => answer([[row]], () => change({ add: [], remove: [id] })),
    }
    await expect(await record(database, steps)).toMatchFileSnapshot(`./${name}.references.sql`)
  })
})

describe('statements', () => {
  it('over columns and tables of all sorts', async () => {
    const database = recorder()
    const stores = await accountStores({ db: database.db, close: async () => {} })
    database.take()
    const context = contextOf(account)
    const paths = ['code', 'active', 'score', 'rating', 'born', 'seen', 'name.givenName', 'tags', 'emails']
    const more = [
      'emails.type',
      'emails.primary',
      'members',
      'urn:example:params:scim:schemas:extension:badge:2.0:Account:doors.floor',
    ]
    const steps: Record<string, () => Promise<unknown>> = {}
    for (const [name, store] of Object.entries(stores)) {
      const draft = {
        schemas: [account.definition.schema.urn],
        userName: 'ann',
        active: false,
        score: 3,
        born: '2011-05-13T04:42:34Z',
        tags: ['a', 'b'],
        members: [{ value: 'm' }],
      }
      steps[`${name}: create`] = async () => {
        database.answers.push([row], [], [], [row])
        await store.create(draft, context)
      }
      for (const path of [...paths, ...more])
        steps[`${name}: by ${path}`] = () =>
          store.list(ask(account, { sort: sortBy(account, path) }), context)
      for (const path of ['score', 'active', 'born'])
        steps[`${name}: after a ${path}`] = () =>
          store.list(
            ask(account, {
              sort: sortBy(account, path),
              cursor: { from: 'after', place: JSON.stringify(['1', id]) },
            }),
            context,
          )
    }
    await expect(await record(database, steps)).toMatchFileSnapshot('./accounts.sql')
  })

  it('of migrations and checks', async () => {
    const database = recorder()
    const { db } = database
    const own = scimTables(db, { extensions: { User: [badge] }, outbox: true })
    const migrations = { ...own.migrations, ...eventsTable(db, { table: 'audit.events' }).migrations }
    const steps: Record<string, () => Promise<unknown>> = {}
    for (const [name, { up, down }] of Object.entries(migrations)) {
      steps[`${name}: up`] = () => up(db as never)
      steps[`${name}: down`] = () => down?.(db as never) ?? Promise.resolve()
    }
    const { users } = employeeStores({ db, close: async () => {} })
    steps['check of a table'] = async () =>
      users.check?.({ resourceType: user, types: [{ type: user, store: users }], mayReuse: false })
    await expect(await record(database, steps)).toMatchFileSnapshot('./schema.sql')
  })

  it('of the outbox', async () => {
    const database = recorder()
    const { db, answers } = database
    const position = { time: '2020-01-01T00:00:00.000000Z', seq: '4' }
    const claimed = { id, attempts: 1, payload: JSON.stringify(event), ...position }
    const options = { maxAttempts: 2, retryDelay: 1, onError: () => {} }
    const fail = () => {
      throw new RangeError('no')
    }
    const steps = {
      nothing: () => deliverEvents(db, () => {}),
      'delivered, with its lease extended': async () => {
        answers.push([claimed, { ...claimed, id: other, seq: '5' }])
        await deliverEvents(db, () => new Promise((resolve) => setTimeout(resolve, 450)), { lease: 900 })
      },
      failed: async () => {
        answers.push([claimed])
        await deliverEvents(db, fail, options)
      },
      dead: async () => {
        answers.push([{ ...claimed, attempts: 2 }])
        await deliverEvents(db, fail, { ...options, table: 'audit.events' })
      },
      'a worker that died': async () => {
        answers.push([{ ...claimed, attempts: 3 }])
        await deliverEvents(db, fail, options)
      },
      'a worker that was stopped': async () => {
        answers.push([claimed])
        const stop = new AbortController()
        const hang = () => {
          stop.abort()
          return new Promise(() => {})
        }
        await deliverEvents(db, hang, { signal: stop.signal, timeout: 100, gracePeriod: 1 })
      },
      'tables of an earlier version': async () => {
        answers.push(new Error('there is no such table'), [{ m_table: 'scim_events', m_column: 'id' }])
        await deliverEvents(db, () => {})
      },
    }
    await expect(await record(database, steps)).toMatchFileSnapshot('./outbox.sql')
  })
})
