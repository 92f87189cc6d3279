import { describe, expect, it } from 'vitest'
import type { SimulationResult } from '../../../src/testing/identity-providers/index.js'
import { simulateEntra, virtualClock } from '../../../src/testing/identity-providers/index.js'
import { ada, baseUrl, bob, eve, honestServer, json, listen, serverWith, token } from './server.js'

const day = 24 * 60 * 60_000

function steps({ requests }: SimulationResult): readonly string[] {
  return requests.map(
    ({ method, path, status }) => `${method} ${path.split('?')[0]?.split('/')[1]} ${status}`,
  )
}

function wrong({ differences, problems }: SimulationResult): readonly string[] {
  return [...differences, ...problems].map(({ message }) => message)
}

const operations = ({ requests }: SimulationResult) =>
  requests.flatMap(({ body }) => (body as { Operations?: unknown[] } | undefined)?.Operations ?? [])

describe.each([false, true])('with aadOptscim062020 %s', (aadOptscim062020) => {
  it('takes a user through their life, over HTTP', async () => {
    await using server = await listen()
    const clock = virtualClock()
    const flags = { aadOptscim062020 }
    const entra = simulateEntra({ baseUrl: server.baseUrl, token, flags, clock })
    expect(wrong(await entra.testCredentials())).toEqual([])
    expect(wrong(await entra.assign(ada))).toEqual([])
    await entra.assign({ ...bob, manager: ada.userName })
    const initial = await entra.runCycle()
    expect(wrong(initial)).toEqual([])
    expect(initial).toMatchObject({ cycle: 'initial', job: 'waiting', escrows: [] })
    expect(steps(initial)).toEqual([
      'GET Users 200',
      'POST Users 201',
      'GET Users 200',
      'POST Users 201',
      'PATCH Users 200',
    ])
    const [link, bobs] = initial.provider.users.map((user) => user.link)
    expect(initial.server.users).toMatchObject([
      {
        id: link,
        userName: ada.userName,
        active: true,
        title: 'Analyst',
        emails: [{ type: 'work', primary: true }],
      },
      { 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: { value: link } } },
    ])

    expect(steps(await entra.runCycle())).toEqual([])
    await entra.updateProfile(ada.userName, {
      title: 'Countess',
      givenName: 'Augusta',
      workPhone: '+44 1',
      department: undefined,
      email: 'augusta@example.com',
    })
    const updated = await entra.runCycle()
    expect(wrong(updated)).toEqual([])
    expect(updated.cycle).toBe('incremental')
    expect(steps(updated)).toEqual(['PATCH Users 200'])
    // What becomes empty is not sent.
    expect(updated.server.users[0]).toMatchObject({
      title: 'Countess',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Engines' },
    })
    expect(operations(updated)).toContainEqual(
      aadOptscim062020
        ? {
            op: 'replace',
            value: expect.objectContaining({ title: 'Countess', 'name.givenName': 'Augusta' }),
          }
        : { op: 'Replace', path: 'title', value: 'Countess' },
    )

    await entra.deactivate(ada.userName)
    const disabled = await entra.runCycle()
    expect(wrong(disabled)).toEqual([])
    expect(operations(disabled)).toEqual([
      aadOptscim062020
        ? { op: 'replace', path: 'active', value: false }
        : { op: 'Replace', path: 'active', value: 'False' },
    ])
    await entra.reactivate(ada.userName)
    expect(await entra.runCycle()).toMatchObject({
      ok: true,
      server: { users: [{ id: link, active: true }] },
    })
    await entra.unassign(bob.userName)
    const unassigned = await entra.runCycle()
    expect(unassigned).toMatchObject({ ok: true, server: { users: [{ id: bobs, active: false }] } })
    await entra.updateProfile(ada.userName, { manager: bob.userName })
    expect(wrong(await entra.runCycle())).toEqual([])
    await entra.updateProfile(ada.userName, { manager: undefined })
    expect(await entra.runCycle()).toMatchObject({ ok: true, requests: [{ method: 'PATCH' }] })

    // Soft-deleted, restored, deleted again, and over after 30 days.
    await entra.deleteUser(ada.userName)
    expect(await entra.runCycle()).toMatchObject({
      ok: true,
      server: { users: [{ id: link, active: false }] },
    })
    await entra.restoreUser(ada.userName)
    expect(await entra.runCycle()).toMatchObject({
      ok: true,
      server: { users: [{ id: link, active: true }] },
    })
    await entra.deleteUser(ada.userName)
    await entra.runCycle()
    await clock.wait(30 * day)
    const gone = await entra.runCycle()
    expect(wrong(gone)).toEqual([])
    expect(steps(gone)).toEqual(['DELETE Users 204'])
    expect(gone.server.users).toEqual([])
    // Who was unassigned before stays.
    await entra.purgeUser(bob.userName)
    expect(steps(await entra.runCycle())).toEqual([])
    expect(wrong(await entra.compare())).toEqual([])
  })

  it('provisions groups and their members in a second pass', async () => {
    const entra = simulateEntra({
      baseUrl,
      token,
      fetch: honestServer(),
      flags: { aadOptscim062020 },
      membersPerPatch: 2,
    })
    await entra.assignGroup({ displayName: 'R&D (all) "1"', members: [ada, bob, eve] })
    const initial = await entra.runCycle()
    expect(wrong(initial)).toEqual([])
    expect(steps(initial).slice(6)).toEqual([
      'GET Groups 200',
      'POST Groups 201',
      'PATCH Groups 204',
      'PATCH Groups 204',
    ])
    expect(initial.server.groups[0]?.members).toHaveLength(3)
    await entra.removeMembers('R&D (all) "1"', [ada.userName, bob.userName])
    const removed = await entra.runCycle()
    expect(wrong(removed)).toEqual([])
    // They have left the scope with the group.
    expect(removed.server.users.map(({ active }) => active)).toEqual([false, false, true])
    expect(removed.server.groups[0]?.members).toHaveLength(1)
    expect(operations(removed)).toContainEqual(
      aadOptscim062020
        ? { op: 'remove', path: expect.stringMatching(/^members\[value eq "/) }
        : {
            op: 'Remove',
            path: 'members',
            value: [
              { $ref: null, value: expect.any(String) },
              { $ref: null, value: expect.any(String) },
            ],
          },
    )
    await entra.renameGroup('R&D (all) "1"', 'Research')
    expect(wrong(await entra.runCycle())).toEqual([])
    await entra.deleteUser(eve.userName)
    const left = await entra.runCycle()
    expect(wrong(left)).toEqual([])
    expect(left.server.groups).toMatchObject([{ displayName: 'Research' }])
    expect(left.server.groups[0]?.members ?? []).toEqual([])
    await entra.deleteGroup('Research')
    const deleted = await entra.runCycle()
    expect(wrong(deleted)).toEqual([])
    expect(steps(deleted)).toEqual(['DELETE Groups 204'])
    expect(await entra.cleanUp()).toEqual([])
  })
})

it('matches by several attributes, and sends what differs', async () => {
  const fetch = honestServer()
  const first = simulateEntra({ baseUrl, token, fetch })
  await first.assign({ ...ada, title: 'Old' })
  await first.runCycle()
  const second = simulateEntra({
    baseUrl,
    token,
    fetch,
    matching: ['userName', 'emails[type eq "work"].value'],
  })
  await second.assign({ ...ada, userName: 'lovelace@example.com' })
  const matched = await second.runCycle()
  expect(wrong(matched)).toEqual([])
  expect(steps(matched)).toEqual(['GET Users 200', 'GET Users 200', 'PATCH Users 200'])
  expect(operations(matched)).toEqual([
    { op: 'Replace', path: 'userName', value: 'lovelace@example.com' },
    { op: 'Replace', path: 'externalId', value: 'lovelace' },
    { op: 'Replace', path: 'title', value: 'Analyst' },
  ])
  // The first one has not read it again.
  expect(wrong(await first.compare())).not.toEqual([])
})

it('does not create who is disabled, and on demand ignores the flag and asks again', async () => {
  const entra = simulateEntra({ baseUrl: `${baseUrl}?aadOptscim062020`, token, fetch: honestServer() })
  await entra.assign(ada)
  await entra.deactivate(ada.userName)
  const none = await entra.runCycle()
  expect(wrong(none)).toEqual([])
  expect(steps(none)).toEqual(['GET Users 200'])
  await entra.reactivate(ada.userName)
  expect(steps(await entra.provisionOnDemand(ada.userName))).toEqual(['GET Users 200', 'POST Users 201'])
  await entra.updateProfile(ada.userName, { title: 'New' })
  const again = await entra.provisionOnDemand(ada.userName)
  expect(steps(again)).toEqual(['GET Users 200', 'PATCH Users 200'])
  expect(operations(again)).toEqual([{ op: 'Replace', path: 'title', value: 'New' }])
  await entra.updateProfile(ada.userName, { title: 'Newer' })
  expect(operations(await entra.runCycle())).toEqual([{ op: 'replace', value: { title: 'Newer' } }])
  const grouped = await entra.provisionGroupOnDemand({ displayName: 'Some', members: [ada.userName] }, [
    ada.userName,
  ])
  expect(steps(grouped)).toEqual(['GET Users 200'])
  await entra.assignGroup('Some')
  const onDemand = await entra.provisionGroupOnDemand('Some', [ada.userName])
  expect(wrong(onDemand)).toEqual([])
  expect(steps(onDemand).slice(1)).toEqual(['GET Groups 200', 'POST Groups 201', 'PATCH Groups 204'])
  expect(await entra.importUsers()).toMatchObject({ ok: true, accounts: 1 })
})

it('tries what has failed again after a cycle, 6, 12 and 24 hours, and not after 28 days', async () => {
  const clock = virtualClock(0)
  const fetch = serverWith(({ method }) =>
    method === 'POST' ? json(500, { detail: 'Out of order' }) : undefined,
  )
  const entra = simulateEntra({ baseUrl, token, fetch, clock })
  await entra.assign(ada)
  const tries: number[] = []
  for (let cycle = 0; cycle < 1200; cycle++) {
    const { requests } = await entra.runCycle()
    if (requests.some(({ method }) => method === 'POST')) tries.push(Math.round(clock.now() / 3_600_000))
  }
  expect(tries.slice(0, 6)).toEqual([0, 1, 7, 19, 43, 67])
  expect(tries.at(-1)).toBeLessThanOrEqual(28 * 24)
  expect(tries.length).toBeGreaterThan(28)
})

it('stops in quarantine, runs once a day there, recovers, and is disabled after four weeks', async () => {
  let isRefused = true
  const clock = virtualClock(0)
  const fetch = serverWith(() => (isRefused ? json(401, { detail: 'No' }) : undefined))
  const entra = simulateEntra({ baseUrl, token, fetch, clock })
  await entra.assign(ada)
  await entra.assign(bob)
  const stopped = await entra.runCycle()
  expect(stopped.job).toBe('quarantine')
  expect(steps(stopped)).toEqual(['GET Users 401'])
  await entra.runCycle()
  expect(clock.now()).toBe(day)
  isRefused = false
  const good = await entra.runCycle()
  expect(good).toMatchObject({ ok: true, job: 'waiting', cycle: 'initial' })
  isRefused = true
  await entra.updateProfile(ada.userName, { title: 'X' })
  for (let run = 0; run < 30; run++) await entra.runCycle()
  expect(await entra.runCycle()).toMatchObject({ job: 'disabled', cycle: 'none', requests: [] })
  isRefused = false
  await entra.restart()
  expect(await entra.runCycle()).toMatchObject({ ok: true, job: 'waiting', cycle: 'initial' })
})

it('holds deletions back above the threshold, until they are allowed', async () => {
  const entra = simulateEntra({ baseUrl, token, fetch: honestServer(), deletionThreshold: 1 })
  for (const user of [ada, bob, eve]) await entra.assign(user)
  await entra.runCycle()
  for (const user of [ada, bob]) await entra.unassign(user.userName)
  expect(await entra.runCycle()).toMatchObject({ job: 'quarantine', requests: [] })
  await entra.allowDeletions()
  const allowed = await entra.runCycle()
  expect(wrong(allowed)).toEqual([])
  expect(allowed.server.users.map(({ active }) => active)).toEqual([false, false])
})

it('leaves users who leave the scope as they are where it is told so', async () => {
  const entra = simulateEntra({ baseUrl, token, fetch: honestServer(), skipOutOfScopeDeletions: true })
  await entra.assign(ada)
  await entra.runCycle()
  await entra.unassign(ada.userName)
  const left = await entra.runCycle()
  expect(wrong(left)).toEqual([])
  expect(steps(left)).toEqual([])
  expect(left.server.users).toMatchObject([{ active: true }])
})
