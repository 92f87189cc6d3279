import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { entra, lenient, okta, strict, urns, userResourceType } from '../../../../src/index.js'
import { column, json, kyselyStore, mapUser, sameAs } from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { allDatabases, empty, run, type TestDatabase, withVersion } from '../databases.js'

// An app whose people sign in with their e-mail address: one column, which SCIM shows twice.

interface MemberRow {
  readonly id: string
  readonly workspace: string
  readonly email: string
  readonly handle: string | null
  readonly city: string | null
  readonly badge: string | null
  readonly others: unknown
}

const mapping = mapUser<MemberRow>()({
  userName: 'email',
  'emails[type eq "work"].value': sameAs('userName', { primary: true }),
  nickName: 'handle',
  displayName: sameAs('nickName'),
  'addresses[type eq "work"].locality': 'city',
  title: sameAs('addresses[type eq "work"].locality'),
  externalId: 'badge',
  [urns.enterpriseUser]: { employeeNumber: sameAs('externalId') },
  overflow: 'others',
})

const tables = [
  'create table members (id uuid primary key, workspace text not null, email text not null, handle text, city text, badge text, others jsonb, created timestamptz not null, changed timestamptz not null)',
  'create unique index members_email on members (workspace, lower(email))',
]

const users = ({ db, version }: TestDatabase) =>
  kyselyStore({
    db,
    version,
    table: 'members',
    mapping,
    tenant: 'workspace',
    created: 'created',
    lastModified: 'changed',
  })

const ann = { schemas: [urns.user], userName: 'ann@example.com' }
const work = { type: 'work', value: 'ann@example.com', primary: true }
const mail = (value: string) => [{ type: 'work', value }]

