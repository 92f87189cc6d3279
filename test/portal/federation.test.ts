import { beforeEach, describe, expect, it } from 'vitest'
import { createTokenEndpoint } from '../../src/oauth/index.js'
import { createPortal } from '../../src/portal/index.js'
import { makeKey } from '../oauth/issuer.js'
import { answerOf, tokenRequest } from '../oauth/service.js'
import { formsOf, makeService, origin, plainText, type Received, type Service, Visitor } from './service.js'

const directory = '6b0f4a52-6a6f-4c9a-9b0e-0a1f5a0c7d11'
const tokenUrl = `${origin}/oauth/token`
const signer = makeKey('signer', 'ES256')
const issuer = 'https://login.example.com/{tenantid}/v2.0'
const issuers = [
  { name: 'Directory', issuer },
  { name: 'https://idp.example.com', issuer: 'https://idp.example.com' },
]
const typed = {
  issuer,
  directory: directory.toUpperCase(),
  subject: ' the subject ',
  audience: 'api://app/.default',
}

let service: Service
let id: string
const manager = () => new Visitor(service, 'acme manage ada')
const path = () => `/idp/${id}/federation`
const clients = (tenant = 'acme') => service.connections.clients({ tenant, connection: id })

beforeEach(async () => {
  service = makeService({ portal: { tokenUrl, issuers } })
  id = (await service.connections.create({ tenant: 'acme', name: 'Directory', provider: 'entra' })).id
})

function add(visitor: Visitor, page: Received, fields: Readonly<Record<string, string>> = {}) {
  return visitor.submit(page, '/federation', { ...typed, ...fields })
}

describe('a client without a secret', () => {
  it('is added by choosing an issuer, and receives a token for its assertion', async () => {
    const visitor = manager()
    const credentials = await visitor.get(`/idp/${id}/credentials`)
    expect(credentials.html).toContain(`href="/settings/scim${path()}"`)
    const added = await add(visitor, await visitor.get(path()))
    expect(added.status).toBe(200)
    const [client] = await clients()
    expect(client).toMatchObject({
      method: 'federated',
      issuer: `https://login.example.com/${directory}/v2.0`,
      subject: 'the subject',
      audience: 'api://app/.default',
      createdBy: 'ada',
      state: 'live',
    })
    for (const value of [client?.id ?? '', tokenUrl]) expect(added.html).toContain(value)
    expect(added.html).not.toContain('<textarea id="secret"')

    const tokens = createTokenEndpoint({
      connections: service.connections,
      url: tokenUrl,
      issuers: [{ issuer, jwks: { keys: [(await signer).jwk] } }],
    })
    const exp = Date.now() / 1000 + 60
    const client_assertion = await (await signer).sign({
      iss: client?.issuer ?? '',
      sub: 'the subject',
      aud: 'app',
      exp,
    })
    const { status } = await answerOf(
      await tokens.fetch(
        tokenRequest({
          grant_type: 'client_credentials',
          client_id: client?.id ?? '',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion,
        }),
      ),
    )
    expect(status).toBe(200)

    const listed = await visitor.get(`/idp/${id}/credentials`)
    for (const value of [client?.id, client?.issuer, 'the subject', 'api://app/.default'])
      expect(listed.html).toContain(`<code>${value}</code>`)
    const activity = await visitor.get(`/idp/${id}/activity`)
    expect(activity.html).toContain('An OAuth client was added on this page.')
    await visitor.submit(await visitor.get(`/idp/${id}/credentials/${client?.id}/revoke`), '/revoke')
    expect((await clients())[0]?.state).toBe('revoked')
  })

  it('needs no tenant ID where the issuer has none', async () => {
    const visitor = manager()
    const fields = { issuer: 'https://idp.example.com', directory: '' }
    expect((await add(visitor, await visitor.get(path()), fields)).status).toBe(200)
    expect((await clients())[0]?.issuer).toBe('https://idp.example.com')
  })

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['an issuer that is not offered', { issuer: 'https://evil.example.com' }, 'Choose one of the issuers.'],
    ['no issuer', { issuer: '' }, 'Choose one of the issuers.'],
    ['a tenant ID that is a URL', { directory: 'evil.example.com/x?' }, 'Enter the tenant ID as'],
    ['no tenant ID', { directory: '' }, 'Enter the tenant ID as'],
    ['no subject', { subject: '  ' }, 'Enter subject and audience as'],
    ['no audience', { audience: '' }, 'Enter subject and audience as'],
    ['a subject that is too long', { subject: 'x'.repeat(501) }, 'Enter subject and audience as'],
    ['an audience of two lines', { audience: 'a\u0007b' }, 'Enter subject and audience as'],
  ])('is not added with %s, and what was typed stays', async (_, fields, message) => {
    const visitor = manager()
    const reply = await add(visitor, await visitor.get(path()), fields)
    expect(reply.status).toBe(400)
    expect(reply.html).toContain(message)
    expect(await clients()).toEqual([])
    const again = formsOf(reply.html).find(({ action }) => action.endsWith('/federation'))?.fields ?? {}
    const expected = { ...typed, ...fields }
    expect(again).toMatchObject({ subject: expected.subject.trim(), audience: expected.audience.trim() })
    // And can be sent again, as it was mended.
    expect((await add(visitor, reply)).status).toBe(200)
    expect(await clients()).toHaveLength(1)
  })

  it('is added once, also where the form is sent twice', async () => {
    const visitor = manager()
    const page = await visitor.get(path())
    expect((await add(visitor, page)).status).toBe(200)
    expect((await add(visitor, page, { subject: 'another' })).status).toBe(409)
    expect(await clients()).toHaveLength(1)
  })

  it('cannot have what a client of another tenant has', async () => {
    const other = await service.connections.create({ tenant: 'globex', name: 'Other', provider: 'entra' })
    const federation = {
      issuer: `https://login.example.com/${directory}/v2.0`,
      subject: 'the subject',
      audience: 'app',
    }
    await service.connections.addClient({ tenant: 'globex', connection: other.id, federation })
    const visitor = manager()
    const reply = await add(visitor, await visitor.get(path()))
    expect(reply.status).toBe(409)
    expect(plainText(reply.html)).not.toContain('globex')
    expect(await clients()).toEqual([])
  })

  it('is shown as text whatever was typed', async () => {
    const markup = `"><script>alert(1)</script>`
    const visitor = manager()
    const refused = await add(visitor, await visitor.get(path()), { subject: markup, directory: markup })
    const added = await add(visitor, refused, { subject: markup })
    for (const { html } of [refused, added, await visitor.get(`/idp/${id}/credentials`)])
      expect(html).not.toContain('<script>alert(1)')
    expect((await clients())[0]?.subject).toBe(markup)
  })
})

