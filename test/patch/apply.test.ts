import { describe, expect, it } from 'vitest'
import {
  attribute,
  defineExtension,
  defineResourceType,
  defineSchema,
  groupResourceType,
  lenient,
  strict,
  urns,
  userResourceType,
} from '../../src/index.js'
import { frozen, patchBody, patched, patchOp, refusal, resource } from './patch.js'

const rfc = strict()
const work = { value: 'bjensen@example.com', type: 'work', primary: true }
const home = { value: 'babs@jensen.org', type: 'home' }
const bjensen = frozen({
  userName: 'bjensen',
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  title: 'Guide',
  active: true,
  emails: [work, home],
  [urns.enterpriseUser]: { department: 'Tours', manager: { value: 'm1' } },
})
const user = (operations: unknown, profile = rfc) => patched(userResourceType, bjensen, operations, profile)
const noUser = (operations: unknown, profile = rfc) => refusal(userResourceType, bjensen, operations, profile)

describe('add', () => {
  it('adds attributes without a path, and replaces those with one value', async () => {
    const operations = [{ op: 'add', value: { nickName: 'Babs', title: 'Chief', name: { middleName: 'J' } } }]
    expect(await user(operations)).toEqual({
      ...bjensen,
      nickName: 'Babs',
      title: 'Chief',
      name: { givenName: 'Barbara', familyName: 'Jensen', middleName: 'J' },
    })
  })

  it('puts new values behind those that a multi-valued attribute has', async () => {
    const other = { value: 'b@example.org', type: 'other' }
    expect(await user([{ op: 'add', path: 'emails', value: [other] }])).toEqual({
      ...bjensen,
      emails: [work, home, other],
    })
    expect(await user([{ op: 'add', value: { emails: [other] } }])).toMatchObject({
      emails: [work, home, other],
    })
  })

  it('takes one value without an array around it, complex or not', async () => {
    const Tagged = defineResourceType({
      name: 'Tagged',
      endpoint: '/Tagged',
      schema: defineSchema('urn:example:Tagged', { tags: attribute.string({ multiValued: true }) }),
    })
    expect(await user([{ op: 'add', path: 'emails', value: { value: 'x@y.z' } }])).toMatchObject({
      emails: [work, home, { value: 'x@y.z' }],
    })
    expect(await patched(Tagged, { tags: ['a'] }, [{ op: 'add', path: 'tags', value: 'b' }], rfc)).toEqual({
      tags: ['a', 'b'],
    })
    expect(await patched(Tagged, { tags: ['a'] }, [{ op: 'add', path: 'tags', value: 'a' }], rfc)).toEqual({
      tags: ['a'],
    })
  })

  it('changes nothing where the value is there already, in another case too where case means nothing', async () => {
    for (const value of [[home], { value: 'babs@jensen.org', type: 'home' }, [], '', null]) {
      const { after } = await patchBody(
        userResourceType,
        resource(userResourceType, bjensen),
        patchOp([{ op: 'add', path: 'emails', value }]),
      )
      expect(after.emails).toBe(bjensen.emails)
    }
  })

  it('tells values apart by value and type, and completes one that says less', async () => {
    const operations = [
      { op: 'add', path: 'emails', value: [{ value: 'babs@jensen.org', type: 'work' }] },
      { op: 'add', path: 'emails', value: [{ ...home, display: 'Babs' }] },
    ]
    expect(await user(operations)).toMatchObject({
      emails: [work, { ...home, display: 'Babs' }, { value: 'babs@jensen.org', type: 'work' }],
    })
  })

  it('adds to elements that a filter selects, and to all where there is no filter', async () => {
    expect(await user([{ op: 'add', path: 'emails[type eq "home"].display', value: 'Babs' }])).toMatchObject({
      emails: [work, { ...home, display: 'Babs' }],
    })
    expect(await user([{ op: 'add', path: 'emails.display', value: 'Babs' }])).toMatchObject({
      emails: [
        { ...work, display: 'Babs' },
        { ...home, display: 'Babs' },
      ],
    })
  })

  it('needs a value', async () => {
    expect(await noUser([{ op: 'add', path: 'title' }])).toMatchObject({ scimType: 'invalidValue' })
    expect(await noUser([{ op: 'add', value: 'x' }])).toMatchObject({ scimType: 'invalidValue' })
    expect(await noUser([{ op: 'add', value: [{ title: 'x' }] }])).toMatchObject({ scimType: 'invalidValue' })
  })
})

