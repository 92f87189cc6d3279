import {
  body,
  contains,
  createGroup,
  createUser,
  empty,
  error,
  type Json,
  patch,
  read,
  same,
  type WireCase,
} from '../case.js'

const work = { type: 'work', streetAddress: '100 Universal City Plaza', locality: 'Hollywood', primary: true }
const home = { type: 'home', locality: 'Hollywood' }

/** The ids of a group's members, sorted: a service may keep members in any order. */
function ids(group: Json): readonly unknown[] {
  return ((group.members ?? []) as readonly Json[]).map(({ value }) => value).sort()
}

/** PATCH, with the examples of RFC 7644 3.5.2. */
export const patches: readonly WireCase[] = [
  {
    name: 'add puts a member into a group',
    section: 'RFC 7644 3.5.2.1',
    needs: ['groups'],
    async run(wire) {
      const user = await createUser(wire)
      const group = await createGroup(wire)
      const path = `/Groups/${group.id}`
      const member = {
        display: 'Babs Jensen',
        $ref: `https://example.com/v2/Users/${user.id}`,
        value: user.id,
      }
      empty(await patch(wire, path, [{ op: 'add', path: 'members', value: [member] }]), 204)
      contains(await read(wire, path), {
        members: [{ value: user.id, type: 'User', display: 'Babs Jensen' }],
      })
      empty(await patch(wire, path, [{ op: 'add', path: 'members', value: [member] }]), 204)
      same(ids(await read(wire, path)), [user.id], 'the members')
    },
  },
  {
    name: 'add without a path adds to lists and sets the rest',
    section: 'RFC 7644 3.5.2.1',
    async run(wire) {
      const user = await createUser(wire, { emails: [{ value: 'bjensen@example.com', type: 'work' }] })
      const value = { emails: [{ value: 'babs@jensen.org', type: 'home' }], nickname: 'Babs' }
      body(await patch(wire, `/Users/${user.id}`, [{ op: 'add', value }]), 200, {
        nickName: 'Babs',
        emails: [{ value: 'bjensen@example.com' }, { value: 'babs@jensen.org', type: 'home' }],
      })
    },
  },
  {
    name: 'add of what is there changes neither the version nor the time',
    section: 'RFC 7644 3.5.2.1',
    async run(wire) {
      const user = await createUser(wire, { nickName: 'Babs' })
      const reply = await patch(wire, `/Users/${user.id}`, [{ op: 'add', path: 'nickName', value: 'Babs' }])
      same(body(reply, 200).meta, user.meta, 'meta')
    },
  },
  {
    name: 'a new primary value takes the place of the old one',
    section: 'RFC 7644 3.5.2',
    async run(wire) {
      const user = await createUser(wire, { emails: [{ value: 'a@example.com', primary: true }] })
      const value = [{ value: 'b@example.com', primary: true }]
      const { emails } = body(
        await patch(wire, `/Users/${user.id}`, [{ op: 'add', path: 'emails', value }]),
        200,
      )
      const primary = (emails as readonly Json[]).filter((one) => one.primary === true)
      same(
        primary.map((one) => one.value),
        ['b@example.com'],
        'what is primary',
      )
    },
  },
  {
    name: 'remove takes one member out',
    section: 'RFC 7644 3.5.2.2',
    needs: ['groups'],
    async run(wire) {
      const [one, two] = [await createUser(wire), await createUser(wire)]
      const group = await createGroup(wire, { members: [{ value: one.id }, { value: two.id }] })
      const path = `/Groups/${group.id}`
      empty(await patch(wire, path, [{ op: 'remove', path: `members[value eq "${one.id}"]` }]), 204)
      same(ids(await read(wire, path)), [two.id], 'the members')
    },
  },
  {
    name: 'remove takes all members out',
    section: 'RFC 7644 3.5.2.2',
    needs: ['groups'],
    async run(wire) {
      const { id } = await createUser(wire)
      const group = await createGroup(wire, { members: [{ value: id }] })
      empty(await patch(wire, `/Groups/${group.id}`, [{ op: 'remove', path: 'members' }]), 204)
      contains(await read(wire, `/Groups/${group.id}`), { members: undefined })
      await read(wire, `/Users/${id}`)
    },
  },
  {
    name: 'remove takes out the values that two conditions select',
    section: 'RFC 7644 3.5.2.2',
    async run(wire) {
      const emails = [
        { type: 'work', value: 'a@example.com' },
        { type: 'work', value: 'b@example.org' },
        { type: 'home', value: 'c@example.com' },
      ]
      const { id } = await createUser(wire, { emails })
      const path = 'emails[type eq "work" and value ew "example.com"]'
      const after = body(await patch(wire, `/Users/${id}`, [{ op: 'remove', path }]), 200)
      same(
        (after.emails as readonly Json[]).map(({ value }) => value),
        ['b@example.org', 'c@example.com'],
        'emails',
      )
    },
  },
  {
    name: 'remove and add in one request exchange a member',
    section: 'RFC 7644 3.5.2.2',
    needs: ['groups'],
    async run(wire) {
      const [one, two] = [await createUser(wire), await createUser(wire)]
      const group = await createGroup(wire, { members: [{ value: one.id }] })
      const operations = [
        { op: 'remove', path: `members[value eq "${one.id}"]` },
        { op: 'add', path: 'members', value: [{ display: 'James Smith', value: two.id }] },
      ]
      empty(await patch(wire, `/Groups/${group.id}`, operations), 204)
      same(ids(await read(wire, `/Groups/${group.id}`)), [two.id], 'the members')
    },
  },
  {
    name: 'remove without a path is noTarget',
    section: 'RFC 7644 3.5.2.2',
    async run(wire) {
      const { id } = await createUser(wire)
      error(await patch(wire, `/Users/${id}`, [{ op: 'remove' }]), 400, 'noTarget')
    },
  },
  {
    name: 'remove of what is required is refused',
    section: 'RFC 7644 3.5.2.2',
    async run(wire) {
      const { id } = await createUser(wire)
      error(await patch(wire, `/Users/${id}`, [{ op: 'remove', path: 'userName' }]), 400, 'mutability')
    },
  },
  {
    name: 'replace gives a group other members',
    section: 'RFC 7644 3.5.2.3',
    needs: ['groups'],
    async run(wire) {
      const [one, two, three] = [await createUser(wire), await createUser(wire), await createUser(wire)]
      const group = await createGroup(wire, { members: [{ value: one.id }] })
      const value = [
        { display: 'Babs Jensen', value: two.id },
        { display: 'James Smith', value: three.id },
      ]
      empty(await patch(wire, `/Groups/${group.id}`, [{ op: 'replace', path: 'members', value }]), 204)
      same(ids(await read(wire, `/Groups/${group.id}`)), [two.id, three.id].sort(), 'the members')
    },
  },
  {
    name: 'replace changes the address that a condition selects',
    section: 'RFC 7644 3.5.2.3',
    async run(wire) {
      const { id } = await createUser(wire, { addresses: [work, home] })
      const value = {
        type: 'work',
        streetAddress: '911 Universal City Plaza',
        postalCode: '91608',
        primary: true,
      }
      const operations = [{ op: 'replace', path: 'addresses[type eq "work"]', value }]
      const { addresses } = body(await patch(wire, `/Users/${id}`, operations), 200, {
        addresses: [value, home],
      })
      same((addresses as readonly Json[]).length, 2, 'how many addresses')
    },
  },
  {
    name: 'replace changes one part of the address that a condition selects',
    section: 'RFC 7644 3.5.2.3',
    async run(wire) {
      const { id } = await createUser(wire, { addresses: [work, home] })
      const path = 'addresses[type eq "work"].streetAddress'
      const reply = await patch(wire, `/Users/${id}`, [{ op: 'replace', path, value: '1010 Broadway Ave' }])
      body(reply, 200, { addresses: [{ ...work, streetAddress: '1010 Broadway Ave' }, home] })
    },
  },
  {
    name: 'replace without a path replaces lists and sets the rest',
    section: 'RFC 7644 3.5.2.3',
    async run(wire) {
      const { id } = await createUser(wire, { title: 'Guide', emails: [{ value: 'old@example.com' }] })
      const emails = [
        { value: 'bjensen@example.com', type: 'work', primary: true },
        { value: 'babs@jensen.org', type: 'home' },
      ]
      const reply = await patch(wire, `/Users/${id}`, [
        { op: 'replace', value: { emails, nickname: 'Babs' } },
      ])
      const after = body(reply, 200, { nickName: 'Babs', title: 'Guide' })
      same(
        (after.emails as readonly Json[]).map(({ value }) => value),
        emails.map(({ value }) => value),
        'emails',
      )
    },
  },
  {
    name: 'replace of a complex attribute leaves the parts that are not named',
    section: 'RFC 7644 3.5.2.3',
    async run(wire) {
      const { id } = await createUser(wire, { name: { familyName: 'Jensen', givenName: 'Barbara' } })
      const operations = [{ op: 'replace', path: 'name', value: { givenName: 'Babs' } }]
      const expected = { name: { familyName: 'Jensen', givenName: 'Babs' } }
      body(await patch(wire, `/Users/${id}`, operations), 200, expected)
    },
  },
  {
    name: 'attributes of an extension are named after its URN',
    section: 'RFC 7644 3.10',
    async run(wire) {
      const { id } = await createUser(wire)
      const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
      const add = [{ op: 'add', path: `${urn}:department`, value: 'Tours' }]
      body(await patch(wire, `/Users/${id}`, add), 200, { schemas: [urn], [urn]: { department: 'Tours' } })
      const removed = body(
        await patch(wire, `/Users/${id}`, [{ op: 'remove', path: `${urn}:department` }]),
        200,
      )
      contains(removed, { [urn]: undefined })
      same((removed.schemas as readonly string[]).includes(urn), false, 'whether schemas has the extension')
    },
  },
  {
    name: 'operations are applied in their order, and all of them or none',
    section: 'RFC 7644 3.5.2',
    async run(wire) {
      const { id } = await createUser(wire, { title: 'Guide' })
      const path = `/Users/${id}`
      const before = await read(wire, path)
      const wrong = [
        { op: 'replace', path: 'title', value: 'Chief' },
        { op: 'add', path: 'emails', value: [{ value: 'a@example.com' }] },
        { op: 'replace', path: 'shoe size', value: 44 },
      ]
      error(await patch(wire, path, wrong), 400, 'invalidPath')
      same(await read(wire, path), before, 'the user')
      const right = ['One', 'Two'].map((value) => ({ op: 'replace', path: 'title', value }))
      body(await patch(wire, path, right), 200, { title: 'Two' })
    },
  },
  {
    name: 'what is read-only is not changed',
    section: 'RFC 7644 3.5.2',
    async run(wire) {
      const { id } = await createUser(wire)
      error(await patch(wire, `/Users/${id}`, [{ op: 'replace', path: 'id', value: 'x' }]), 400, 'mutability')
    },
  },
  {
    name: 'attributes shape the answer and never what is stored',
    section: 'RFC 7644 3.9',
    async run(wire) {
      const { id } = await createUser(wire, { nickName: 'Babs', emails: [{ value: 'a@example.com' }] })
      const operations = [{ op: 'replace', path: 'title', value: 'Chief' }]
      const query = { attributes: 'title' }
      body(await patch(wire, `/Users/${id}`, operations, { query }), 200, {
        id,
        title: 'Chief',
        userName: undefined,
        nickName: undefined,
      })
      const expected = { nickName: 'Babs', title: 'Chief', emails: [{ value: 'a@example.com' }] }
      contains(await read(wire, `/Users/${id}`), expected)
    },
  },
  {
    name: 'PATCHes at the same time lose nothing',
    section: 'RFC 7644 3.5.2',
    async run(wire) {
      const { id } = await createUser(wire)
      const values = Array.from({ length: 16 }, (_, index) => `e${index}@example.com`)
      const replies = await Promise.all(
        values.map((value) =>
          patch(wire, `/Users/${id}`, [{ op: 'add', path: 'emails', value: [{ value }] }]),
        ),
      )
      for (const reply of replies) body(reply, 200)
      contains(await read(wire, `/Users/${id}`), { emails: values.map((value) => ({ value })) })
    },
  },
]
