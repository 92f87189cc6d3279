import { describe, expect, it } from 'vitest'
import type { Group, User } from '../../../src/index.js'
import { attribute, defineResourceType, defineSchema, memoryStore, urns } from '../../../src/index.js'
import { base, serve } from '../../http/service.js'
import { openKinds } from '../groups/kinds.js'

// The URI of another service's user, or of a group with the same id, was taken for the user.

describe.each(openKinds())('the URI of a reference, in $kind', ({ makeStores }) => {
  async function filled() {
    const scim = serve(makeStores())
    const boss = await scim.createUser({ userName: 'boss' })
    const enterprise = { manager: { value: boss.id } }
    const user = await scim.createUser({ userName: 'ada', [urns.enterpriseUser]: enterprise })
    const inner = await scim.createGroup({ displayName: 'inner' })
    const members = [{ value: user.id }, { value: inner.id, type: 'Group' }]
    const outer = await scim.createGroup({ displayName: 'outer', members })
    const found = async (path: string, filter: string) => {
      const { status, body, text } = await scim.get(`${path}?filter=${encodeURIComponent(filter)}`)
      expect(status, text).toBe(200)
      return body.Resources.map((one) => one.displayName ?? one.userName).sort()
    }
    return { ...scim, boss, user, inner, outer, found }
  }

  it('is compared so in the paths of a PATCH', async () => {
    const { boss, user, inner, outer, patch, get } = await filled()
    const members = async () => {
      const { body } = await get(`/Groups/${outer.id}`)
      return (body.members as readonly { readonly value: string }[] | undefined)
        ?.map(({ value }) => value)
        .sort()
    }
    const both = await members()
    for (const uri of [
      `https://elsewhere.example.com/scim/v2/Users/${user.id}`,
      `${base}/Groups/${user.id}`,
      `${base}/Users/${inner.id}`,
      `${base}/Users/${boss.id}`,
    ]) {
      const reply = await patch(`/Groups/${outer.id}`, [{ op: 'remove', path: `members[$ref eq "${uri}"]` }])
      expect([200, 204, 400]).toContain(reply.status)
      expect(await members(), uri).toEqual(both)
    }
    const { status } = await patch(`/Groups/${outer.id}`, [
      { op: 'remove', path: `members[$ref eq "${base}/Users/${user.id}"]` },
    ])
    expect(status).toBeLessThan(300)
    expect(await members()).toEqual([inner.id])
    const shown = await get(`/Groups/${outer.id}?attributes=members[$ref eq "${base}/Users/${inner.id}"]`)
    expect([shown.status, shown.body.members]).toEqual([200, undefined])
  })

  it('is compared with its host, its path and its type', async () => {
    const { boss, user, inner, outer, found, get } = await filled()
    const shown = (await get(`/Groups/${outer.id}`)).body.members as readonly { readonly $ref: string }[]
    expect(shown.map(({ $ref }) => $ref).sort()).toEqual(
      [`${base}/Users/${user.id}`, `${base}/Groups/${inner.id}`].sort(),
    )
    for (const path of ['/Groups', '/']) {
      for (const uri of [
        `${base}/Users/${user.id}`,
        `HTTPS://App.Example.com/scim/v2/Users/${user.id}`,
        `/scim/v2/Users/${user.id}`,
        `../Users/${user.id}`,
        `Users/${user.id}`,
        `${base}/Groups/${inner.id}`,
      ]) {
        expect(await found(path, `members.$ref eq "${uri}"`), uri).toEqual(['outer'])
        expect(await found(path, `members[$ref eq "${uri}"]`), uri).toEqual(['outer'])
      }
      for (const uri of [
        `https://elsewhere.example.com/scim/v2/Users/${user.id}`,
        `https://app.example.com.evil.org/scim/v2/Users/${user.id}`,
        `https://app.example.com:444/scim/v2/Users/${user.id}`,
        `https://app.example.com/other/Users/${user.id}`,
        `${base}/Groups/${user.id}`,
        `${base}/Users/${inner.id}`,
        `${base}/Doors/${user.id}`,
        `${base}/Users/${user.id}/more`,
        `${base}/Users/${user.id}?x=1`,
        `${base}/Users/`,
        `${base}/Users/%00`,
        `../Groups/${user.id}`,
        `//elsewhere.example.com/Users/${user.id}`,
        user.id,
      ]) {
        expect(await found(path, `members.$ref eq "${uri}"`), uri).toEqual([])
        expect(await found(path, `members[$ref eq "${uri}" and value pr]`), uri).toEqual([])
        const different = await found(path, `displayName pr and members.$ref ne "${uri}"`)
        expect(different.filter((name) => name !== 'ada' && name !== 'boss')).toEqual(['inner', 'outer'])
      }
    }
    expect(await found('/Groups', `members[$ref ne "${base}/Users/${user.id}"]`)).toEqual(['outer'])
    expect(await found('/Groups', `not (members.$ref eq "${base}/Users/${user.id}")`)).toEqual(['inner'])

    const manager = `${urns.enterpriseUser}:manager.$ref`
    expect(await found('/Users', `${manager} eq "${base}/Users/${boss.id}"`)).toEqual(['ada'])
    expect(await found('/Users', `${manager} eq "${base}/Groups/${boss.id}"`)).toEqual([])
    expect(await found('/Users', `${manager} eq "https://elsewhere.example.com/Users/${boss.id}"`)).toEqual(
      [],
    )
    expect(await found('/Users', `${manager} ne "${base}/Groups/${boss.id}"`)).toEqual(['ada', 'boss'])

    expect(await found('/Users', `groups.$ref eq "${base}/Groups/${outer.id}"`)).toEqual(['ada'])
    expect(await found('/Users', `groups[$ref eq "${base}/Groups/${outer.id}"]`)).toEqual(['ada'])
    expect(await found('/Users', `groups.$ref eq "${base}/Users/${outer.id}"`)).toEqual([])
    expect(await found('/Users', `groups.$ref ne "${base}/Groups/${outer.id}"`)).toEqual(['boss'])
  })
})