describe('replace', () => {
  it('sets the given sub-attributes and leaves the others', async () => {
    expect(await user([{ op: 'replace', path: 'name', value: { givenName: 'Babs' } }])).toMatchObject({
      name: { givenName: 'Babs', familyName: 'Jensen' },
    })
    expect(await user([{ op: 'replace', value: { name: { givenName: 'Babs' } } }])).toMatchObject({
      name: { givenName: 'Babs', familyName: 'Jensen' },
    })
  })

  it('puts the values in the place of all others', async () => {
    expect(await user([{ op: 'replace', path: 'emails', value: [{ value: 'x@y.z' }] }])).toMatchObject({
      emails: [{ value: 'x@y.z' }],
    })
  })

  it('keeps the type of an element whose value it replaces', async () => {
    const path = 'emails[type eq "work"]'
    expect(await user([{ op: 'replace', path, value: { value: 'x@y.z' } }])).toMatchObject({
      emails: [{ ...work, value: 'x@y.z' }, home],
    })
    expect(await user([{ op: 'replace', path: `${path}.value`, value: 'x@y.z' }])).toMatchObject({
      emails: [{ ...work, value: 'x@y.z' }, home],
    })
  })

  it('adds what is not there', async () => {
    expect(await user([{ op: 'replace', path: 'nickName', value: 'Babs' }])).toMatchObject({
      nickName: 'Babs',
    })
    expect(await user([{ op: 'replace', path: 'phoneNumbers', value: [{ value: '1' }] }])).toMatchObject({
      phoneNumbers: [{ value: '1' }],
    })
    expect(await user([{ op: 'replace', path: 'addresses.country', value: 'NO' }])).toMatchObject({
      addresses: [{ country: 'NO' }],
    })
  })

  it('changes every element that the filter selects', async () => {
    const path = 'emails[value pr].display'
    expect(await user([{ op: 'replace', path, value: 'x' }])).toMatchObject({
      emails: [
        { ...work, display: 'x' },
        { ...home, display: 'x' },
      ],
    })
  })

  it('finds no target where the filter selects nothing', async () => {
    for (const path of [
      'emails[type eq "other"]',
      'emails[type eq "other"].value',
      'addresses[type eq "work"].country',
    ]) {
      const value = path.endsWith(']') ? { value: 'x' } : 'x'
      expect(await noUser([{ op: 'replace', path, value }])).toMatchObject({ scimType: 'noTarget' })
      expect(await noUser([{ op: 'add', path, value }])).toMatchObject({ scimType: 'noTarget' })
    }
  })

  it('deletes nothing where the value is missing', async () => {
    expect(await noUser([{ op: 'replace', path: 'emails' }], lenient())).toMatchObject({
      scimType: 'invalidValue',
      detail: 'Operations[0]: replace needs a value',
    })
  })

  it('clears with null, an empty text and an empty array', async () => {
    const { title: _title, ...untitled } = bjensen
    for (const value of [null, '']) {
      expect(await user([{ op: 'replace', path: 'title', value }])).toEqual(untitled)
      expect(await user([{ op: 'replace', value: { title: value } }])).toEqual(untitled)
    }
    for (const value of [null, '', []]) {
      const { emails: _emails, ...unmailed } = bjensen
      expect(await user([{ op: 'replace', path: 'emails', value }])).toEqual(unmailed)
    }
    const { name: _name, ...unnamed } = bjensen
    const parts = { givenName: '', familyName: null }
    expect(await user([{ op: 'replace', path: 'name', value: null }])).toEqual(unnamed)
    expect(await user([{ op: 'replace', path: 'name', value: parts }])).toEqual(unnamed)
  })

  it('clears one sub-attribute of one element', async () => {
    expect(await user([{ op: 'replace', path: 'emails[type eq "work"].value', value: '' }])).toMatchObject({
      emails: [{ type: 'work', primary: true }, home],
    })
  })

  it('gives back the same object for what is there already', async () => {
    const before = resource(userResourceType, bjensen)
    for (const operation of [
      { op: 'replace', path: 'title', value: 'Guide' },
      { op: 'replace', value: { active: true, name: { familyName: 'Jensen' } } },
      { op: 'replace', path: 'emails', value: [work, home] },
      { op: 'replace', path: 'emails[type eq "work"].value', value: work.value },
      { op: 'replace', path: `${urns.enterpriseUser}:manager`, value: { value: 'm1' } },
      { op: 'replace', path: 'nickName', value: null },
      { op: 'replace', value: {} },
    ]) {
      const { after } = await patchBody(userResourceType, before, patchOp([operation]))
      expect(after, JSON.stringify(operation)).toBe(before)
    }
  })

  it('gives back the same object where operations undo each other', async () => {
    const before = resource(userResourceType, bjensen)
    const operations = [
      { op: 'replace', path: 'title', value: 'Chief' },
      { op: 'add', path: 'emails', value: [{ value: 'x@y.z' }] },
      { op: 'remove', path: 'emails[value eq "x@y.z"]' },
      { op: 'remove', path: urns.enterpriseUser },
      { op: 'add', value: { [urns.enterpriseUser]: { department: 'Tours', manager: { value: 'm1' } } } },
      { op: 'replace', path: 'title', value: 'Guide' },
    ]
    expect((await patchBody(userResourceType, before, patchOp(operations))).after).toBe(before)
    const renamed = [...operations, { op: 'replace', path: 'title', value: 'Chief' }]
    const { after } = await patchBody(userResourceType, before, patchOp(renamed))
    expect(after.title).toBe('Chief')
    expect(after.emails).toBe(before.emails)
    expect(after[urns.enterpriseUser]).toBe(before[urns.enterpriseUser])
  })
})

