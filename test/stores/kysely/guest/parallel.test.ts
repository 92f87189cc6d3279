import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allDatabases, type TestDatabase } from '../databases.js'
import { createStaff, hire, rowsOf, serve, staffStore } from './staff.js'

// The host writes its columns by SQL while an identity provider writes attributes of the same rows: neither loses what
// the other has written.

const id = '5e0f0d2c-1111-4222-8333-444455556666'
const writers = 64

describe.each(allDatabases)('$database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await createStaff(database)
    await hire(database, { id, login: 'ann', salary: 0, more: { count: 0 } })
    await hire(database, { staff: id, number: '1', kind: 'work', note: '' }, 'phones')
  })
  afterAll(() => database.close())

  it(`${writers} writers of a row at once lose nothing of each other's`, async () => {
    const { patch, send, errors } = serve({ users: staffStore(database) })
    const statements = [
      () => sql`update staff set salary = salary + 1 where id = ${id}`.execute(database.db),
      () =>
        (database.version === undefined
          ? sql`update staff set more = jsonb_set(more, '{count}', to_jsonb((more ->> 'count')::int + 1)) where id = ${id}`
          : sql`update staff set more = json_set(more, '$.count', (more ->> 'count') + 1) where id = ${id}`
        ).execute(database.db),
      () =>
        sql`update phones set note = note || '.' where staff = ${id} and number = '1'`.execute(database.db),
    ]
    const requests = [
      (n: number) => ({ op: 'add', path: 'phoneNumbers', value: [{ value: `p${n}`, type: `t${n}` }] }),
      (n: number) => ({ op: 'add', path: 'roles', value: [{ value: `r${n}` }] }),
    ]
    async function untilDone(operation: object): Promise<void> {
      for (;;) {
        const { status } = await patch(id, operation)
        if (status === 200) return
        // Others were in the way for too long; a client tries again.
        expect(status).toBe(503)
      }
    }
    await Promise.all(
      Array.from({ length: writers }, (_, n) => {
        const statement = statements[n % 6]
        const request = requests[n % 2]
        return statement ? statement() : untilDone(request?.(n) ?? {})
      }),
    )
    const count = (of: number) =>
      Array.from({ length: writers }, (_, n) => n).filter((n) => n % 6 === of).length
    const row = (await rowsOf(database, 'staff')).get(id)
    expect(row?.salary).toBe(String(count(0)))
    expect(JSON.parse(row?.more ?? '')).toMatchObject({ count: count(1) })
    expect((await rowsOf(database, 'phones')).get('1')).toMatchObject({ note: `"${'.'.repeat(count(2))}"` })
    const asked = Array.from({ length: writers }, (_, n) => n).filter((n) => n % 6 > 2)
    const { body } = await send('GET', `/Users/${id}`)
    const valuesIn = (list: unknown) => new Set((list as { value: string }[]).map(({ value }) => value))
    expect(valuesIn(body.phoneNumbers)).toEqual(
      new Set(['1', ...asked.filter((n) => n % 2 === 0).map((n) => `p${n}`)]),
    )
    expect(valuesIn(body.roles)).toEqual(new Set(asked.filter((n) => n % 2 === 1).map((n) => `r${n}`)))
    expect(errors).toEqual([])
  })
})
