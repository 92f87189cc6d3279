import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { entra, type Group, memoryStore, okta, type Profile, type User } from '../../../src/index.js'
import type { Running } from '../../adapters/hosts.js'
import type { Wire, WireCase } from '../case.js'
import { makeStores, serve, token } from '../providers.js'
import { type OpenStores, storeKinds } from '../stores.js'
import { clientWith, entraHeaders, oktaHeaders } from './client.js'
import { entraDirect } from './entra-direct.js'
import { hostedFaults } from './entra-faults.js'
import { entraGroups } from './entra-groups.js'
import { entraUsers } from './entra-users.js'
import { entraWorkflow } from './entra-workflow.js'
import { workflowFaults } from './entra-workflow-faults.js'
import type { Fault } from './faults.js'
import { oktaCrud } from './okta-crud.js'
import { oktaFaults } from './okta-faults.js'
import { oktaSpec } from './okta-spec.js'

// What Okta and Microsoft run against a service before they list it: over HTTP, in the bytes of their clients, and each
// under the default profile and the client's own.

interface Suite {
  readonly name: string
  readonly cases: readonly WireCase[]
}

interface Reviewer {
  readonly reviewer: string
  readonly suites: readonly Suite[]
  readonly faults: readonly Fault[]
  readonly profile: Profile
  readonly headers: Readonly<Record<string, string>>
}

const reviewers: readonly Reviewer[] = [
  {
    reviewer: 'Okta',
    suites: [
      { name: 'okta-spec', cases: oktaSpec },
      { name: 'okta-crud', cases: oktaCrud },
    ],
    faults: oktaFaults,
    profile: okta(),
    headers: oktaHeaders,
  },
  {
    reviewer: 'Microsoft',
    suites: [
      { name: 'entra-hosted', cases: [...entraUsers, ...entraGroups] },
      { name: 'entra-workflow', cases: entraWorkflow },
      { name: 'entra-direct', cases: entraDirect },
    ],
    faults: [...hostedFaults, ...workflowFaults],
    profile: entra(),
    headers: entraHeaders,
  },
]

const runs = reviewers.flatMap(({ suites, profile, headers }) =>
  suites.flatMap(({ name, cases }) =>
    [undefined, profile].map((chosen) => ({
      run: `${name} under ${chosen?.name ?? 'the default profile'}`,
      profile: chosen,
      cases,
      headers,
    })),
  ),
)

/** What a service cannot pass whose managers are a column that refers to another row: those who are nobody. */
const needsNoManager = new Set(['Entra hosted 10', 'Entra hosted 11', 'Entra hosted 12'])

function wireOf(host: Running, headers: Reviewer['headers']): Wire {
  return { client: clientWith(`${host.url}/scim/v2`, { authorization: `Bearer ${token}`, ...headers }) }
}

describe.each(storeKinds)('$stores', ({ open, isMapped }) => {
  let opened: OpenStores
  let stores: ReturnType<typeof makeStores>
  beforeAll(async () => {
    opened = await open()
    stores = makeStores(opened)
  })
  afterAll(() => opened.close())

  // Each run has a tenant, and with it an empty service, of its own.
  describe.each(runs)('$run', ({ run: tenant, profile, cases, headers }) => {
    let host: Running
    beforeAll(async () => {
      host = await serve(stores, tenant, profile)
    })
    afterAll(() => host[Symbol.asyncDispose]())
    test.each(cases)('$section: $name', async ({ section, run }) => {
      const ran = run(wireOf(host, headers))
      if (isMapped && needsNoManager.has(section)) {
        await expect(ran).rejects.toThrow('the manager is nothing')
        return
      }
      await ran
    })
  })
})

describe.each(reviewers)('a service that does one thing wrong fails a case of $reviewer', (reviewer) => {
  let host: Running
  beforeAll(async () => {
    const open: OpenStores = {
      users: memoryStore<User>(),
      groups: memoryStore<Group>(),
      more: (_, newId) => memoryStore({ newId }),
      close: async () => {},
    }
    host = await serve(makeStores(open), 'faults', reviewer.profile)
  })
  afterAll(() => host[Symbol.asyncDispose]())

  test.each(reviewer.faults)('$section: $name', async ({ section, plant }) => {
    const client = plant(wireOf(host, reviewer.headers).client)
    const cases = reviewer.suites.flatMap((suite) => suite.cases).filter((one) => one.section === section)
    expect(cases).not.toEqual([])
    const outcomes = await Promise.allSettled(cases.map(({ run }) => run({ client })))
    expect(outcomes.map(({ status }) => status)).toContain('rejected')
  })
})