describe('remove', () => {
  it('needs a path, whatever the value says', async () => {
    for (const value of [undefined, { title: 'Guide' }, { 'emails[type eq "work"]': null }, 'title']) {
      const refused = await noUser([{ op: 'remove', value }], lenient())
      expect(refused).toMatchObject({ status: 400, scimType: 'noTarget' })
    }
  })

  it('removes attributes, sub-attributes, elements and sub-attributes of elements', async () => {
    const { title: _title, emails: _emails, ...rest } = bjensen
    expect(
      await user([
        { op: 'remove', path: 'title' },
        { op: 'remove', path: 'emails' },
      ]),
    ).toEqual(rest)
    expect(await user([{ op: 'remove', path: 'name.givenName' }])).toMatchObject({
      name: { familyName: 'Jensen' },
    })
    expect((await user([{ op: 'remove', path: 'emails[type eq "home"]' }])).emails).toEqual([work])
    expect((await user([{ op: 'remove', path: 'emails[type eq "home"].type' }])).emails).toEqual([
      work,
      { value: home.value },
    ])
    expect((await user([{ op: 'remove', path: 'emails.type' }])).emails).toEqual([
      { value: work.value, primary: true },
      { value: home.value },
    ])
  })

  it('leaves nothing empty behind', async () => {
    const { emails: _emails, ...unmailed } = bjensen
    expect(await user([{ op: 'remove', path: 'emails[value pr]' }])).toEqual(unmailed)
    const { name: _name, ...unnamed } = bjensen
    expect(
      await user([
        { op: 'remove', path: 'name.givenName' },
        { op: 'remove', path: 'name.familyName' },
      ]),
    ).toEqual(unnamed)
  })

  it('succeeds without change where there is nothing to remove', async () => {
    const before = resource(userResourceType, bjensen)
    for (const path of [
      'nickName',
      'name.middleName',
      'phoneNumbers',
      'emails[type eq "other"]',
      'emails[type eq "other"].value',
      'phoneNumbers[type eq "work"].value',
    ]) {
      const { after } = await patchBody(userResourceType, before, patchOp([{ op: 'remove', path }]), rfc)
      expect(after, path).toBe(before)
    }
  })

  it('of what is required is refused', async () => {
    for (const operation of [
      { op: 'remove', path: 'userName' },
      { op: 'replace', path: 'userName', value: null },
      { op: 'replace', value: { userName: '' } },
    ]) {
      expect(await noUser([operation])).toMatchObject({ scimType: 'mutability', path: 'userName' })
    }
    expect(
      await user([
        { op: 'remove', path: 'userName' },
        { op: 'add', path: 'userName', value: 'b' },
      ]),
    ).toMatchObject({ userName: 'b' })
  })

  it('with a value never removes what the value does not name', async () => {
    const gone = [work]
    for (const value of [
      [home],
      home,
      'babs@jensen.org',
      ['BABS@jensen.org'],
      [{ value: 'babs@jensen.org' }],
    ]) {
      expect((await user([{ op: 'remove', path: 'emails', value }], lenient())).emails).toEqual(gone)
    }
    for (const value of [[], [{ value: 'x' }], [{ value: 'babs@jensen.org', type: 'work' }]]) {
      expect((await user([{ op: 'remove', path: 'emails', value }], lenient())).emails).toEqual([work, home])
    }
    expect(
      (await user([{ op: 'remove', path: 'emails', value: [{ type: 'home' }] }], lenient())).emails,
    ).toEqual(gone)
    // Not the value of every element.
    expect(
      (await user([{ op: 'remove', path: 'emails.value', value: 'babs@jensen.org' }], lenient())).emails,
    ).toEqual([work, { type: 'home' }])
    expect(await noUser([{ op: 'remove', path: 'emails', value: [home] }])).toMatchObject({
      scimType: 'invalidSyntax',
    })
  })

  it('with a value behind a filter goes by the filter, and never sets the value', async () => {
    const operation = { op: 'remove', path: 'emails[type eq "work"].value', value: 'someone@else.org' }
    expect((await user([operation], lenient())).emails).toEqual([{ type: 'work', primary: true }, home])
  })
})

