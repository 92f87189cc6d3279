import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Profile, ResourceTypeDefinition, User } from '../../src/index.js'
import {
  applyPatch,
  attribute,
  defineExtension,
  interop,
  ipsie,
  lenient,
  memoryStore,
  strict,
  urns,
  userResourceType,
} from '../../src/index.js'
import { noNote } from '../../src/protocol/index.js'
import { serve } from '../http/service.js'

// The interoperability profile beside the others; what it refuses over HTTP is in the wire suite of its own.

/** A store whose mapping shows `displayName` and cannot write it. */
function withComputedName(): ReturnType<typeof memoryStore<User>> {
  const restrictResourceType = (definition: ResourceTypeDefinition): ResourceTypeDefinition => {
    const { displayName, ...others } = definition.schema.attributes
    const attributes = { ...others, displayName: attribute.string({ mutability: 'readOnly' }) }
    return { ...definition, schema: { ...definition.schema, attributes } }
  }
  return { ...memoryStore<User>(), restrictResourceType }
}

describe('the requirements of a profile', () => {
  it('are none but for interop, each with its document and section', () => {
    expect([lenient(), strict()].map(({ requirements }) => requirements)).toEqual([[], []])
    const { requirements, rules, name } = interop()
    expect([name, rules]).toEqual(['interop', []])
    expect(new Set(requirements.map((one) => one.name)).size).toBe(requirements.length)
    for (const { description, source, section } of requirements) {
      expect(description).toMatch(/^[A-Z].*\.$/)
      expect(source).toMatch(/^draft-/)
      expect(section).toMatch(/^\d+(?:\.\d+)*$/)
    }
  })

  it('are listed as they are', () => {
    const first = new Set<string>(interop().requirements.map(({ name }) => name))
    expect(ipsie('AL1').requirements).toEqual(interop().requirements)
    const rows = ipsie('AL2').requirements.map(({ name, description, source, section, refuses = {} }) => {
      const clients = Object.entries(refuses).map(([client, what]) => `${client}: ${what}`)
      const profile = first.has(name) ? 'all' : "`ipsie('AL2')`"
      return `| \`${name}\` | ${description} | ${profile} | ${source}, ${section} | ${clients.join('; ')} |`
    })
    const head =
      '| requirement | what is asked for | profile | source, section | which clients send otherwise |'
    const readme = readFileSync(join(import.meta.dirname, '../../src/idp/README.md'), 'utf8')
    const written = /<!-- requirements: begin -->\n([\s\S]*?)\n?<!-- requirements: end -->/.exec(readme)?.[1]
    expect(written).toBe([head, '|---|---|---|---|---|', ...rows].join('\n'))
  })

  it('belong to the tenant that has chosen them', async () => {
    const service = serve({ profile: ({ tenant }) => (tenant === 'acme' ? interop() : lenient()) })
    const off = [{ op: 'replace', value: { active: false } }]
    const acme = await service.createUser()
    const globex = await service.createUser({}, { token: 'globex-token' })
    expect((await service.patch(`/Users/${acme.id}`, off)).body.scimType).toBe('invalidSyntax')
    const reply = await service.patch(`/Users/${globex.id}`, off, { token: 'globex-token' })
    expect(reply.body.active).toBe(false)
  })

  it.each<[string, Profile]>([
    ['strict', strict()],
    ['interop', interop()],
  ])('%s: what the store shows and cannot write is refused', async (_name, profile) => {
    const service = serve({ users: withComputedName(), profile })
    const { id } = await service.createUser({ active: true })
    for (const op of ['add', 'replace', 'remove']) {
      const value = op === 'remove' ? {} : { value: 'Ann' }
      const reply = await service.patch(`/Users/${id}`, [
        { op: 'replace', path: 'active', value: false },
        { op, path: 'displayName', ...value },
      ])
      expect([reply.status, reply.body.scimType]).toEqual([400, 'mutability'])
    }
    expect((await service.storedUser(id)).active).toBe(true)
  })
})

