import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { memoryStore, ScimError, type User, urns } from '../../../src/index.js'
import { scimTables } from '../../../src/stores/kysely/index.js'
import type { Options } from '../../http/service.js'
import { databases, type TestDatabase } from '../../stores/kysely/databases.js'
import { patchOf, postGroup, postUser, serveBulk } from './bulk.js'

// Hooks may ask the database that a bulk request's transaction holds up: they are called while none is open, also about
// what depends on what the same request does before.

type Hooks = NonNullable<Options['before']>

describe.each(databases)(
  'hooks before the writes of a bulk request, in $database',
  ({ database: name, open }) => {
    let database: TestDatabase
    beforeAll(async () => {
      database = await open()
      await scimTables(database.db).migrate()
    })
    afterAll(() => database.close())
    beforeEach(() => sql`truncate scim_users, scim_groups cascade`.execute(database.db))

    const begin = (before: Hooks, more: Options = {}) =>
      serveBulk({ ...scimTables(database.db), atomicBulk: true, before, ...more })

    it('are asked while no transaction is open', async () => {
      const open: unknown[] = []
      const look = async () => {
        // A database that is one connection would wait for ever, were it held up.
        const { rows } = await sql`select count(*)::int as users from scim_users`.execute(database.db)
        open.push(rows[0])
      }
      const { bulk, names } = begin({ 'user.create': look, 'group.create': look, 'group.update': look })
      const reply = await bulk([
        postUser('ada'),
        postUser('ben'),
        postGroup('team', 'ada'),
        patchOf('/Groups/bulkId:team', { op: 'add', path: 'members', value: [{ value: 'bulkId:ben' }] }),
      ])
      expect([reply.detail, reply.statuses]).toEqual([
        undefined,
        ['201', '201', '201', expect.stringMatching(/^20/)],
      ])
      expect(open).toEqual(Array(4).fill({ users: 0 }))
      expect(await names('/Users', 'userName')).toHaveLength(2)
    })

    it('change what they are asked about, with the ids of new resources in place of their bulkIds', async () => {
      const { bulk, get, idIn } = begin({
        'user.create': ({ draft }) => ({ ...draft, title: `Title of ${draft.userName}` }),
        'group.create': ({ draft }) => ({
          ...draft,
          displayName: draft.displayName.toUpperCase(),
          members: [...(draft.members ?? []), { value: 'bulkId:ben' }],
        }),
        'user.update': ({ after }) => ({ ...after, nickName: after.title ?? 'none' }),
      })
      const reply = await bulk([
        postUser('ben'),
        postGroup('team', 'ada'),
        postUser('ada'),
        patchOf('/Users/bulkId:ada', { op: 'replace', path: 'locale', value: 'en' }),
      ])
      expect(reply.detail).toBeUndefined()
      const [ben, team, ada] = reply.results
      expect((await get(`/Users/${idIn(ada)}`)).body).toMatchObject({
        title: 'Title of ada',
        nickName: 'Title of ada',
        locale: 'en',
      })
      const { body } = await get(`/Groups/${idIn(team)}`)
      expect(body.displayName).toBe('TEAM')
      const members = (body.members as readonly { value: string }[]).map(({ value }) => value)
      expect(new Set(members)).toEqual(new Set([idIn(ada), idIn(ben)]))
    })

    it('are asked once about each operation that is foreseen, and about others when they come up', async () => {
      const asked: unknown[] = []
      const { bulk, createUser } = begin({
        'user.create': ({ name, draft, attempt }) => void asked.push([name, draft.userName, attempt]),
        'user.update': ({ name, before, after, attempt }) =>
          void asked.push([name, before.title, after.title, attempt]),
        'user.delete': ({ name, before, attempt }) => void asked.push([name, before.title, attempt]),
      })
      const eve = await createUser({ userName: 'eve' })
      asked.length = 0
      const title = (value: string) => patchOf(`/Users/${eve.id}`, { op: 'replace', path: 'title', value })
      const reply = await bulk([
        postUser('ada'),
        title('a'),
        title('b'),
        { method: 'DELETE', path: `/Users/${eve.id}` },
      ])
      expect(reply.detail).toBeUndefined()
      expect(asked).toEqual([
        ['user.create', 'ada', 1],
        ['user.update', undefined, 'a', 1],
        ['user.update', 'a', 'b', 1],
        ['user.delete', 'b', 1],
      ])
    })

    it('refuse the whole request, of which nothing is done', async () => {
      const error = new Error('no connection to 10.0.0.7')
      const refusals = [ScimError.forbidden('not ben'), error]
      for (const refusal of refusals) {
        const { bulk, names, errors } = begin({
          'user.create': ({ draft }) => {
            if (draft.userName === 'ben') throw refusal
          },
        })
        const reply = await bulk([postUser('ada'), postUser('ben'), postUser('eve')])
        expect(reply.status).toBe(refusal === error ? 500 : 403)
        expect(reply.detail).toContain('operation 2 (POST /Users)')
        expect(errors.map((one) => one.error)).toEqual(refusal === error ? [error] : [])
        expect(await names('/Users', 'userName')).toEqual([])
      }
    })

    it('fail the whole request where they return what is not valid', async () => {
      for (const returned of [false, {}, { titel: 'x' }]) {
        const { bulk, createUser, names, errors } = begin({
          'user.delete': () => returned as never,
          'user.create': ({ draft }) =>
            draft.userName === 'eve' ? undefined : ({ ...draft, titel: 'x' } as never),
        })
        const eve = await createUser({ userName: 'eve' })
        expect((await bulk([{ method: 'DELETE', path: `/Users/${eve.id}` }])).status).toBe(500)
        expect((await bulk([postUser('ada')])).status).toBe(500)
        expect(errors.map((one) => (one.error as Error).message)).toEqual([
          expect.stringMatching(/^before\["user.delete"\] must return nothing/),
          'before["user.create"] returned "titel", which no schema defines; did you mean "title"?',
        ])
        expect(await names('/Users', 'userName')).toEqual(['eve'])
        await sql`truncate scim_users cascade`.execute(database.db)
      }
    })

    it('are asked about what takes over a resource that is there', async () => {
      const asked: unknown[] = []
      const { bulk, createUser, storedUser } = begin(
        {
          'user.create': ({ draft }) => void asked.push(draft.userName),
          'user.update': ({ before, after }) => {
            asked.push([before.userName, after.title])
            return { ...after, nickName: 'linked' }
          },
        },
        { onConflict: () => 'link' },
      )
      const eve = await createUser({ userName: 'eve' })
      asked.length = 0
      const reply = await bulk([postUser('eve', { title: 'x' }), postUser('ada')])
      expect(reply.detail).toBeUndefined()
      expect(asked).toEqual([['eve', 'x'], 'ada'])
      expect(await storedUser(eve.id)).toMatchObject({ title: 'x', nickName: 'linked' })
    })

    it('are asked about a hundred operations with no more transactions than without', async () => {
      const count = async (before: Hooks) => {
        let transactions = 0
        const tables = scimTables(database.db)
        const run = tables.users.transactions?.run
        const { bulk } = serveBulk({ ...tables, atomicBulk: true, before })
        const original = tables.users.transactions
        if (original && run) {
          original.run = (work, ...rest) => {
            transactions += 1
            return run.call(original, work, ...rest) as never
          }
        }
        const users = Array.from({ length: 100 }, (_, at) => postUser(`user-${name}-${at}`))
        expect((await bulk(users)).detail).toBeUndefined()
        await sql`truncate scim_users cascade`.execute(database.db)
        return transactions
      }
      const without = await count({})
      expect(await count({ 'user.create': ({ draft }) => ({ ...draft, title: 'x' }) })).toBe(without)
    })
  },
)

describe('where each operation of a bulk request counts alone', () => {
  it('a hook refuses one and not the others', async () => {
    const { bulk, names } = serveBulk({
      users: memoryStore<User>(),
      before: {
        'user.create': ({ draft }) => {
          if (draft.userName === 'ben') throw ScimError.forbidden('not ben')
          return { ...draft, title: 'x' }
        },
      },
    })
    const reply = await bulk([postUser('ada'), postUser('ben'), postUser('eve')])
    expect(reply.statuses).toEqual(['201', '403', '201'])
    expect(await names('/Users', 'title')).toEqual(['x', 'x'])
    expect(reply.results[1]?.response).toMatchObject({ schemas: [urns.error], detail: 'not ben' })
  })
})
