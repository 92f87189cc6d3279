import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allDatabases, type TestDatabase } from '../databases.js'
import { createStaff, emptyStaff, hire, rowsOf, serve, staffStore, urn } from './staff.js'

// Random rows of the host, random writes of an identity provider: after each, every column and row that the request did
// not speak of is what it was.

const id = '5e0f0d2c-1111-4222-8333-444455556666'
const other = '5e0f0d2c-1111-4222-8333-777788889999'

type Columns = Readonly<Record<string, string>>

/** A request, and what it speaks of. */
interface Write {
  readonly name: string
  readonly operations?: readonly object[]
  /** Of a PUT: what it says otherwise than what was read. */
  readonly put?: object
  /** Columns of the row. */
  readonly columns: readonly string[]
  /** Keys of the column for everything else. */
  readonly keys?: readonly string[]
  /** Whether it speaks of a phone, wholly or in some columns; undefined: of none. */
  readonly phone?: (phone: Columns) => readonly string[] | 'all' | 'none'
}

const text = fc
  .string({ minLength: 1, maxLength: 8, unit: 'grapheme-ascii' })
  .filter((value) => value.trim() !== '')
const number = fc.constantFrom('1', '2', '3', '4')
const kind = fc.constantFrom('work', 'home', 'other')

const hostKeys = fc.record(
  {
    payroll: fc.record({ since: fc.integer() }),
    shoes: fc.integer(),
    Tags: fc.array(text, { maxLength: 2 }),
  },
  { requiredKeys: [] },
)

const rows = fc.record({
  title: fc.option(text),
  state: fc.constantFrom('ACTIVE', 'ON_LEAVE', 'LEFT', 'BARRED', 'PARENTAL'),
  given: fc.option(text),
  family: fc.option(text),
  work_mail: fc.option(fc.constantFrom('Ann@Work.example', 'ann@work.example', '')),
  home_mail: fc.option(fc.constantFrom('Ann@Home.example')),
  grade: fc.option(fc.constantFrom('G1', 'gX')),
  salary: fc.integer({ min: 0, max: 9999 }),
  notes: fc.option(text),
  boss: fc.constantFrom(null, other),
  places: fc.option(
    fc.uniqueArray(
      fc.record({ type: fc.constantFrom('work', 'home'), locality: text, floor: fc.integer() }),
      { maxLength: 2, selector: ({ type }) => type },
    ),
  ),
  more: fc
    .tuple(hostKeys, fc.record({ nickName: text, locale: fc.constant('nb-NO') }, { requiredKeys: [] }))
    .map(([host, own]) => ({ ...host, ...own })),
})

const phones = fc.array(
  fc.record({ number, kind, note: text, verified_at: fc.constantFrom(null, '2021-01-01T00:00:00Z') }),
  { maxLength: 5 },
)

const set = (path: string, value: unknown): readonly object[] => [{ op: 'replace', path, value }]

const writes: fc.Arbitrary<Write> = fc.oneof(
  text.map((value) => ({ name: `title ${value}`, operations: set('title', value), columns: ['title'] })),
  fc.constant({ name: 'no title', operations: [{ op: 'remove', path: 'title' }], columns: ['title'] }),
  fc
    .boolean()
    .map((value) => ({ name: `active ${value}`, operations: set('active', value), columns: ['state'] })),
  text.map((value) => ({
    name: `givenName ${value}`,
    operations: [{ op: 'add', value: { name: { givenName: value } } }],
    columns: ['given', 'full_name'],
  })),
  fc.constantFrom('x@home.example', 'Ann@Home.example').map((value) => ({
    name: `home ${value}`,
    operations: set('emails[type eq "home"].value', value),
    columns: ['home_mail'],
  })),
  fc.constantFrom('g1', 'g2').map((value) => ({
    name: `costCenter ${value}`,
    operations: set(`${urn}:costCenter`, value),
    columns: ['grade'],
  })),
  fc.constant({
    name: 'manager',
    operations: set(`${urn}:manager`, { value: other }),
    columns: ['boss'],
  }),
  text.map((value) => ({
    name: `nickName ${value}`,
    operations: set('nickName', value),
    columns: [],
    keys: ['nickName'],
  })),
  fc.constant({
    name: 'no nickName',
    operations: [{ op: 'remove', path: 'nickName' }],
    columns: [],
    keys: ['nickName'],
  }),
  fc.constant({ name: 'displayName', operations: set('displayName', 'x'), columns: [] }),
  fc.tuple(number, kind).map(([value, type]) => ({
    name: `phone ${value} ${type}`,
    operations: [{ op: 'add', path: 'phoneNumbers', value: [{ value, type }] }],
    columns: [],
    phone: (phone: Columns) => (phone.number === `"${value}"` && phone.kind === `"${type}"` ? 'all' : 'none'),
  })),
  number.map((value) => ({
    name: `no phone ${value}`,
    operations: [{ op: 'remove', path: `phoneNumbers[value eq "${value}"]` }],
    columns: [],
    phone: (phone: Columns) => (phone.number === `"${value}"` ? 'all' : 'none'),
  })),
  fc.tuple(number, text).map(([value, display]) => ({
    name: `display of ${value}`,
    operations: set(`phoneNumbers[value eq "${value}"].display`, display),
    columns: [],
    // Where there is none, it is created.
    phone: (phone: Columns) => (phone.number === `"${value}"` ? ['label'] : 'none'),
  })),
  fc.constant({ name: 'the same', put: {}, columns: [] }),
  text.map((title) => ({ name: `the same but title ${title}`, put: { title }, columns: ['title'] })),
  fc.constant({ name: 'the same but a locale', put: { locale: 'en-GB' }, columns: [], keys: ['locale'] }),
)

