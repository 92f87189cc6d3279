import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type {
  ConformanceProfile,
  ConformanceState,
  Finding,
  Profile,
  ResourceTypeDefinition,
  ScimOptions,
  StoreDescription,
  User,
} from '../../src/index.js'
import {
  attribute,
  bearerTokens,
  createScim,
  defineExtension,
  interop,
  ipsie,
  lenient,
  memoryRateLimit,
  memoryStore,
  okta,
  strict,
  urns,
} from '../../src/index.js'
import { type Options, serve } from '../http/service.js'

// What a service says that it keeps to has to follow from what is running, and from nothing else.

const all: StoreDescription = {
  deletion: 'removes',
  showsAll: true,
  uniqueness: 'store',
  evaluates: () => true,
}

function users(description: Partial<StoreDescription> | undefined, more: object = {}) {
  const describe = () => description && { ...all, ...description }
  return { ...memoryStore<User>(), ...more, describe }
}

/** Without some attributes, or with others in their place. */
function restricted(change: (attributes: ResourceTypeDefinition['schema']['attributes']) => object) {
  const restrictResourceType = (definition: ResourceTypeDefinition): ResourceTypeDefinition => {
    if (definition.name !== 'User') return definition
    const attributes = change(definition.schema.attributes) as typeof definition.schema.attributes
    return { ...definition, schema: { ...definition.schema, attributes } }
  }
  return users({}, { restrictResourceType })
}

function quiet(options: Options) {
  return serve({ onWarning: () => {}, ...options })
}

/** What is claimed of a section, by what it asks. */
function claimed(options: Options, profile: ConformanceProfile, section: string) {
  const claims = quiet(options).scim.conformance({ tenant: 'acme' })
  const found = claims.filter((claim) => claim.profile === profile && claim.section === section)
  return found.map(({ state, reason }) => [state, reason] as const)
}

/** The state of the first claim of a section whose reason has a text. */
function stateOf(
  options: Options,
  profile: ConformanceProfile,
  section: string,
  reason = '',
): ConformanceState {
  const found = claimed(options, profile, section).find((claim) => claim[1].includes(reason))
  if (!found) throw new Error(`there is no claim of ${profile} ${section} with "${reason}"`)
  return found[0]
}

async function statement(options: Options, token = 'acme-token'): Promise<unknown> {
  const { body } = await quiet(options).get('/ServiceProviderConfig', { token })
  return body.interopProfileConformant
}