describe('replace of a complex attribute', () => {
  const badge = defineExtension('urn:example:badge:2.0:User', {
    card: attribute.complex({
      code: attribute.string(),
      colour: attribute.string(),
      printed: attribute.string({ mutability: 'readOnly' }),
      serial: attribute.string({ mutability: 'immutable' }),
    }),
  })
  const type = { ...userResourceType, extensions: [badge] }
  const card = { code: 'A', colour: 'red', printed: 'today', serial: '7' }
  const user = {
    schemas: [urns.user, badge.urn],
    id: '1',
    userName: 'ann',
    meta: { resourceType: 'User', created: '', lastModified: '', version: '1' },
    [badge.urn]: { card },
  }
  const patched = (profile: Profile, value: object, path = `${badge.urn}:card`) =>
    applyPatch(type, user, [{ op: 'replace', path, value: value as never }], {
      leniency: profile.leniency,
      note: noNote,
    })

  it('replaces all that a client can write under interop, and what it speaks of by the RFC', () => {
    const whole = patched(interop(), { code: 'B' })
    expect(whole[badge.urn].card).toEqual({ code: 'B', printed: 'today', serial: '7' })
    const merged = { ...card, code: 'B' }
    expect(patched(strict(), { code: 'B' })[badge.urn].card).toEqual(merged)
    expect(patched(lenient(), { code: 'B' })[badge.urn].card).toEqual(merged)
  })

  it('by the same value is no change', () => {
    expect(patched(interop(), { colour: 'red', code: 'A' })).toBe(user)
  })

  it('by what is read-only is refused', () => {
    expect(() => patched(interop(), { code: 'A', printed: 'never' })).toThrow(/printed is read-only/)
  })

  it('inside of a whole extension leaves the other attributes of the extension', () => {
    const after = patched(interop(), { card: { code: 'B' } }, badge.urn)
    expect(after[badge.urn]).toEqual({ card: { code: 'B', printed: 'today', serial: '7' } })
  })
})

describe('replace of a complex attribute, over HTTP', () => {
  it('by a value without what is required is refused', async () => {
    const card = attribute.complex({
      code: attribute.string({ required: true }),
      colour: attribute.string(),
    })
    const badge = defineExtension('urn:example:badge:2.0:User', { card })
    const profile = interop()
    const service = serve({ profile, extensions: { User: [badge] } } as never)
    const { id } = await service.createUser({
      schemas: [urns.user, badge.urn],
      [badge.urn]: { card: { code: 'A', colour: 'red' } },
    })
    const replace = (value: object) =>
      service.patch(`/Users/${id}`, [{ op: 'replace', path: `${badge.urn}:card`, value }])
    expect((await replace({ colour: 'blue' })).body.scimType).toBe('invalidValue')
    expect((await replace({ code: 'B' })).body[badge.urn]).toEqual({ card: { code: 'B' } })
  })
})

describe('a page under IPSIE AL2', () => {
  it('has 1,000 resources at most, whatever the service allows', async () => {
    const limits = { maxPageSize: 5000, defaultPageSize: 2000 }
    let profile = lenient()
    const service = serve({ limits, profile: () => profile })
    for (let count = 0; count <= 1000; count++) await service.createUser()
    const sizes = async () => {
      const paths = ['/Users', '/Users?count=3000', '/Users?cursor&count=3000', '/?count=3000']
      const found: number[] = []
      for (const path of paths) found.push((await service.get(path)).body.itemsPerPage)
      const search = { schemas: [urns.searchRequest], count: 3000 }
      return [...found, (await service.post('/Users/.search', search)).body.itemsPerPage]
    }
    expect(await sizes()).toEqual([1001, 1001, 1001, 1001, 1001])
    profile = ipsie('AL1')
    expect(await sizes()).toEqual([1001, 1001, 1001, 1001, 1001])
    profile = ipsie('AL2')
    expect(await sizes()).toEqual([1000, 1000, 1000, 1000, 1000])
  })
})
