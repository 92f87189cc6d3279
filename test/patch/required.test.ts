import { describe, expect, it } from 'vitest'
import { attribute, defineExtension, defineResourceType, strict, userResourceType } from '../../src/index.js'
import { patched, refusal } from './patch.js'

// What is required in a complex attribute, an element or an extension is no more removed than what is at the top
// (RFC 7644 section 3.5.2.2).

const Badge = defineExtension('urn:example:badge:2.0:User', {
  code: attribute.string({ required: true }),
  colour: attribute.string(),
  door: attribute.complex({ number: attribute.string({ required: true }), floor: attribute.string() }),
  cards: attribute.complex(
    { value: attribute.string({ required: true }), type: attribute.string(), primary: attribute.boolean() },
    { multiValued: true },
  ),
  rooms: attribute.string({ multiValued: true, required: true }),
})
const { urn } = Badge
const person = defineResourceType({
  name: 'Person',
  endpoint: '/People',
  schema: userResourceType.schema,
  extensions: [Badge],
  activation: 'active',
})

const Lock = defineExtension('urn:example:lock:2.0:User', {
  code: attribute.string({ required: true }),
  colour: attribute.string(),
})
const guest = defineResourceType({
  name: 'Guest',
  endpoint: '/Guests',
  schema: userResourceType.schema,
  extensions: [Lock],
  activation: 'active',
})

const badge = {
  code: 'B1',
  colour: 'red',
  door: { number: '7', floor: '1' },
  cards: [{ value: 'a', type: 'work' }, { value: 'b' }],
  rooms: ['r1', 'r2'],
}
const user = { userName: 'ada', active: true, [urn]: badge }
const off = { op: 'replace', path: 'active', value: false }

/** Each with the attribute that the refusal names. */
const removals: readonly (readonly [string, unknown])[] = [
  ['code', { op: 'remove', path: `${urn}:code` }],
  ['code', { op: 'replace', path: `${urn}:code`, value: null }],
  ['code', { op: 'add', path: `${urn}:code`, value: '' }],
  ['code', { op: 'replace', path: urn, value: { code: null } }],
  ['code', { op: 'replace', value: { [urn]: { code: '' } } }],
  ['door.number', { op: 'remove', path: `${urn}:door.number` }],
  ['door.number', { op: 'replace', path: `${urn}:door`, value: { number: null } }],
  ['door.number', { op: 'replace', path: `${urn}:door[floor eq "1"].number`, value: null }],
  ['door.number', { op: 'remove', path: `${urn}:door[floor eq "1"].number` }],
  ['cards.value', { op: 'remove', path: `${urn}:cards[type eq "work"].value` }],
  ['cards.value', { op: 'remove', path: `${urn}:cards[value eq "b"].value` }],
  ['cards.value', { op: 'remove', path: `${urn}:cards.value` }],
  ['cards.value', { op: 'replace', path: `${urn}:cards[type eq "work"].value`, value: '' }],
  ['cards.value', { op: 'replace', path: `${urn}:cards[value eq "b"].value`, value: null }],
  ['cards.value', { op: 'replace', path: `${urn}:cards[type eq "work"]`, value: { value: null } }],
  ['rooms', { op: 'remove', path: `${urn}:rooms` }],
  ['rooms', { op: 'replace', path: `${urn}:rooms`, value: [] }],
]

describe.each([
  ['the default profile', undefined],
  ['strict()', strict()],
])('%s', (_, profile) => {
  it.each(removals)('%s is not removed by %j', async (name, operation) => {
    for (const operations of [[operation], [off, operation]]) {
      expect(await refusal(person, user, operations, profile)).toMatchObject({
        status: 400,
        scimType: 'mutability',
        path: `${urn}:${name}`,
      })
    }
  })

  it('what is the only attribute of an optional extension is not removed by its path', async () => {
    const alone = { userName: 'ada', [Lock.urn]: { code: 'B1' } }
    for (const operation of [
      { op: 'remove', path: `${Lock.urn}:code` },
      { op: 'replace', path: `${Lock.urn}:code`, value: null },
    ]) {
      expect(await refusal(guest, alone, [operation], profile)).toMatchObject({ scimType: 'mutability' })
    }
  })

  it('what it is in is removed as a whole, where that is optional', async () => {
    const { door: _door, ...doorless } = badge
    const { cards: _cards, ...cardless } = badge
    const { [urn]: _badge, ...without } = user
    for (const [operation, after] of [
      [
        { op: 'remove', path: `${urn}:door` },
        { ...user, [urn]: doorless },
      ],
      [
        { op: 'replace', path: `${urn}:door`, value: null },
        { ...user, [urn]: doorless },
      ],
      [
        { op: 'remove', path: `${urn}:cards` },
        { ...user, [urn]: cardless },
      ],
      [
        { op: 'remove', path: `${urn}:cards[value eq "b"]` },
        { ...user, [urn]: { ...badge, cards: [badge.cards[0]] } },
      ],
      [{ op: 'remove', path: urn }, without],
      [{ op: 'replace', value: { [urn]: null } }, without],
    ] as const) {
      expect(await patched(person, user, [operation], profile)).toEqual(after)
    }
  })

  it('an object of nothing but what is cleared clears the whole', async () => {
    const alone = { userName: 'ada', active: true, [Lock.urn]: { code: 'B1', colour: 'red' } }
    const value = { active: false, [Lock.urn]: { code: null, colour: null } }
    expect(await patched(guest, alone, [{ op: 'replace', value }], profile)).toEqual({
      userName: 'ada',
      active: false,
    })
  })

  it('what has its value again at the end was not removed', async () => {
    const again = { ...user, [urn]: { ...badge, code: 'B2', door: { ...badge.door, number: '8' } } }
    const operations = [
      { op: 'remove', path: `${urn}:code` },
      { op: 'remove', path: `${urn}:door.number` },
      { op: 'add', path: `${urn}:code`, value: 'B2' },
      { op: 'add', path: `${urn}:door.number`, value: '8' },
    ]
    expect(await patched(person, user, operations, profile)).toEqual(again)
    const alone = { userName: 'ada', [Lock.urn]: { code: 'B1' } }
    const code = [
      { op: 'remove', path: `${Lock.urn}:code` },
      { op: 'add', path: `${Lock.urn}:code`, value: 'B2' },
    ]
    expect(await patched(guest, alone, code, profile)).toEqual({
      userName: 'ada',
      [Lock.urn]: { code: 'B2' },
    })
    const card = [
      { op: 'remove', path: `${urn}:cards[type eq "work"].value` },
      { op: 'add', path: `${urn}:cards[type eq "work"].value`, value: 'c' },
    ]
    const cards = [{ value: 'c', type: 'work' }, { value: 'b' }]
    expect(await patched(person, user, card, profile)).toEqual({ ...user, [urn]: { ...badge, cards } })
  })

  it('what was never there is no removal: a new value must have what is required', async () => {
    for (const operation of [
      { op: 'add', path: `${urn}:cards`, value: [{ type: 'home' }] },
      { op: 'replace', path: `${urn}:cards`, value: [{ type: 'home' }] },
    ]) {
      expect(await refusal(person, user, [operation], profile)).toMatchObject({ scimType: 'invalidValue' })
    }
    const bare = { userName: 'ada' }
    const door = { op: 'add', path: `${urn}:colour`, value: 'red' }
    expect(await refusal(person, bare, [door], profile)).toMatchObject({ scimType: 'invalidValue' })
    expect(await patched(person, bare, [{ op: 'remove', path: `${urn}:code` }], profile)).toEqual(bare)
  })
})