describe('what a service claims', () => {
  it('is a list of sections, each with a state and a line', () => {
    const claims = quiet({}).scim.conformance()
    const profiles = new Set(claims.map(({ profile }) => profile))
    expect([...profiles]).toEqual(['rfc', 'interop', 'ipsie AL1', 'ipsie AL2', 'okta', 'entra'])
    for (const { section, asks, state, reason } of claims) {
      expect(section).toMatch(/^\S.*\S$|^\d$/)
      expect(asks).not.toBe('')
      expect(['holds', 'does not hold', 'host']).toContain(state)
      expect(reason).toMatch(/^\S.*\S$/)
      expect(reason).not.toContain('\n')
    }
  })

  it('depends on the profile of the caller', () => {
    const profile: ScimOptions['profile'] = ({ tenant }) => (tenant === 'acme' ? interop() : lenient())
    const { scim } = quiet({ profile })
    const state = (tenant?: string) =>
      scim
        .conformance(tenant === undefined ? undefined : { tenant })
        .find((claim) => claim.profile === 'interop' && claim.section === '6.5.1')?.state
    expect([state('acme'), state('globex'), state()]).toEqual(['holds', 'does not hold', 'does not hold'])
  })

  it.each<[string, Profile, ConformanceState]>([
    ['lenient', lenient(), 'does not hold'],
    ['strict', strict(), 'does not hold'],
    ['interop', interop(), 'holds'],
    ['ipsie AL1', ipsie('AL1'), 'holds'],
    ['ipsie AL2', ipsie('AL2'), 'holds'],
  ])('of the refusals of interop under %s', (_name, profile, state) => {
    for (const section of ['5.3', '5.4', '6.5.1', '6.5.2', '6.5.3'])
      expect(stateOf({ profile }, 'interop', section), section).toBe(state)
  })

  it.each<[StoreDescription['deletion'] | undefined, ConformanceState]>([
    ['removes', 'holds'],
    ['hides', 'host'],
    ['revives', 'holds'],
    ['shows', 'does not hold'],
    [undefined, 'host'],
  ])('of a DELETE that %s the resource', (deletion, state) => {
    const options = { profile: interop(), users: users(deletion && { deletion }) }
    expect(stateOf(options, 'interop', '6.6')).toBe(state)
    expect(stateOf(options, 'rfc', 'RFC 7644 3.6')).toBe(state)
  })

  it('is for the host to see to where it has put a method of its own in the place of one of the store', () => {
    const wrapped = { ...memoryStore<User>(), delete: async () => {} }
    expect(stateOf({ profile: interop(), users: wrapped }, 'interop', '6.6')).toBe('host')
    const same = { ...memoryStore<User>() }
    expect(stateOf({ profile: interop(), users: same }, 'interop', '6.6')).toBe('holds')
  })

  it('of filters is what the store can evaluate', () => {
    const evaluates: StoreDescription['evaluates'] = ({ tree }) =>
      !JSON.stringify(tree, (key, value) => (key === 'parent' ? undefined : value)).includes('externalId')
    const options = { users: users({ evaluates }) }
    const section = 'AL1: User Deprovisioning'
    expect(stateOf(options, 'ipsie AL1', section, 'externalId eq')).toBe('does not hold')
    expect(stateOf(options, 'interop', '6.3')).toBe('holds')
    const silent = { users: users(undefined) }
    expect(stateOf(silent, 'ipsie AL1', section, 'which filters')).toBe('host')
    const without = { users: users({}, { attributes: ['userName', 'active'] }) }
    expect(stateOf(without, 'ipsie AL1', section, 'externalId')).toBe('does not hold')
    expect(stateOf(without, 'entra', 'Matching')).toBe('does not hold')
  })

  it('of letter case and uniqueness', () => {
    const section = '5.2'
    expect(stateOf({}, 'interop', section)).toBe('holds')
    expect(stateOf({ users: users({ uniqueness: 'host' }) }, 'interop', section)).toBe('host')
    const exact = restricted(({ userName, ...others }) => ({
      ...others,
      userName: attribute.string({ ...userName?.options, caseExact: true }),
    }))
    expect(stateOf({ users: exact }, 'interop', section)).toBe('does not hold')
  })

  it('of pages', () => {
    for (const [limits, state] of [
      [{}, 'holds'],
      [{ maxPageSize: 99, defaultPageSize: 50 }, 'does not hold'],
      [{ defaultPageSize: 50 }, 'does not hold'],
      [{ maxPageSize: 100 }, 'holds'],
    ] as const)
      expect(stateOf({ limits, profile: interop() }, 'interop', '6.4')).toBe(state)
    const limits = { maxPageSize: 5000 }
    const section = 'AL2: User and Group Management'
    expect(stateOf({ limits }, 'ipsie AL2', section, 'maxPageSize')).toBe('does not hold')
    expect(stateOf({ limits, profile: ipsie('AL2') }, 'ipsie AL2', section, '1,000')).toBe('holds')
  })

  it('of the kinds of elements', () => {
    const badge = (kind: object) =>
      defineExtension('urn:example:badge:2.0:User', {
        cards: attribute.complex(
          { code: attribute.string(), type: attribute.string(kind) },
          { multiValued: true },
        ),
      })
    const state = (kind: object) =>
      stateOf({ profile: interop(), extensions: { User: [badge(kind)] } } as never, 'interop', '5.4')
    expect(state({})).toBe('does not hold')
    expect(state({ canonicalValues: ['door'] })).toBe('holds')
  })

  it('of required attributes', () => {
    const section = 'RFC 7643 7'
    expect(stateOf({}, 'rfc', section, 'without one')).toBe('holds')
    const fixed = restricted(({ userName, ...others }) => ({
      ...others,
      userName: attribute.string({ ...userName?.options, mutability: 'readOnly' }),
    }))
    expect(stateOf({ users: fixed }, 'rfc', section, 'required')).toBe('does not hold')
  })

  it('of tokens, limits, audits and callbacks', () => {
    const section = 'Shared Prerequisites'
    expect(stateOf({}, 'ipsie AL1', section, 'fixed tokens')).toBe('does not hold')
    expect(stateOf({ authenticate: () => ({}) }, 'ipsie AL1', section, 'OAuth')).toBe('host')
    expect(stateOf({}, 'ipsie AL1', section, 'rateLimit')).toBe('does not hold')
    const rateLimit = memoryRateLimit({ limit: 100, window: 1 })
    expect(stateOf({ rateLimit }, 'ipsie AL1', section, '429')).toBe('holds')
    expect(stateOf({}, 'ipsie AL1', 'Security Considerations')).toBe('host')
    const first = 'AL1: User Deprovisioning'
    expect(stateOf({}, 'ipsie AL1', first, 'nothing hears')).toBe('host')
    const on = { 'user.deactivated': () => {} }
    expect(stateOf({ on }, 'ipsie AL1', first, 'within 5 minutes')).toBe('host')
    const silent = createScim({ authenticate: bearerTokens([{ token: 't' }]), users: memoryStore() })
    const audit = silent.conformance().find(({ section }) => section === 'Security Considerations')
    expect(audit?.state).toBe('does not hold')
  })

  it('of groups', () => {
    const claims = createScim({
      authenticate: bearerTokens([{ token: 't' }]),
      users: memoryStore(),
    }).conformance()
    const missing = claims.filter(({ reason }) => reason === 'there is no option groups')
    expect(missing.map(({ profile, state }) => [profile, state])).toEqual([
      ['rfc', 'does not hold'],
      ['rfc', 'does not hold'],
      ['ipsie AL2', 'does not hold'],
      ['ipsie AL2', 'does not hold'],
      ['okta', 'does not hold'],
      ['entra', 'does not hold'],
    ])
  })

  it('names the option that each reviewer needs', () => {
    const unique = "groupNames is 'unique'"
    expect(stateOf({}, 'entra', 'Hosted validator', unique)).toBe('holds')
    expect(stateOf({}, 'rfc', 'RFC 7643 8.7.1', unique)).toBe('does not hold')
    const any = { groupNames: 'any' as const }
    expect(stateOf(any, 'entra', 'Hosted validator', "'any'")).toBe('does not hold')
    expect(stateOf(any, 'okta', 'OIN', "'any'")).toBe('holds')
    expect(stateOf(any, 'rfc', 'RFC 7643 8.7.1')).toBe('holds')
    const reject = { unknownReferences: 'reject' as const, unknownMembers: 'reject' as const }
    expect(stateOf(reject, 'entra', 'Hosted validator', 'unknownReferences')).toBe('does not hold')
    expect(stateOf(reject, 'okta', 'OIN', 'unknownMembers')).toBe('does not hold')
    expect(stateOf({ discovery: { pagination: false } }, 'rfc', 'RFC 9865 4')).toBe('does not hold')
    const patchReply = { users: 'none' as const }
    expect(stateOf({ patchReply }, 'okta', 'OIN', "'none' for users")).toBe('holds')
    expect(stateOf({ profile: strict() }, 'okta', 'OIN', 'rawToken')).toBe('does not hold')
    expect(stateOf({ profile: okta() }, 'okta', 'OIN', 'rawToken')).toBe('holds')
    expect(stateOf({ profile: okta() }, 'entra', 'Hosted validator', 'operationCase')).toBe('does not hold')
    expect(stateOf({ profile: ipsie('AL2') }, 'okta', 'OIN', 'refuses')).toBe('does not hold')
    const some = { users: users({ showsAll: false }) }
    expect(stateOf(some, 'entra', 'Account discovery')).toBe('host')
  })
})

