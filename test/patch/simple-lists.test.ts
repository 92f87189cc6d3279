import { describe, expect, it } from 'vitest'
import { attribute, defineExtension, lenient, strict } from '../../src/index.js'
import { serve } from '../http/service.js'
import { openKinds } from '../operations/groups/kinds.js'

// The elements of an attribute that is not complex could be selected by nothing: each is its own `value` (RFC 7643 2.4).

const Work = defineExtension('urn:example:work', {
  tags: attribute.string({ multiValued: true }),
  levels: attribute.integer({ multiValued: true }),
})
const tags = `${Work.urn}:tags`

describe.each(openKinds())('the values of a simple attribute, with $kind', ({ makeStores }) => {
  async function open(options: object = {}) {
    const scim = serve({ ...makeStores(), extensions: { User: [Work] }, ...options })
    const { id } = await scim.createUser({
      userName: 'a',
      [Work.urn]: { tags: ['Red', 'blue'], levels: [1, 5] },
    })
    await scim.createUser({ userName: 'b', [Work.urn]: { tags: ['green'] } })
    await scim.createUser({ userName: 'c' })
    const patch = (op: string, path: string, value?: unknown) =>
      scim.patch(`/Users/${id}`, [{ op, path, ...(value !== undefined && { value }) }])
    const left = async () =>
      ((await scim.get(`/Users/${id}`)).body[Work.urn] as { tags?: readonly string[] } | undefined)?.tags
    return { scim, patch, left }
  }

  it.each([
    [`${tags}[value eq "RED"]`, ['a']],
    [`${tags}.value eq "red"`, ['a']],
    [`${tags} eq "red"`, ['a']],
    [`${tags}[value sw "gr" or value eq "blue"]`, ['a', 'b']],
    [`${tags}[not (value eq "red")]`, ['a', 'b']],
    [`${tags}[value pr]`, ['a', 'b']],
    [`${tags}.value pr`, ['a', 'b']],
    [`not (${tags}[value pr])`, ['c']],
    [`${tags}.value ne "green"`, ['a', 'c']],
    [`${Work.urn}:levels[value gt 4 and value lt 6]`, ['a']],
    [`${Work.urn}:levels.value eq 2`, []],
  ])('are found by %s', async (filter, names) => {
    const { scim } = await open()
    const found = await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)
    expect(found.body.Resources?.map(({ userName }) => userName).sort() ?? found.body).toEqual(names)
  })

  it.each([
    ['remove', `${tags}[value eq "red"]`, undefined, ['blue']],
    ['remove', `${tags}[value eq "red"].value`, undefined, ['blue']],
    ['remove', `${tags}[value eq "none"]`, undefined, ['Red', 'blue']],
    ['remove', `${tags}[value pr]`, undefined, undefined],
    ['remove', `${tags}.value`, undefined, undefined],
    ['replace', `${tags}[value eq "BLUE"]`, 'black', ['Red', 'black']],
    ['replace', `${tags}[value eq "blue"].value`, 'black', ['Red', 'black']],
    ['replace', `${tags}.value`, ['one'], ['one']],
    ['add', `${tags}[value eq "blue"]`, 'BLUE', ['Red', 'blue']],
    ['add', `${tags}.value`, ['new'], ['Red', 'blue', 'new']],
  ] as const)('are changed by %s %s %j', async (op, path, value, expected) => {
    for (const profile of [lenient(), strict()]) {
      const { scim, patch, left } = await open({ profile })
      const reply = await patch(op, path, value)
      // Strictly, what selects nothing is noTarget, but to remove it is done already.
      expect(reply.status, reply.text).toBe(200)
      expect(await left()).toEqual(expected)
      for (const { id } of (await scim.get('/Users')).body.Resources) await scim.delete(`/Users/${id}`)
    }
  })

  it('that nothing has are created from the filter where the profile allows it', async () => {
    const { patch, left } = await open()
    expect((await patch('add', `${tags}[value eq "new"]`, 'new')).status).toBe(200)
    expect(await left()).toEqual(['Red', 'blue', 'new'])
  })

  it('that nothing has are not created by the RFC alone', async () => {
    const { patch } = await open({ profile: strict() })
    expect((await patch('add', `${tags}[value eq "new"]`, 'new')).body.scimType).toBe('noTarget')
  })

  it('have no other parts in a path either, which undoes nothing beside it', async () => {
    for (const path of [
      `${tags}[type eq "x"]`,
      `${tags}[value eq "blue"].type`,
      `${tags}[not (part pr)].value`,
    ]) {
      for (const op of ['add', 'replace', 'remove']) {
        const { scim, left } = await open()
        const [user] = (await scim.get('/Users')).body.Resources
        const { status, body, trace } = await scim.patch(`/Users/${user?.id}`, [
          { op, path, value: op === 'remove' ? undefined : 'new' },
          { op: 'replace', path: 'active', value: false },
        ])
        expect([status, body.active, await left()]).toEqual([200, false, ['Red', 'blue']])
        expect(trace.map(({ rule }) => rule)).toEqual(['unknownAttributes'])
        for (const { id } of (await scim.get('/Users')).body.Resources) await scim.delete(`/Users/${id}`)
      }
    }
    const { patch } = await open({ profile: strict() })
    expect((await patch('remove', `${tags}[type eq "x"]`)).body.scimType).toBe('invalidFilter')
  })

  it('have no other parts', async () => {
    const { scim, patch } = await open()
    for (const filter of [
      `${tags}[type eq "x"]`,
      `${tags}.type eq "x"`,
      'userName[value eq "a"]',
      'userName.value eq "a"',
    ])
      expect((await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)).body.scimType).toBe(
        'invalidFilter',
      )
    expect((await patch('replace', `${tags}[value eq "red"]`, 7)).body.scimType ?? 'read').toMatch(
      /invalidValue|read/,
    )
    expect((await patch('replace', `${tags}[value eq "blue"]`, { a: 1 })).body.scimType).toBe('invalidValue')
  })
})