describe('a value filter over the one value of an attribute', () => {
  const name = { givenName: 'Barbara', familyName: 'Jensen' }

  it('changes it where it matches', async () => {
    const operation = { op: 'replace', path: 'name[givenName eq "barbara"].familyName', value: 'J' }
    expect(await patched(userResourceType, { userName: 'b', name }, [operation], lenient())).toMatchObject({
      name: { ...name, familyName: 'J' },
    })
  })

  // It was made into what the filter describes, and lost what else it had.
  it.each(['add', 'replace'])('leaves it where it does not: %s', async (op) => {
    for (const operation of [
      { op, path: 'name[givenName eq "Ada"].familyName', value: 'J' },
      { op, path: 'name[givenName eq "Ada"]', value: { familyName: 'J' } },
    ]) {
      const refused = await refusal(userResourceType, { userName: 'b', name }, [operation], lenient())
      expect(refused).toMatchObject({ scimType: 'noTarget', path: 'name' })
      const created = await patched(userResourceType, { userName: 'b' }, [operation], lenient())
      expect(created).toMatchObject({ name: { givenName: 'Ada', familyName: 'J' } })
    }
  })
})

describe('primary', () => {
  it('is taken from the others when a value becomes primary', async () => {
    const cleared = [
      { ...work, primary: false },
      { ...home, primary: true },
    ]
    for (const operation of [
      { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
      { op: 'add', path: 'emails[type eq "home"]', value: { primary: true } },
      { op: 'add', path: 'emails', value: [{ ...home, primary: true }] },
    ]) {
      expect((await user([operation])).emails, JSON.stringify(operation)).toEqual(cleared)
    }
    expect(
      (await user([{ op: 'add', path: 'emails', value: [{ value: 'x', primary: true }] }])).emails,
    ).toEqual([{ ...work, primary: false }, home, { value: 'x', primary: true }])
  })

  it('goes to one of several that become primary at once', async () => {
    expect((await user([{ op: 'replace', path: 'emails.primary', value: true }])).emails).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
    ])
    expect(
      await noUser([
        {
          op: 'replace',
          path: 'emails',
          value: [
            { value: 'a', primary: true },
            { value: 'b', primary: true },
          ],
        },
      ]),
    ).toMatchObject({ scimType: 'invalidValue' })
  })

  it('stays where another part of the element changes', async () => {
    expect(
      (await user([{ op: 'replace', path: 'emails[primary eq true].display', value: 'x' }])).emails,
    ).toEqual([{ ...work, display: 'x' }, home])
  })
})