describe('the steps', () => {
  it('of an identity provider that uses clients begin with one', async () => {
    const visitor = manager()
    const page = await visitor.get(`/idp/${id}/set-up`)
    expect(formsOf(page.html).map(({ action }) => action.split('/').at(-1))).not.toContain('token')
    expect(page.html).toContain('OAuth2 Client Credentials Grant')
    expect(page.html).toContain('Workload Identity Federation')
    expect(page.html).toContain('from the client of step 1')
    const added = await visitor.submit(page, '/client')
    const [client] = await clients()
    for (const value of [client?.id ?? '', tokenUrl, '<textarea id="secret"'])
      expect(added.html).toContain(value)
    expect((await visitor.get(`/idp/${id}/set-up`)).html).toContain('One client is valid.')
  })

  it('of another one begin with a token, and so where there is no token endpoint', async () => {
    const { connections } = service
    const okta = await connections.create({ tenant: 'acme', name: 'Okta', provider: 'okta' })
    const page = await manager().get(`/idp/${okta.id}/set-up`)
    expect(formsOf(page.html).map(({ action }) => action.split('/').at(-1))).toContain('token')
    expect(page.html).not.toContain(tokenUrl)
    service = makeService()
    id = (await service.connections.create({ tenant: 'acme', name: 'Directory', provider: 'entra' })).id
    const plain = await manager().get(`/idp/${id}/set-up`)
    expect(plain.html).toContain('Secret Token')
    expect(formsOf(plain.html).map(({ action }) => action.split('/').at(-1))).toContain('token')
  })
})

describe('the form for it', () => {
  it('is refused without its token, and with that of another visitor', async () => {
    const visitor = manager()
    const page = await visitor.get(path())
    const form = formsOf(page.html).find(({ action }) => action.endsWith('/federation'))
    const foreign = formsOf((await new Visitor(service, 'acme manage ada').get(path())).html)
    const stolen = foreign.find(({ action }) => action.endsWith('/federation'))?.fields
    for (const fields of [{ once: form?.fields.once ?? '' }, { ...stolen }])
      expect((await visitor.post(form?.action ?? '', { ...fields, ...typed })).status).toBe(403)
    const crossSite = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect((await visitor.post(form?.action ?? '', { ...form?.fields, ...typed }, crossSite)).status).toBe(
      403,
    )
    expect(await clients()).toEqual([])
  })

  it('is found by nobody of another tenant, nor by who may only look', async () => {
    const eve = new Visitor(service, 'globex manage eve')
    const own = await service.connections.create({ tenant: 'globex', name: 'Own', provider: 'entra' })
    expect((await eve.get(path())).status).toBe(404)
    const form = formsOf((await eve.get(`/idp/${own.id}/federation`)).html).find(({ action }) =>
      action.endsWith('/federation'),
    )
    const action = form?.action.replace(own.id, id) ?? ''
    expect((await eve.post(action, { ...form?.fields, ...typed })).status).toBe(404)
    const viewer = new Visitor(service, 'acme view bob')
    expect((await viewer.get(path())).status).toBe(403)
    expect((await viewer.get(`/idp/${id}/credentials`)).html).not.toContain('/federation"')
    expect(await clients()).toEqual([])
  })

  it('is not there without issuers, without a token endpoint, nor for what is disconnected', async () => {
    for (const portal of [{ tokenUrl }, { issuers }]) {
      service = makeService({ portal })
      id = (await service.connections.create({ tenant: 'acme', name: 'Directory', provider: 'entra' })).id
      const visitor = manager()
      expect((await visitor.get(path())).status).toBe(404)
      expect((await visitor.get(`/idp/${id}/credentials`)).html).not.toContain('/federation"')
    }
    service = makeService({ portal: { tokenUrl, issuers } })
    id = (await service.connections.create({ tenant: 'acme', name: 'Directory', provider: 'entra' })).id
    await service.connections.disconnect({ tenant: 'acme', connection: id })
    expect((await manager().get(path())).status).toBe(404)
  })

  it('is in German too', async () => {
    const visitor = new Visitor(service, 'acme manage ada', { 'accept-language': 'de' })
    const page = await visitor.get(path())
    expect(page.html).toContain('Client ohne Geheimnis anlegen')
    expect((await add(visitor, page, { directory: 'x' })).html).toContain('Geben Sie die Tenant ID')
  })

  it('has the issuers of a token endpoint, and nothing else', () => {
    const { scim, connections, log } = service
    const authorize = () => undefined
    const wrong = [{ issuer: 7 }] as never
    expect(() => createPortal({ scim, connections, log, authorize, issuers: wrong })).toThrow(
      'createPortal: issuers must be those of what createTokenEndpoint returned',
    )
  })
})