describe.each(allDatabases)('an attribute in the column of another, in $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    for (const text of tables)
      await run(database, text.startsWith('create table') ? withVersion(database, text) : text)
  })
  afterAll(() => database.close())
  beforeEach(() => empty(database, 'members'))

  const start = (profile = lenient()) => serve({ users: users(database), profile })
  const row = async () => (await sql<MemberRow>`select * from members`.execute(database.db)).rows[0]
  const about = (trace: readonly { readonly rule: string; readonly path?: string }[]) =>
    trace.filter(({ rule }) => rule === 'sameAs').map(({ path }) => path)

  it('is shown with the value of the other', async () => {
    const { post, get } = start()
    const made = await post('/Users', ann)
    expect(made.body).toMatchObject({ userName: 'ann@example.com', emails: [work] })
    expect(about(made.trace)).toEqual([])
    expect((await get(`/Users/${made.body.id}`)).body).toMatchObject({ emails: [work] })
  })

  it('may be said too, in another case and with more addresses', async () => {
    const { post } = start()
    const emails = [
      { type: 'home', value: 'ann@home.example' },
      { type: 'work', value: 'Ann@Example.com' },
    ]
    const { body, trace } = await post('/Users', { ...ann, emails })
    expect(body).toMatchObject({ userName: 'ann@example.com', emails: [work, emails[0]] })
    expect(about(trace)).toEqual([])
  })

  it('gives way where a POST sets both, and the trace says so', async () => {
    const { post } = start()
    const { status, body, trace } = await post('/Users', { ...ann, emails: mail('other@example.com') })
    expect([status, body.userName, body.emails]).toEqual([201, 'ann@example.com', [work]])
    expect(about(trace)).toEqual(['emails[type eq "work"].value'])
    expect(JSON.stringify(trace)).not.toContain('other@')
    expect(await row()).toMatchObject({ email: 'ann@example.com', others: {} })
  })

  describe.each([
    ['lenient', lenient()],
    ['Okta', okta()],
    ['Entra', entra()],
    ['strict', strict()],
  ] as const)('as %s sends it', (name, profile) => {
    const changesOfMail: readonly (readonly [string, object, boolean?])[] = [
      ['a filter', { op: 'replace', path: 'emails[type eq "work"].value', value: 'bob@example.com' }],
      ['an added filter', { op: 'add', path: 'emails[type eq "work"].value', value: 'bob@example.com' }],
      [
        'an element',
        { op: 'replace', path: 'emails[type eq "work"]', value: { type: 'work', value: 'bob@example.com' } },
      ],
      ['the whole list', { op: 'replace', path: 'emails', value: mail('bob@example.com') }],
      ['a value without a path', { op: 'replace', value: { emails: mail('bob@example.com') } }],
      [
        'a path as a key',
        { op: 'Replace', value: { 'emails[type eq "work"].value': 'bob@example.com' } },
        true,
      ],
      ['the user name', { op: 'replace', path: 'userName', value: 'bob@example.com' }],
    ]
    it.each(changesOfMail)('changes both by %s', async (_, operation, needsLeniency) => {
      if (needsLeniency && (name === 'strict' || name === 'Okta')) return
      const { createUser, patch, get } = start(profile)
      const { id } = await createUser(ann)
      const { status, trace } = await patch(`/Users/${id}`, [operation])
      expect(status).toBe(200)
      expect(about(trace)).toEqual([])
      const expected = { userName: 'bob@example.com', emails: [{ ...work, value: 'bob@example.com' }] }
      expect((await get(`/Users/${id}`)).body).toMatchObject(expected)
      expect(await row()).toMatchObject({ email: 'bob@example.com' })
    })

    it('does not lose it where it alone is removed, nor what stands beside it', async () => {
      const { createUser, patch } = start(profile)
      const { id, meta } = await createUser(ann)
      for (const path of ['emails[type eq "work"].value', 'emails[type eq "work"]', 'emails']) {
        const { status, body, trace } = await patch(`/Users/${id}`, [{ op: 'remove', path }])
        expect([status, body.emails, body.meta.version]).toEqual([200, [work], meta.version])
        expect(about(trace), path).toEqual(['emails[type eq "work"].value'])
      }
      const off = { op: 'replace', path: 'active', value: false }
      const { body } = await patch(`/Users/${id}`, [{ op: 'remove', path: 'emails' }, off])
      expect(body).toMatchObject({ active: false, emails: [work] })
    })
  })

  it('counts less where one PATCH sets both', async () => {
    const { createUser, patch } = start()
    const { id } = await createUser(ann)
    const { body, trace } = await patch(`/Users/${id}`, [
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'eve@example.com' },
      { op: 'replace', path: 'userName', value: 'bob@example.com' },
    ])
    expect(body).toMatchObject({ userName: 'bob@example.com', emails: [{ value: 'bob@example.com' }] })
    expect(about(trace)).toEqual(['emails[type eq "work"].value'])
  })

  it('follows a PUT, whichever of the two has changed in it', async () => {
    const { createUser, put } = start()
    const { id } = await createUser(ann)
    const changes: readonly (readonly [object, string, boolean])[] = [
      [{ userName: 'ann@example.com', emails: mail('bob@example.com') }, 'bob@example.com', false],
      [{ userName: 'eve@example.com', emails: mail('bob@example.com') }, 'eve@example.com', false],
      [{ userName: 'eve@example.com' }, 'eve@example.com', true],
      [{ userName: 'zoe@example.com' }, 'zoe@example.com', false],
      // A client that writes names with a capital has not changed the name by that.
      [{ userName: 'Zoe@example.com', emails: mail('kim@example.com') }, 'kim@example.com', false],
      [{ userName: 'a@example.com', emails: mail('b@example.com') }, 'a@example.com', true],
    ]
    for (const [attributes, value, isNoted] of changes) {
      const { status, body, trace } = await put(`/Users/${id}`, { schemas: [urns.user], ...attributes })
      expect([status, body.userName, body.emails]).toEqual([200, value, [{ ...work, value }]])
      expect(about(trace).length > 0, JSON.stringify(attributes)).toBe(isNoted)
    }
  })

  it('is filtered and sorted by', async () => {
    const { createUser, get } = start()
    for (const name of ['b', 'c', 'a']) await createUser({ ...ann, userName: `${name}@example.com` })
    const named = async (query: string) =>
      (await get(`/Users?${query}`)).body.Resources.map(({ userName }) => userName)
    for (const filter of [
      'emails[type eq "work"].value eq "B@example.com"',
      'emails.value eq "b@example.com"',
      'emails[type eq "work" and value sw "b"]',
      'userName eq "b@example.com"',
    ])
      expect(await named(`filter=${encodeURIComponent(filter)}`), filter).toEqual(['b@example.com'])
    expect(await named('sortBy=emails.value')).toEqual(['a@example.com', 'b@example.com', 'c@example.com'])
    expect(await named('sortBy=emails&sortOrder=descending')).toEqual([
      'c@example.com',
      'b@example.com',
      'a@example.com',
    ])
  })

  it('is unique as the other is', async () => {
    const { createUser, patch, post } = start()
    await createUser(ann)
    const { id } = await createUser({ ...ann, userName: 'bob@example.com' })
    const operation = { op: 'replace', path: 'emails[type eq "work"].value', value: 'ANN@example.com' }
    const { status, body } = await patch(`/Users/${id}`, [operation])
    expect([status, body.scimType, body.detail]).toEqual([
      409,
      'uniqueness',
      expect.stringContaining('userName'),
    ])
    expect((await post('/Users', { ...ann, emails: mail('new@example.com') })).status).toBe(409)
  })

  it('can be any attribute: what may be without a value is removed in both places', async () => {
    const { createUser, patch, put } = start()
    const { id } = await createUser({ ...ann, nickName: 'Annie' })
    const at = `/Users/${id}`
    const both = (body: object) => {
      const { nickName, displayName } = body as { nickName?: string; displayName?: string }
      return [nickName, displayName]
    }
    expect(both((await patch(at, [{ op: 'replace', path: 'displayName', value: 'Anna' }])).body)).toEqual([
      'Anna',
      'Anna',
    ])
    const removal = await patch(at, [{ op: 'remove', path: 'displayName' }])
    expect([both(removal.body), about(removal.trace)]).toEqual([['Anna', 'Anna'], ['displayName']])
    expect(both((await patch(at, [{ op: 'remove', path: 'nickName' }])).body)).toEqual([undefined, undefined])
    expect(await row()).toMatchObject({ handle: null })
    expect(both((await patch(at, [{ op: 'add', path: 'displayName', value: 'A' }])).body)).toEqual(['A', 'A'])
    // A client that knows one of the two only.
    expect(both((await put(at, { ...ann, displayName: 'B' })).body)).toEqual(['B', 'B'])
    expect(both((await put(at, { ...ann, nickName: 'C' })).body)).toEqual(['C', 'C'])
    expect(both((await put(at, ann)).body)).toEqual([undefined, undefined])
  })

  it('can be in an extension, and in the column of an element', async () => {
    const { createUser, patch } = start()
    const created = await createUser({
      ...ann,
      [urns.enterpriseUser]: { employeeNumber: '7' },
      title: 'Rome',
    })
    expect(created).toMatchObject({
      schemas: [urns.user, urns.enterpriseUser],
      externalId: '7',
      [urns.enterpriseUser]: { employeeNumber: '7' },
      title: 'Rome',
      addresses: [{ type: 'work', locality: 'Rome' }],
    })
    const { body } = await patch(`/Users/${created.id}`, [
      { op: 'replace', path: 'addresses[type eq "work"].locality', value: 'Oslo' },
      { op: 'remove', path: 'externalId' },
    ])
    expect(body).toMatchObject({ schemas: [urns.user], title: 'Oslo' })
    expect(body.externalId).toBeUndefined()
    expect(await row()).toMatchObject({ badge: null, city: 'Oslo' })
  })

  it('is the same in bulk requests', async () => {
    const { post, createUser, events } = start()
    const { id } = await createUser({ ...ann, userName: 'bob@example.com' })
    const { status, body } = await post('/Bulk', {
      schemas: [urns.bulkRequest],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: '1', data: { ...ann, emails: mail('x@example.com') } },
        {
          method: 'PATCH',
          path: `/Users/${id}`,
          data: {
            schemas: [urns.patchOp],
            Operations: [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'kim@example.com' }],
          },
        },
      ],
    })
    expect(status).toBe(200)
    expect((body.Operations as { status: string }[]).map((one) => one.status)).toEqual(['201', '200'])
    expect(events.flatMap(({ trace }) => about(trace))).toEqual(['emails[type eq "work"].value'])
    const { rows } = await sql<MemberRow>`select email from members order by 1`.execute(database.db)
    expect(rows.map(({ email }) => email)).toEqual(['ann@example.com', 'kim@example.com'])
  })

  it('tells events of both attributes', async () => {
    const changed: unknown[] = []
    const { createUser, patch } = serve({
      users: users(database),
      on: { 'user.updated': (event) => void changed.push(event.changed) },
    })
    const { id } = await createUser(ann)
    await patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: 'bob@example.com' }])
    expect(changed).toEqual([expect.arrayContaining(['userName', 'emails'])])
  })
})