describe('what may not be written', () => {
  it('is refused when a path names it', async () => {
    for (const path of [
      'id',
      'meta',
      'meta.version',
      'schemas',
      'groups',
      'groups[value eq "g"]',
      'groups.value',
    ]) {
      for (const op of ['add', 'replace', 'remove']) {
        const refused = await noUser([{ op, path, ...(op !== 'remove' && { value: 'x' }) }], lenient())
        expect(refused, `${op} ${path}`).toMatchObject({ status: 400, scimType: 'mutability' })
      }
    }
    expect(
      await noUser([{ op: 'replace', path: `${urns.enterpriseUser}:manager.displayName`, value: 'x' }]),
    ).toMatchObject({ scimType: 'mutability', path: `${urns.enterpriseUser}:manager.displayName` })
  })

  it('is ignored inside of a value, or refused', async () => {
    const value = {
      id: 'x',
      meta: { version: '9' },
      schemas: [urns.user],
      groups: [{ value: 'g' }],
      title: 'Chief',
    }
    expect(await user([{ op: 'replace', value }], lenient())).toEqual({ ...bjensen, title: 'Chief' })
    expect(await noUser([{ op: 'replace', value }])).toMatchObject({ scimType: 'mutability' })
  })

  it('may be set once when it is immutable', async () => {
    const Door = defineResourceType({
      name: 'Door',
      endpoint: '/Doors',
      schema: defineSchema('urn:example:Door', {
        label: attribute.string(),
        lock: attribute.string({ mutability: 'immutable' }),
      }),
    })
    const add = [{ op: 'add', path: 'lock', value: 'A' }]
    expect(await patched(Door, { label: 'x' }, add, rfc)).toEqual({ label: 'x', lock: 'A' })
    expect(await patched(Door, { lock: 'A' }, add, rfc)).toEqual({ lock: 'A' })
    for (const operation of [
      { op: 'add', path: 'lock', value: 'B' },
      { op: 'replace', path: 'lock', value: 'B' },
      { op: 'replace', value: { lock: 'B' } },
      { op: 'replace', path: 'lock', value: null },
      { op: 'remove', path: 'lock' },
    ]) {
      expect(await refusal(Door, { lock: 'A' }, [operation], rfc), JSON.stringify(operation)).toMatchObject({
        scimType: 'mutability',
        path: 'lock',
      })
    }
  })

  it('of a member is the member itself: members come and go whole', async () => {
    const group = { displayName: 'G', members: [{ value: 'u1', type: 'User' }] }
    for (const operation of [
      { op: 'replace', path: 'members[value eq "u1"].value', value: 'u2' },
      { op: 'remove', path: 'members[value eq "u1"].value' },
      { op: 'remove', path: 'members.type' },
      { op: 'replace', path: 'members.value', value: 'u2' },
    ]) {
      expect(
        await refusal(groupResourceType, group, [operation], rfc),
        JSON.stringify(operation),
      ).toMatchObject({ scimType: 'mutability' })
    }
    expect(
      await patched(groupResourceType, group, [
        { op: 'replace', path: 'members[value eq "u1"].display', value: 'Babs' },
      ]),
    ).toEqual({ displayName: 'G', members: [{ value: 'u1', type: 'User', display: 'Babs' }] })
  })
})

