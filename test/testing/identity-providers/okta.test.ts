import { describe, expect, it } from 'vitest'
import type { SimulateOktaOptions, SimulationResult } from '../../../src/testing/identity-providers/index.js'
import { simulateOkta } from '../../../src/testing/identity-providers/index.js'
import { ada, baseUrl, bob, eve, honestServer, listen, token } from './server.js'

const modes: readonly (readonly [string, Pick<SimulateOktaOptions, 'mode' | 'style' | 'profileUpdates'>])[] =
  [
    ['an AIW app', { mode: 'aiw' }],
    ['a catalogue app', { mode: 'oin' }],
    ['a catalogue app that patches profiles', { mode: 'oin', profileUpdates: 'patch' }],
    ['a catalogue app with header authentication', { mode: 'header' }],
    ['an AIW app with the bare token', { mode: 'header', style: 'aiw' }],
  ]

function steps({ requests }: SimulationResult): readonly string[] {
  return requests.map(
    ({ method, path, status }) => `${method} ${path.split('?')[0]?.split('/')[1]} ${status}`,
  )
}

/** What is wrong, in words: nothing where both sides agree. */
function wrong({ differences, problems }: SimulationResult): readonly string[] {
  return [...differences, ...problems].map(({ message }) => message)
}

describe.each(modes)('%s', (_name, mode) => {
  const isAiw = mode.mode === 'aiw' || mode.style === 'aiw'
  const update = isAiw ? ['GET Users 200', 'PUT Users 200'] : ['PATCH Users 200']

  it('takes a user through their life, over HTTP', async () => {
    await using server = await listen()
    const okta = simulateOkta({ baseUrl: server.baseUrl, token, ...mode })
    const tested = await okta.testCredentials()
    expect(tested).toMatchObject({
      ok: true,
      requests: [{ path: '/Users?startIndex=1&count=2', status: 200 }],
    })
    expect(wrong(await okta.testCredentials({ token: 'wrong' }))).toEqual([])

    const created = await okta.assign(ada)
    expect(wrong(created)).toEqual([])
    expect(steps(created)).toEqual(['GET Users 200', 'POST Users 201'])
    const link = created.provider.users[0]?.link
    expect(created.server.users).toMatchObject([
      { id: link, userName: ada.userName, active: true, title: 'Analyst' },
    ])

    const updated = await okta.updateProfile(ada.userName, { title: 'Countess', department: undefined })
    expect(wrong(updated)).toEqual([])
    expect(steps(updated)).toEqual(
      mode.profileUpdates === 'patch' ? ['PATCH Users 200'] : ['GET Users 200', 'PUT Users 200'],
    )
    expect(updated.server.users[0]).toMatchObject({ title: 'Countess', name: { familyName: 'Lovelace' } })
    expect(updated.server.users[0]).not.toHaveProperty(
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    )
    // Nothing that is mapped has changed.
    expect(steps(await okta.updateProfile(ada.userName, { shoeSize: 38 }))).toEqual([])
    expect(steps(await okta.suspend(ada.userName))).toEqual([])
    expect(steps(await okta.unsuspend(ada.userName))).toEqual([])
    expect(wrong(await okta.changePassword(ada.userName, 'Enchantress-1843'))).toEqual([])

    const unassigned = await okta.unassign(ada.userName)
    expect(wrong(unassigned)).toEqual([])
    expect(steps(unassigned)).toEqual(update)
    expect(unassigned.server.users).toMatchObject([{ id: link, active: false, title: 'Countess' }])

    const again = await okta.assign(ada.userName)
    expect(wrong(again)).toEqual([])
    expect(steps(again)).toEqual(['GET Users 200', ...update])
    expect(again.server.users).toMatchObject([{ id: link, active: true, title: 'Countess' }])

    expect(wrong(await okta.deactivate(ada.userName))).toEqual([])
    expect(await okta.reactivate(ada.userName)).toMatchObject({ ok: true, server: { users: [{ id: link }] } })
    const deleted = await okta.deleteUser(ada.userName)
    expect(steps(deleted)).toEqual(update)
    expect(deleted.server.users).toMatchObject([{ id: link, active: false }])
  })

  it('pushes groups, in this process', async () => {
    const fetch = honestServer()
    const okta = simulateOkta({ baseUrl, token, fetch, ...mode })
    for (const user of [ada, bob, eve]) await okta.assign(user)
    const group = { displayName: 'Engineers (old)', members: [ada.userName, bob.userName] }
    const pushed = await okta.pushGroup(group)
    expect(wrong(pushed)).toEqual([])
    expect(steps(pushed)).toEqual(
      isAiw
        ? ['GET Groups 200', 'POST Groups 201']
        : ['GET Groups 200', 'POST Groups 201', 'PATCH Groups 204'],
    )
    const members = (result: SimulationResult) =>
      (result.server.groups[0]?.members as unknown[] | undefined)?.length
    expect(members(pushed)).toBe(2)

    expect(wrong(await okta.addMembers(group.displayName, [eve.userName]))).toEqual([])
    const removed = await okta.removeMembers(group.displayName, [ada.userName, bob.userName])
    expect(wrong(removed)).toEqual([])
    expect(members(removed)).toBe(1)
    const renamed = await okta.renameGroup(group.displayName, 'Engineers')
    expect(wrong(renamed)).toEqual([])
    expect(renamed.server.groups).toMatchObject([{ displayName: 'Engineers' }])

    // What the app adds itself stays until Push Now.
    const other = simulateOkta({ baseUrl, token, fetch, ...mode })
    await other.assign(bob)
    const linked = await other.pushGroup({ displayName: 'Engineers', members: [bob.userName] })
    expect(wrong(linked)).toEqual([])
    expect(members(linked)).toBe(2)
    const now = await other.pushNow('Engineers')
    expect(wrong(now)).toEqual([])
    expect(members(now)).toBe(1)

    // The first Okta has not read it again, and is told by the comparison.
    expect(wrong(await okta.compare())).toEqual([
      expect.stringMatching(/^group Engineers: the server lacks 1 of 1 members/),
      expect.stringMatching(/^group Engineers: the server has members that Okta has taken out/),
    ])
    await okta.deactivatePush('Engineers')
    expect(steps(await okta.addMembers('Engineers', [ada.userName]))).toEqual([])
    const active = await okta.activatePush('Engineers')
    expect(wrong(active)).toEqual([])
    expect(members(active)).toBe(2)
    const empty = await okta.pushGroup({ displayName: 'Nobody' })
    expect(wrong(empty)).toEqual([])
    expect(wrong(await okta.pushNow('Nobody'))).toEqual([])
    expect(steps(await okta.unlinkGroup('Nobody'))).toEqual([])
    const gone = await okta.unlinkGroup('Engineers', { delete: true })
    expect(steps(gone)).toEqual(['DELETE Groups 204'])
    expect(wrong(gone)).toEqual([])
    expect(wrong(await okta.compare())).toEqual([])
  })

  it('assigns a group at once, and takes it back but for whom another assignment reaches', async () => {
    const okta = simulateOkta({ baseUrl, token, fetch: honestServer(), ...mode })
    const users = Array.from({ length: 7 }, (_, index) => ({
      userName: `user${index}@example.com`,
      email: `user${index}@example.com`,
    }))
    for (const user of users) await okta.assign(user).then(() => okta.unassign(user))
    await okta.assign(users[0]!)
    const assigned = await okta.assignGroup({
      displayName: 'All',
      members: users.map(({ userName }) => userName),
    })

    expect(wrong(assigned)).toEqual([])
    expect(assigned.server.users).toHaveLength(7)
    const back = await okta.unassignGroup('All')
    expect(wrong(back)).toEqual([])
    expect(back.server.users.map(({ active }) => active)).toEqual([true, ...Array(6).fill(false)])
  })

  it('links to a user who is there, and overwrites the profile', async () => {
    const fetch = honestServer()
    const first = simulateOkta({ baseUrl, token, fetch, ...mode })
    await first.assign({ ...ada, title: 'Old' })
    await first.unassign(ada.userName)
    const second = simulateOkta({ baseUrl, token, fetch, ...mode })
    const linked = await second.assign({ ...ada, userName: 'ADA@example.com' })
    expect(wrong(linked)).toEqual([])
    expect(steps(linked)).toEqual(['GET Users 200', ...update])
    expect(linked.server.users).toMatchObject([
      { userName: 'ADA@example.com', title: 'Analyst', active: true },
    ])
  })
})