describe('what cannot be the same is said at the start', () => {
  const map = mapUser<MemberRow>()
  const wrong: readonly (readonly [object, string])[] = [
    [{ userName: 'email', title: sameAs('userNam') }, 'mapping: userNam: '],
    [
      { userName: 'email', title: sameAs('nickName') },
      'mapping: title: it can only be the same as an attribute in a column',
    ],
    [
      { userName: 'email', nickName: sameAs('userName'), title: sameAs('nickName') },
      'mapping: title: it can only be the same as an attribute in a column',
    ],
    [{ userName: 'email', active: sameAs('userName') }, 'mapping: active: it cannot be the same as userName'],
    [{ userName: 'email', emails: sameAs('userName') }, 'mapping: emails: it cannot be the same as userName'],
    [{ userName: 'email', 'emails.value': sameAs('userName') }, 'emails has several values'],
    [{ userName: 'email', 'emails[type eq "work"]': sameAs('userName') }, 'say which sub-attribute'],
    [
      {
        userName: 'email',
        emails: json<MemberRow>('others'),
        'emails[type eq "work"].value': sameAs('userName'),
      },
      'emails is mapped as a whole already',
    ],
    [
      { userName: 'email', nickName: column<MemberRow>('email', {}) },
      'the column "email" has been given to userName already',
    ],
  ]
  it.each(wrong)('%j', (definition, problem) => {
    expect(() => map(definition as never).restrictResourceType(userResourceType)).toThrow(problem)
  })
})
