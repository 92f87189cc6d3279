import { describe, expect, it } from 'vitest'
import type { BasicSimulator, FetchLike, SimulationResult } from '../../../src/testing/index.js'
import {
  simulateAuthentik,
  simulateGoogle,
  simulateJumpCloud,
  simulateKeycloak,
  simulateOneLogin,
} from '../../../src/testing/index.js'
import { ada, baseUrl, bob, honestServer, json, listen, serverWith, token } from './server.js'

function steps({ requests }: SimulationResult): readonly string[] {
  return requests.map(
    ({ method, path, status }) => `${method} ${path.split('?')[0]?.split('/')[1]} ${status}`,
  )
}

const wrong = ({ differences, problems }: SimulationResult) =>
  [...differences, ...problems].map(({ message }) => message)

interface Client {
  readonly name: string
  readonly make: (options: { baseUrl: string; token: string; fetch?: FetchLike }) => BasicSimulator
  readonly created: readonly string[]
  readonly updated: readonly string[]
  readonly withdrawn: readonly string[]
  /** Whether the account is there after it was withdrawn. */
  readonly keeps: boolean
  readonly pushesGroups: boolean
}

const put = ['PUT Users 200']
const lookedUp = ['GET Users 200', 'POST Users 201']
const clients: readonly Client[] = [
  {
    name: 'OneLogin',
    make: simulateOneLogin,
    created: lookedUp,
    updated: put,
    withdrawn: put,
    keeps: true,
    pushesGroups: true,
  },
  {
    name: 'OneLogin that deletes',
    make: (options) => simulateOneLogin({ ...options, onRemoval: 'delete' }),
    created: lookedUp,
    updated: put,
    withdrawn: ['DELETE Users 204'],
    keeps: false,
    pushesGroups: true,
  },
  {
    name: 'JumpCloud',
    make: simulateJumpCloud,
    created: lookedUp,
    updated: put,
    withdrawn: put,
    keeps: true,
    pushesGroups: true,
  },
  {
    name: 'authentik',
    make: simulateAuthentik,
    created: ['POST Users 201'],
    updated: put,
    withdrawn: ['DELETE Users 204'],
    keeps: false,
    pushesGroups: true,
  },
  {
    name: 'Keycloak',
    make: simulateKeycloak,
    created: ['POST Users 201'],
    updated: put,
    withdrawn: ['DELETE Users 204'],
    keeps: false,
    pushesGroups: true,
  },
  {
    name: 'Keycloak that patches',
    make: (options) => simulateKeycloak({ ...options, updates: 'patch' }),
    created: ['POST Users 201'],
    updated: ['PATCH Users 200'],
    withdrawn: ['DELETE Users 204'],
    keeps: false,
    pushesGroups: true,
  },
  {
    name: 'Google',
    make: simulateGoogle,
    created: lookedUp,
    updated: put,
    withdrawn: put,
    keeps: true,
    pushesGroups: false,
  },
]