it('imports, and counts', async () => {
  const fetch = honestServer()
  const okta = simulateOkta({ baseUrl, token, fetch, mode: 'oin' })
  const members = Array.from({ length: 103 }, (_, index) => `user${index}@example.com`)
  await okta.assignGroup({ displayName: 'All', members: members.map((userName) => ({ userName })) })
  await okta.removeMembers('All', ['user7@example.com'])
  const first = await okta.importUsers()
  expect(first).toMatchObject({
    ok: true,
    counts: { scanned: 102, added: 102, updated: 0, unchanged: 0, removed: 0 },
  })
  expect(first.requests).toHaveLength(2)
  await okta.updateProfile('user9@example.com', { title: 'New' })
  await okta.removeMembers('All', ['user8@example.com'])
  expect(await okta.importUsers()).toMatchObject({
    counts: { added: 0, updated: 1, unchanged: 100, removed: 1 },
  })
  expect(await okta.importGroups()).toMatchObject({ ok: true, counts: { scanned: 0 } })
  expect(await okta.cleanUp()).toEqual([])
  expect(await okta.importUsers()).toMatchObject({ counts: { scanned: 0, removed: 101 } })
})

it('asks for groups too where Import Groups is ticked', async () => {
  const okta = simulateOkta({ baseUrl, token, fetch: honestServer(), mode: 'oin', importGroups: true })
  const { ok, requests } = await okta.testCredentials()
  expect(ok).toBe(true)
  expect(requests.map(({ path }) => path)).toEqual([
    '/Users?startIndex=1&count=2',
    '/Groups?startIndex=1&count=100',
  ])
})