describe('interopProfileConformant', () => {
  it('is in discovery for tenants of the profile only, and says whether it holds', async () => {
    for (const profile of [lenient(), strict(), okta()]) expect(await statement({ profile })).toBeUndefined()
    for (const profile of [interop(), ipsie('AL1'), ipsie('AL2')])
      expect(await statement({ profile })).toBe(true)
    const profile: ScimOptions['profile'] = ({ tenant }) => (tenant === 'acme' ? interop() : lenient())
    expect(await statement({ profile })).toBe(true)
    expect(await statement({ profile }, 'globex-token')).toBeUndefined()
  })

  it('is false where something does not hold', async () => {
    const profile = interop()
    expect(await statement({ profile, users: users({ deletion: 'shows' }) })).toBe(false)
    expect(await statement({ profile, limits: { maxPageSize: 50, defaultPageSize: 50 } })).toBe(false)
    expect(await statement({ profile, users: users({ evaluates: () => false }) })).toBe(false)
    expect(await statement({ profile, users: users({ deletion: 'hides', uniqueness: 'host' }) })).toBe(true)
  })

  it('is answered without a credential as for everybody', async () => {
    const open = { profile: interop(), publicDiscovery: true }
    expect(await statement(open, '')).toBe(true)
    expect(await statement({ ...open, profile: () => interop() }, '')).toBeUndefined()
  })
})