const without = (columns: Columns, names: readonly string[]) =>
  Object.fromEntries(Object.entries(columns).filter(([name]) => !names.includes(name)))

const keysOf = (columns: Columns | undefined, except: readonly string[] = []) =>
  Object.fromEntries(
    Object.entries(JSON.parse(columns?.more ?? '{}') as object).filter(([key]) => !except.includes(key)),
  )

async function snapshot(database: TestDatabase) {
  const [staff, phones, badges] = await Promise.all([
    rowsOf(database, 'staff'),
    rowsOf(database, 'phones'),
    rowsOf(database, 'badges'),
  ])
  return { staff, phones, badges }
}

type Snapshot = Awaited<ReturnType<typeof snapshot>>

function assertOnly(write: Write, before: Snapshot, after: Snapshot): void {
  const { columns, keys = [], phone = () => 'none' as const, name } = write
  const spoken = [...columns, 'updated_at', 'more']
  expect(without(after.staff.get(id) ?? {}, spoken), name).toEqual(
    without(before.staff.get(id) ?? {}, spoken),
  )
  expect(keysOf(after.staff.get(id), keys), name).toEqual(keysOf(before.staff.get(id), keys))
  expect(after.staff.get(other), name).toEqual(before.staff.get(other))
  expect(after.badges, name).toEqual(before.badges)
  for (const [key, row] of before.phones) {
    const about = phone(row)
    if (about === 'all') continue
    const left = about === 'none' ? [] : about
    expect(without(after.phones.get(key) ?? {}, left), name).toEqual(without(row, left))
  }
  for (const [key, row] of after.phones)
    if (!before.phones.has(key)) expect(phone(row), `${name}: a new row`).not.toBe('none')
}

describe.each(allDatabases)('$database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await createStaff(database)
  })
  afterAll(() => database.close())

  it('keeps everything that a request does not speak of', async () => {
    const service = serve({ users: staffStore(database) })
    const scenario = fc.tuple(rows, phones, fc.array(writes, { minLength: 1, maxLength: 6 }))
    await fc.assert(
      fc.asyncProperty(scenario, async ([row, calls, requests]) => {
        await emptyStaff(database)
        await hire(database, { id: other, login: 'other', more: { shoes: 1 } })
        await hire(database, { id, login: 'ann', ...row })
        for (const call of calls) await hire(database, { staff: id, ...call }, 'phones')
        for (const code of ['a', 'a', 'b'])
          await hire(database, { staff: id, code, issued_by: 'hr' }, 'badges')
        await hire(database, { staff: other, number: '1', note: 'not theirs' }, 'phones')
        for (const write of requests) {
          const before = await snapshot(database)
          const read = await service.send('GET', `/Users/${id}`)
          const { status, body } = write.operations
            ? await service.patch(id, ...write.operations)
            : await service.send('PUT', `/Users/${id}`, { ...read.body, ...write.put })
          expect([write.name, status, body.detail]).toEqual([write.name, 200, undefined])
          assertOnly(write, before, await snapshot(database))
          if (write.name === 'the same') expect(await snapshot(database)).toEqual(before)
        }
        expect(service.errors).toEqual([])
      }),
      { numRuns: 25 },
    )
  })
})