describe('extensions', () => {
  const badge = defineExtension('urn:example:badge:1.1', {
    code: attribute.string(),
    scans: attribute.complex({ value: attribute.string(), at: attribute.dateTime() }, { multiValued: true }),
  })
  const shorter = defineExtension('urn:example:badge:1', { code: attribute.string() })
  const Worker = defineResourceType({
    name: 'Worker',
    endpoint: '/Workers',
    schema: defineSchema('urn:example:Worker', { title: attribute.string() }),
    extensions: [shorter, badge],
  })

  it('come and go in schemas with their last attribute', async () => {
    const before = resource(Worker, { title: 'x' })
    const added = await patchBody(
      Worker,
      before,
      patchOp([{ op: 'add', path: `${badge.urn}:code`, value: 'A' }]),
    )
    expect(added.after).toMatchObject({
      schemas: ['urn:example:Worker', badge.urn],
      [badge.urn]: { code: 'A' },
    })
    const removed = await patchBody(
      Worker,
      added.after,
      patchOp([{ op: 'remove', path: `${badge.urn}:code` }]),
    )
    expect(removed.after).toEqual(before)
  })

  it('are told apart where one URN begins with the other, dots and all', async () => {
    const operations = [
      { op: 'add', path: 'urn:example:badge:1.1:code', value: 'long' },
      { op: 'add', path: 'urn:example:badge:1:code', value: 'short' },
      { op: 'add', value: { 'urn:example:badge:1.1:scans': [{ value: 's' }] } },
    ]
    expect(await patched(Worker, {}, operations)).toEqual({
      [badge.urn]: { code: 'long', scans: [{ value: 's' }] },
      [shorter.urn]: { code: 'short' },
    })
  })

  it('have value paths like everything else', async () => {
    const before = { [badge.urn]: { scans: [{ value: 'a' }, { value: 'b' }] } }
    const path = `${badge.urn}:scans[value eq "b"].at`
    const at = '2024-05-06T07:08:09Z'
    expect(await patched(Worker, before, [{ op: 'replace', path, value: at }], rfc)).toEqual({
      [badge.urn]: { scans: [{ value: 'a' }, { value: 'b', at }] },
    })
    expect(
      await patched(Worker, before, [{ op: 'remove', path: `${badge.urn}:scans[value eq "a"]` }], rfc),
    ).toEqual({ [badge.urn]: { scans: [{ value: 'b' }] } })
  })
})