describe('discovery under the profiles', () => {
  interface Described {
    readonly name: string
    readonly canonicalValues?: readonly string[]
    readonly subAttributes?: readonly Described[]
  }
  async function attributesOf(profile: Profile): Promise<readonly Described[]> {
    const { body } = await quiet({ profile }).get(`/Schemas/${urns.user}`)
    return body.attributes as readonly Described[]
  }
  const kinds = (attributes: readonly Described[]) =>
    attributes.flatMap(({ name, subAttributes = [] }) =>
      subAttributes.flatMap((one) => (one.name === 'type' ? [[name, one.canonicalValues] as const] : [])),
    )

  it('has canonical values for every kind, and takes others', async () => {
    const described = kinds(await attributesOf(interop()))
    expect(described.filter(([, values]) => !values?.length)).toEqual([])
    expect(described).toContainEqual(['roles', ['work', 'home', 'other']])
    expect(kinds(await attributesOf(lenient()))).toContainEqual(['roles', undefined])
    const roles = [{ value: 'a', type: 'department' }]
    expect((await quiet({ profile: interop() }).createUser({ roles })).roles).toEqual(roles)
  })

  it('has no password and no longer pages than there are', async () => {
    const names = async (profile: Profile) => (await attributesOf(profile)).map(({ name }) => name)
    expect(await names(ipsie('AL1'))).toContain('password')
    expect(await names(ipsie('AL2'))).not.toContain('password')
    const options = { hashPassword: async () => 'hash', limits: { maxPageSize: 5000 } }
    const config = async (profile: Profile) =>
      (await quiet({ ...options, profile }).get('/ServiceProviderConfig')).body
    expect(await config(ipsie('AL2'))).toMatchObject({
      changePassword: { supported: false },
      filter: { maxResults: 1000 },
      pagination: { maxPageSize: 1000, defaultPageSize: 100 },
    })
    expect(await config(interop())).toMatchObject({
      changePassword: { supported: true },
      filter: { maxResults: 5000 },
    })
  })
})

describe('a profile that refuses what known clients send', () => {
  function warned(options: Options) {
    const warnings: Finding[] = []
    const service = serve({ ...options, onWarning: (warning) => warnings.push(warning) })
    return { ...service, warnings, said: () => warnings.map(({ message }) => message) }
  }

  it('says so when the service is made, once', async () => {
    const { scim, said, warnings, get } = warned({ profile: ipsie('AL2') })
    expect(said()).toEqual([
      expect.stringMatching(/^the profile ipsie AL2 refuses what Okta sends: PATCH without a path/),
      expect.stringMatching(/^the profile ipsie AL2 refuses what Entra sends: PATCH without a path/),
      expect.stringMatching(/^the profile ipsie AL2 refuses what Okta sends: a password/),
    ])
    expect(warnings[0]).toMatchObject({
      code: 'profile-refuses',
      severity: 'warning',
      where: 'option profile',
    })
    await scim.ready()
    await get('/Users')
    expect(warnings).toHaveLength(3)
    expect((await scim.check()).map(({ code }) => code)).toEqual(Array(3).fill('profile-refuses'))
  })

  it('says so at the first request of a tenant that has it, where it is a function of the caller', async () => {
    const profile: ScimOptions['profile'] = ({ tenant }) => (tenant === 'acme' ? interop() : lenient())
    const { said, get } = warned({ profile })
    await get('/Users', { token: 'globex-token' })
    expect(said()).toEqual([])
    await get('/Users')
    await get('/Users')
    expect(said()).toHaveLength(2)
  })

  it('is silent where the check is left out, and others always are', () => {
    expect(warned({ profile: interop(), check: false }).said()).toEqual([])
    for (const profile of [lenient(), strict(), okta()]) expect(warned({ profile }).said()).toEqual([])
  })
})

describe('the README', () => {
  it('has the claims of the default configuration as they are', () => {
    const claims = createScim({
      authenticate: bearerTokens([{ token: 't' }]),
      users: memoryStore(),
      groups: memoryStore(),
    }).conformance()
    // Level AL2 includes AL1.
    const first = new Set(claims.flatMap(({ profile, asks }) => (profile === 'ipsie AL1' ? [asks] : [])))
    const rows = claims.flatMap(({ profile, section, asks, state, reason }) => {
      if (profile === 'ipsie AL2' && first.has(asks)) return []
      const cells = [`\`${profile}\``, section, asks, state, reason]
      return [`| ${cells.map((text) => text.replace(/\|/g, '\\|')).join(' | ')} |`]
    })
    const head = ['| profile | section | what is asked for | state | why |', '|---|---|---|---|---|']
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
    const written = /<!-- conformance: begin -->\n([\s\S]*?)\n?<!-- conformance: end -->/.exec(readme)?.[1]
    expect(written).toBe([...head, ...rows].join('\n'))
  })
})
