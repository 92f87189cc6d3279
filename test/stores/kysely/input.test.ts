import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { urns } from '../../../src/protocol/index.js'
import { eventsTable, scimTables } from '../../../src/stores/kysely/index.js'
import { serve } from '../../http/service.js'
import { databases, type TestDatabase } from './databases.js'
import { createEmployees, employeeStores } from './employees.js'

const special = ['%', '_', '\\', "'", '"', '\\_', '%%', "''", '$1', '--', ';', ' ']
const title = [{ op: 'replace', path: 'title', value: 'x' }]

describe.each(databases)('$database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await scimTables(database.db).migrate()
    await eventsTable(database.db).migrate()
    await createEmployees(database)
  })
  afterAll(() => database.close())

  describe.each([
    ['tables of its own', () => scimTables(database.db)],
    ['tables of a host', () => employeeStores(database)],
    ['tables of its own with an outbox', () => scimTables(database.db, { outbox: true })],
    ['tables of a host with an outbox', () => employeeStores({ ...database, outbox: true })],
  ] as const)('%s', (stores, make) => {
    it('finds what has characters that mean something in SQL, and nothing else', async () => {
      const scim = serve(make())
      const made = new Map<string, string>()
      for (const text of special) {
        const userName = `<${stores}${text}>`
        const nickName = `n${text}`
        const { id } = await scim.createUser({ userName, nickName })
        made.set(text, id)
      }
      const found = async (filter: string) => {
        const { status, body } = await scim.get(`/Users?count=50&filter=${encodeURIComponent(filter)}`)
        expect(status, filter).toBe(200)
        return (body.Resources ?? []).map(({ id }) => id)
      }
      for (const text of special) {
        const name = JSON.stringify(`<${stores}${text}>`)
        const nick = JSON.stringify(`n${text}`)
        const tail = JSON.stringify(`${stores}${text}>`)
        for (const filter of [
          `userName eq ${name}`,
          `userName sw ${name}`,
          `userName co ${tail}`,
          `userName ew ${tail}`,
          `userName ge ${name} and userName le ${name}`,
          `nickName eq ${nick} and userName sw ${JSON.stringify(`<${stores}${text}`)}`,
        ]) {
          expect(await found(filter), filter).toEqual([made.get(text)])
        }
      }
      for (const op of ['eq', 'co', 'sw', 'ew']) {
        for (const path of ['userName', 'nickName', 'emails.value', 'id']) {
          expect(await found(`${path} ${op} "a\\u0000b"`)).toEqual([])
        }
      }
      expect(scim.errors).toEqual([])
    })

    it('does not know an id that is none, nor one of another tenant', async () => {
      const scim = serve(make())
      const user = await scim.createUser({ userName: `${stores} ann` })
      const { body: group } = await scim.post('/Groups', {
        schemas: [urns.group],
        displayName: `${stores} team`,
      })
      const statuses = async (path: string, token: string) => {
        const body = path.startsWith('/Users')
          ? { schemas: [urns.user], userName: `${stores} eve` }
          : { schemas: [urns.group], displayName: `${stores} evil` }
        const member = [{ op: 'add', path: 'members', value: [{ value: user.id }] }]
        const change = path.startsWith('/Users') ? title : member
        return [
          (await scim.get(path, { token })).status,
          (await scim.put(path, body, { token })).status,
          (await scim.patch(path, change, { token })).status,
          (await scim.delete(path, { token })).status,
        ]
      }
      for (const kind of ['/Users', '/Groups']) {
        for (const id of ['bob', '%00', "'", '1', '%25', 'x'.repeat(2000)]) {
          expect(await statuses(`${kind}/${id}`, 'acme-token'), id).toEqual([404, 404, 404, 404])
        }
      }
      for (const path of [`/Users/${user.id}`, `/Groups/${group.id}`]) {
        expect(await statuses(path, 'globex-token')).toEqual([404, 404, 404, 404])
        expect((await scim.get(path)).status).toBe(200)
      }
      expect(scim.errors).toEqual([])
    })

    it('names what is too long', async () => {
      const scim = serve(make())
      const { id } = await scim.createUser({ userName: `${stores} bob` })
      // Too long for an index too, also when it is compressed.
      const letters = Array.from({ length: 20_000 }, (_, index) => 0x4e00 + ((index * 7919) % 20_000))
      const long = String.fromCodePoint(...letters)
      const refused = { status: 400, body: { scimType: 'invalidValue', detail: 'userName is too long' } }
      const draft = { schemas: [urns.user], userName: long }
      expect(await scim.post('/Users', draft)).toMatchObject(refused)
      expect(await scim.put(`/Users/${id}`, draft)).toMatchObject(refused)
      const rename = [{ op: 'replace', path: 'userName', value: long }]
      expect(await scim.patch(`/Users/${id}`, rename)).toMatchObject(refused)
      expect(scim.errors).toEqual([])
    })
  })
})