describe.each(clients)('$name', ({ make, created, updated, withdrawn, keeps, pushesGroups }) => {
  it('takes a user through their life, over HTTP', async () => {
    await using server = await listen()
    const client = make({ baseUrl: server.baseUrl, token })
    expect(wrong(await client.testCredentials())).toEqual([])
    const assigned = await client.assign(ada)
    expect(wrong(assigned)).toEqual([])
    expect(steps(assigned)).toEqual(created)
    const link = assigned.provider.users[0]?.link
    const changed = await client.updateProfile(ada.userName, { familyName: 'King' })
    expect(wrong(changed)).toEqual([])
    expect(steps(changed)).toEqual(updated)
    expect(changed.server.users).toMatchObject([{ id: link, name: { familyName: 'King' } }])
    const off = await client.deactivate(ada.userName)
    expect(wrong(off)).toEqual([])
    expect(off.server.users).toMatchObject([{ id: link, active: false }])
    expect(await client.reactivate(ada.userName)).toMatchObject({
      ok: true,
      server: { users: [{ active: true }] },
    })
    const gone = await client.unassign(ada.userName)
    expect(wrong(gone)).toEqual([])
    expect(steps(gone)).toEqual(withdrawn)
    expect(gone.server.users.map(({ active }) => active)).toEqual(keeps ? [false] : [])
    const back = await client.assign(ada.userName)
    expect(wrong(back)).toEqual([])
    expect(back.server.users).toMatchObject([{ active: true }])
    expect(wrong(await client.compare())).toEqual([])
    expect(await client.cleanUp()).toEqual([])
  })

  it('pushes a group, in this process', async () => {
    const client = make({ baseUrl, token, fetch: honestServer() })
    await client.assign(ada)
    await client.assign(bob)
    const pushed = await client.pushGroup({ displayName: 'Group', members: [ada.userName, bob.userName] })
    expect(wrong(pushed)).toEqual([])
    expect(pushed.server.groups.map(({ members }) => (members as unknown[]).length)).toEqual(
      pushesGroups ? [2] : [],
    )
    const smaller = await client.pushGroup({ displayName: 'Group', members: [bob.userName] })
    expect(wrong(smaller)).toEqual([])
    expect(smaller.server.groups.map(({ members }) => (members as unknown[]).length)).toEqual(
      pushesGroups ? [1] : [],
    )
    const empty = await client.pushGroup({ displayName: 'Group', members: [] })
    expect(wrong(empty)).toEqual([])
    expect(wrong(await client.deleteGroup('Group'))).toEqual([])
  })

  it('tells of a server that does not keep what it says', async () => {
    const fetch = serverWith(({ method }) =>
      method === 'PUT' || method === 'PATCH' ? json(204, undefined) : undefined,
    )
    const client = make({ baseUrl, token, fetch })
    await client.assign(ada)
    expect(wrong(await client.updateProfile(ada.userName, { familyName: 'King' }))).toEqual([
      expect.stringMatching(
        /user ada@example.com: name.familyName is "King" in .* and "Lovelace" on the server/,
      ),
    ])
  })
})

it('authentik writes nothing twice, links after a 409 and creates again after a 404', async () => {
  const fetch = honestServer()
  const client = simulateAuthentik({ baseUrl, token, fetch })
  await client.assign(ada)
  expect(steps(await client.assign(ada))).toEqual([])
  const other = simulateAuthentik({ baseUrl, token, fetch })
  const linked = await other.assign(ada)
  expect(wrong(linked)).toEqual([])
  expect(steps(linked)).toEqual([
    'GET ServiceProviderConfig 200',
    'POST Users 409',
    'GET Users 200',
    'PUT Users 200',
  ])
  await other.cleanUp()
  await client.cleanUp()
  expect(steps(await other.updateProfile(ada.userName, { familyName: 'King' }))).toEqual([
    'PUT Users 404',
    'POST Users 201',
  ])
})

it('JumpCloud takes a DELETE that is refused for a reason to deactivate, and makes no empty group', async () => {
  const fetch = serverWith(({ method, path }) =>
    method === 'DELETE' && path.startsWith('/Users') ? json(405, undefined) : undefined,
  )
  const client = simulateJumpCloud({ baseUrl, token, fetch })
  const tested = await client.testCredentials()
  expect(wrong(tested)).toEqual([])
  expect(steps(tested)).toEqual([
    'POST Users 201',
    'DELETE Users 405',
    'PUT Users 200',
    'POST Groups 201',
    'DELETE Groups 204',
  ])
  expect(steps(await client.pushGroup({ displayName: 'Empty' }))).toEqual([])
})

it('Google creates who is suspended already, and reads every page', async () => {
  const client = simulateGoogle({ baseUrl, token, fetch: honestServer() })
  await client.deactivate(ada)
  const created = await client.assign(ada)
  expect(wrong(created)).toEqual([])
  expect(created.server.users).toMatchObject([{ active: false }])
  expect(await client.importUsers()).toMatchObject({ ok: true, accounts: 1 })
})

it('Keycloak reads one list only, and says what is not in it', async () => {
  const fetch = serverWith(async ({ method, query, honest }) => {
    if (method !== 'GET' || query.has('filter')) return undefined
    const list = (await (await honest()).json()) as { Resources?: unknown[] }
    return list.Resources
      ? json(200, { ...list, Resources: list.Resources.slice(0, 1), itemsPerPage: 1 })
      : undefined
  })
  const client = simulateKeycloak({ baseUrl, token, fetch })
  await client.assign(ada)
  await client.assign(bob)
  expect(wrong(await client.importUsers())).toEqual([
    'import of /Users: import: 1 of 2 users are in the only list that is read',
  ])
})