describe('paths and values that do not fit', () => {
  it('are refused with a word for what is wrong', async () => {
    const wrong: readonly (readonly [string, unknown, string])[] = [
      ['nosuch', 'x', 'invalidPath'],
      ['name.nosuch', 'x', 'invalidPath'],
      ['emails[type eq "work"].nosuch', 'x', 'invalidPath'],
      ['emails[nosuch eq "work"].value', 'x', 'invalidFilter'],
      ['emails[type eq "work"', 'x', 'invalidFilter'],
      ['emails[type eq "work"]value', 'x', 'invalidPath'],
      ['emails]', 'x', 'invalidPath'],
      ['.name', 'x', 'invalidPath'],
      ['title[value eq "x"]', 'x', 'invalidPath'],
      ['name.givenName.first', 'x', 'invalidPath'],
      ['title', 7, 'invalidValue'],
      ['title', { a: 1 }, 'invalidValue'],
      ['title', ['a', 'b'], 'invalidValue'],
      ['active', 'yes', 'invalidValue'],
      ['name', 'Barbara', 'invalidValue'],
      ['emails', 7, 'invalidValue'],
      ['emails', [7], 'invalidValue'],
      ['emails', [{ value: 7 }], 'invalidValue'],
      ['emails[type eq "work"]', 7, 'invalidValue'],
      ['emails[type eq "work"].primary', 'yes', 'invalidValue'],
      ['x509Certificates', [{ value: 'not base 64!' }], 'invalidValue'],
    ]
    for (const [path, value, scimType] of wrong) {
      expect(
        await noUser([{ op: 'replace', path, value }]),
        `${path} = ${JSON.stringify(value)}`,
      ).toMatchObject({
        status: 400,
        scimType,
      })
    }
  })

  it('name the operation, and keep what they are about', async () => {
    const refused = await noUser([
      { op: 'add', path: 'title', value: 'x' },
      { op: 'add', path: 'active', value: 7 },
    ])
    expect(refused.detail).toBe('Operations[1]: active must be boolean')
    expect(refused.path).toBe('active')
  })

  it('never repeat a value in the error', async () => {
    const secret = 'hunter2@example.com'
    for (const operation of [
      { op: 'replace', path: 'active', value: secret },
      { op: 'replace', path: `emails[value eq "${secret}].type`, value: 'x' },
      { op: 'replace', path: `emails[value eq "${secret}"].nosuch`, value: 'x' },
      { op: 'replace', path: `nosuch[value eq "${secret}"].type`, value: 'x' },
      { op: 'replace', path: `nosuch[value eq ${secret}].type`, value: 'x' },
      { op: 'replace', path: `emails[type eq "${secret}"].value`, value: 'x' },
      { op: 'replace', path: 'emails', value: [{ value: { secret } }] },
      { op: secret, path: 'title', value: 'x' },
      { op: 'remove', path: `groups[value eq "${secret}"]` },
    ]) {
      expect((await noUser([operation])).detail, JSON.stringify(operation)).not.toContain('hunter2')
    }
  })

  it('two spellings of one attribute in a value are one too many', async () => {
    expect(await noUser([{ op: 'replace', value: { title: 'a', TITLE: 'b' } }], lenient())).toMatchObject({
      scimType: 'invalidSyntax',
    })
    expect(
      await noUser([{ op: 'add', path: 'name', value: { givenName: 'a', givenname: 'b' } }]),
    ).toMatchObject({
      scimType: 'invalidSyntax',
    })
  })
})

describe('many elements', () => {
  const many = 20_000
  const typed = Array.from({ length: many }, (_, index) => ({ type: `t${index}` }))

  const of = async (emails: readonly object[], op: 'add' | 'remove', value: readonly object[]) => {
    const before = resource(userResourceType, { userName: 'bjensen', emails })
    return (await patched(userResourceType, before, [{ op, path: 'emails', value }])).emails
  }

  it('without a value are told apart by all that they say', async () => {
    const first = { type: 't1', display: 'one' }
    const all = [first, ...typed.filter(({ type }) => type !== 't1')]
    expect(await of([first], 'add', typed)).toEqual(all)
    expect(await of(all, 'add', typed)).toEqual(all)
  })

  it('are removed by what they say', async () => {
    const emails = typed.map(({ type }, index) => ({ value: `${index}@example.com`, type }))
    expect(await of(emails, 'remove', typed.slice(1))).toEqual([emails[0]])
    expect(await of(emails, 'remove', emails.slice(1))).toEqual([emails[0]])
    expect(await of(emails, 'remove', [{ type: 't0', value: 'other@example.com' }])).toEqual(emails)
    const before = resource(userResourceType, { userName: 'bjensen', emails })
    const operation = { op: 'remove', path: 'emails.type', value: typed.slice(1).map(({ type }) => type) }
    const after = (await patched(userResourceType, before, [operation])).emails as readonly object[]
    expect(after.filter((one) => 'type' in one)).toEqual([emails[0]])
  })
})
