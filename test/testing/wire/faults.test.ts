import { describe, expect, test } from 'vitest'
import { bearerTokens, createScim, type Group, memoryStore, type User } from '../../../src/index.js'
import {
  type CaseResult,
  planProfiles,
  VerifyRun,
  type WireCase,
  wireCases,
} from '../../../src/testing/wire/index.js'
import { type Fault, fetchOf, type Server, serverOf } from './faults.js'
import { replies, writes } from './planted.js'
import { inconsistencies, leavesGroups } from './planted-consistency.js'
import { misreadings } from './planted-misreadings.js'

// An honest server, and the same one behind a proxy that does one thing wrong: the case that is about it must fail, and
// must not fail without it.

const basePath = '/scim/v2'
const baseUrl = `https://app.example.com${basePath}`

function honest(): Server {
  const scim = createScim({
    authenticate: bearerTokens([{ token: 'secret', tenant: 'acme' }]),
    users: memoryStore<User>(),
    groups: memoryStore<Group>(),
  })
  return serverOf((request) => scim.fetch(request), baseUrl)
}

function verify(server: Server): Promise<VerifyRun> {
  return VerifyRun.start({ baseUrl, token: 'secret', fetch: fetchOf(server, basePath) })
}

const cases = Object.values(wireCases).flat()

test('each case has an id of its own', () => {
  const ids = cases.map(({ id }) => id)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

const faults: readonly Fault[] = [...replies, ...writes, ...inconsistencies, ...misreadings]
const passed = new Map<string, Promise<CaseResult>>()
let run: Promise<VerifyRun> | undefined

/** A case without a fault, once for all faults that it is about. */
function honestly(one: WireCase): Promise<CaseResult> {
  run ??= verify(honest())
  const result = passed.get(one.id) ?? run.then((started) => started.run(one))
  passed.set(one.id, result)
  return result
}

describe.each(faults)('where $name', ({ caught, plant }) => {
  test(`${caught} fails`, async () => {
    const one = cases.find(({ id }) => id === caught)
    if (!one) throw new Error(`there is no case ${caught}`)
    expect(await honestly(one)).toMatchObject({ outcome: 'passed' })
    const run = await verify(plant(honest()))
    const result = await run.run(one)
    expect(result).toMatchObject({ outcome: 'failed', level: 'required' })
    // So that the exit code says it, also where all that the server claims is verified.
    const claimed = planProfiles(['all'], run.target).filter(({ isClaimed }) => isClaimed)
    expect(claimed.map(({ profile }) => profile)).toContain(result.profile)
    expect(result.exchanges[result.wrong ?? -1]).toBeDefined()
  })
})

test('a service whose users leave their groups when they are disabled is told whom that suits, and passes', async () => {
  const life = cases.find(({ id }) => id === 'entra/life-default')
  for (const [server, answer] of [
    [honest(), 'kept'],
    [leavesGroups(honest()), 'gone'],
  ] as const) {
    const run = await verify(server)
    if (life) expect(await run.run(life)).toMatchObject({ outcome: 'passed' })
    expect(run.observations()).toContainEqual(
      expect.objectContaining({ point: 'The groups of a user who is disabled', answer }),
    )
  }
})
