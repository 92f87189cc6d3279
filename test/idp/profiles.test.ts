import { describe, expect, it } from 'vitest'
import { entra, lenient, okta, type RuleName, rules, strict, urns } from '../../src/index.js'
import { serve } from '../http/service.js'

const names = (profile: { rules: readonly { name: string }[] }) => profile.rules.map(({ name }) => name)

describe('the rules', () => {
  it('each have a name of their own, a sentence, a sender and a source', () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length)
    for (const { name, description, sentBy, source } of rules) {
      expect(name).toMatch(/^[a-z][A-Za-z]+$/)
      expect(description, name).toMatch(/^[A-Z].*\.$/)
      expect(sentBy.length, name).toBeGreaterThan(0)
      expect(source, `${name}: a source begins with the site`).toMatch(/^[\w-]+(?:\.[\w-]+)*\.[a-z]+\b/)
    }
  })
})

describe('a profile', () => {
  it('has every rule, none, or those of one identity provider', () => {
    expect(names(lenient())).toEqual(rules.map(({ name }) => name))
    expect(names(strict())).toEqual([])
    const sentBy = (who: string) =>
      rules.filter((one) => (one.sentBy as readonly string[]).includes(who)).map(({ name }) => name)
    expect(names(okta())).toEqual(sentBy('Okta'))
    expect(names(entra())).toEqual(sentBy('Entra'))
    expect(okta().has('rawToken')).toBe(true)
    expect(okta().has('operationCase')).toBe(false)
    expect(entra().has('operationCase')).toBe(true)
  })

  it('can do without some', () => {
    const profile = entra({ without: ['operationCase', 'createFromFilter', 'rawToken'] })
    expect(profile.has('operationCase')).toBe(false)
    expect(profile.leniency.createFromFilter).toBe(false)
    expect(profile.leniency.removeByValue).toBe(true)
    expect(names(profile)).toEqual(
      names(entra()).filter((name) => name !== 'operationCase' && name !== 'createFromFilter'),
    )
  })

  it('can not do without a rule that there is none of', () => {
    expect(() => lenient({ without: ['unknownAtributes' as RuleName] })).toThrow(
      new TypeError('lenient: there is no rule "unknownAtributes"; did you mean "unknownAttributes"?'),
    )
  })

  it('may be another one for each caller', async () => {
    const service = serve({ profile: ({ tenant }) => (tenant === 'acme' ? strict() : lenient()) })
    const operations = [{ op: 'Replace', path: 'active', value: 'False' }]
    const acme = await service.createUser()
    const globex = await service.createUser({}, { token: 'globex-token' })
    expect((await service.patch(`/Users/${acme.id}`, operations)).status).toBe(400)
    const accepted = await service.patch(`/Users/${globex.id}`, operations, { token: 'globex-token' })
    expect(accepted.body.active).toBe(false)
  })
})

describe('what an identity provider sends', () => {
  it('is accepted under its own profile', async () => {
    const service = serve({ profile: okta() })
    const created = await service.post(
      '/Users',
      {
        schemas: [urns.user],
        userName: 'test.user@okta.local',
        name: { givenName: 'Test', familyName: 'User' },
        emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
        displayName: 'Test User',
        locale: 'en-US',
        externalId: '00ujl29u0le5T6Aj10h7',
        groups: [],
        password: '1mz050nq',
        active: true,
      },
      { token: '', headers: { authorization: 'acme-token', accept: 'application/scim+json' } },
    )
    expect(created.status).toBe(201)
    const path = `/Users/${created.body.id}`
    const echo = (await service.get(path)).body
    expect((await service.put(path, { ...echo, active: false })).body.active).toBe(false)
    const active = [{ op: 'replace', value: { active: true } }]
    expect((await service.patch(path, active)).body.active).toBe(true)

    const directory = serve({ profile: entra() })
    const { id } = await directory.createUser()
    const reply = await directory.patch(`/Users/${id}`, [
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'joy@contoso.com' },
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Add', path: 'manager', value: [{ $ref: null, value: id }] },
      { op: 'replace', value: { 'name.givenName': 'Joy', [`${urns.enterpriseUser}:department`]: 'D' } },
    ])
    expect(reply.status).toBe(200)
    expect(await directory.storedUser(id)).toMatchObject({
      active: false,
      name: { givenName: 'Joy' },
      emails: [{ type: 'work', value: 'joy@contoso.com' }],
      [urns.enterpriseUser]: { department: 'D', manager: { value: id } },
    })
  })
})