it('a member and a group with one id are told apart by what they are', async () => {
  const Team = defineResourceType({
    name: 'Team',
    endpoint: '/Teams',
    schema: defineSchema('urn:example:params:scim:schemas:Team', {
      title: attribute.string(),
      leads: attribute.complex(
        {
          value: attribute.string({ caseExact: true }),
          $ref: attribute.reference({ referenceTypes: ['User', 'Group'] }),
          type: attribute.string(),
        },
        { multiValued: true },
      ),
    }),
  })
  const counted = () => {
    let last = 0
    return { newId: () => String(++last) }
  }
  const scim = serve({
    users: memoryStore<User>(counted()),
    groups: memoryStore<Group>(counted()),
    resourceTypes: [{ ...Team, store: memoryStore() }],
  } as never)
  for (const _ of ['1', '2']) {
    await scim.createUser()
    await scim.createGroup()
  }
  for (const [title, type] of [
    ['said', 'User'],
    ['unsaid', undefined],
    ['grouped', 'Group'],
  ]) {
    const leads = [{ value: '1', type }, { value: '2' }]
    const reply = await scim.post('/Teams', { schemas: [Team.schema.urn], title, leads })
    expect(reply.status, reply.text).toBe(201)
  }
  const found = async (filter: string) => {
    const { body } = await scim.get(`/Teams?filter=${encodeURIComponent(filter)}`)
    return body.Resources.map(({ title }) => title)
  }
  const { body } = await scim.get('/Teams')
  const ofUsers = body.Resources.filter(
    ({ leads }) => (leads as readonly { readonly $ref: string }[])[0]?.$ref === `${base}/Users/1`,
  )
  expect(ofUsers.map(({ title }) => title)).toEqual(['said', 'unsaid'])
  expect(await found(`leads.$ref eq "${base}/Users/1"`)).toEqual(['said', 'unsaid'])
  expect(await found(`leads.$ref eq "${base}/Groups/1"`)).toEqual(['grouped'])
  expect(await found(`leads[$ref eq "${base}/Groups/1" or $ref eq "${base}/Users/3"]`)).toEqual(['grouped'])
  expect(await found(`leads.$ref eq "${base}/Groups/2"`)).toEqual([])
})
