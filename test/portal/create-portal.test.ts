import { describe, expect, it } from 'vitest'
import type { PortalAuthorize } from '../../src/portal/index.js'
import { englishMessages, germanMessages } from '../../src/portal/index.js'
import { makeService, origin, Visitor } from './service.js'

describe('what authorize returns', () => {
  const access = { tenant: 'acme', rights: 'manage' } as const
  const opened = async (returned: unknown) => {
    const authorize = (() => returned) as PortalAuthorize
    const service = makeService({ portal: { authorize } })
    await service.connections.create({ tenant: 'acme', name: 'Okta production', provider: 'okta' })
    const { status, html } = await new Visitor(service).get('/')
    const [error] = service.reported
    return { status, html, cause: error instanceof Error ? String(error.cause) : undefined }
  }

  it('is whose pages are shown', async () => {
    expect((await opened(access)).html).toContain('Okta production')
    expect((await opened(Promise.resolve({ ...access, actor: 'ada' }))).html).toContain('Signed in as ada')
    expect((await opened({ ...access, tenant: undefined })).html).not.toContain('Okta production')
  })

  it.each([[undefined], [null], [false]])('shows nothing to nobody: %o', async (returned) => {
    const { status, html, cause } = await opened(returned)
    expect(status).toBe(403)
    expect(html).toContain('You are not signed in')
    expect(cause).toBeUndefined()
  })

  it.each<[unknown, string]>([
    [true, 'a plain object with tenant and rights'],
    ['acme', 'a plain object with tenant and rights'],
    [['acme'], 'a plain object with tenant and rights'],
    [new Map(Object.entries(access)), 'a plain object with tenant and rights'],
    [{ rights: 'manage' }, 'a tenant; undefined for a service without tenants'],
    [{ ...access, tenant: '' }, 'a tenant that is text, not empty, or undefined'],
    [{ ...access, tenant: 7 }, 'a tenant that is text, not empty, or undefined'],
    [{ ...access, tenant: null }, 'a tenant that is text, not empty, or undefined'],
    [{ ...access, rights: 'admin' }, 'rights that are "view" or "manage"'],
    [{ ...access, rights: ['manage'] }, 'rights that are "view" or "manage"'],
    [{ ...access, actor: '' }, 'an actor that is text, not empty, or undefined'],
    [{ ...access, tennant: 'globex' }, 'tenant, rights and actor, and nothing else'],
  ])('is refused where it is %o', async (returned, message) => {
    const { status, html, cause } = await opened(returned)
    expect(status).toBe(500)
    expect(html).not.toContain('Okta production')
    expect(html).not.toContain('createPortal')
    expect(cause).toContain(`createPortal: authorize must return ${message}`)
  })

  it('may be an error, of which the page tells a number only', async () => {
    const authorize = async () => {
      throw new Error('password hunter2')
    }
    const service = makeService({ portal: { authorize } })
    const { status, html } = await new Visitor(service).get('/')
    expect(status).toBe(500)
    expect(html).not.toContain('hunter2')
    const [, id = ''] = /number: ([\w-]{36})/.exec(html) ?? []
    expect(String(service.reported[0])).toContain(id)
  })
})

describe('an option', () => {
  it.each([
    [{ scim: {} }, 'scim must be what createScim returned'],
    [{ connections: {} }, 'connections must be what createConnections returned'],
    [{ log: null }, 'log must be what createRequestLog returned'],
    [{ authorize: true }, 'authorize must be a function'],
    [{ name: ' ' }, 'name must be text that is not empty'],
    [{ scimUrl: 'scim/v2' }, 'scimUrl must be an http or https URL, a path'],
    [{ scimUrl: '//evil.example' }, 'scimUrl must be an http or https URL, a path'],
    [{ support: 'javascript:alert(1)' }, 'support must be an http, https or mailto URL'],
    [{ support: 'https://a:b@example.com' }, 'support must be an http, https or mailto URL'],
    [{ tokenUrl: '/token' }, 'tokenUrl must be an http or https URL'],
    [{ baseUrl: 'app.example.com' }, 'baseUrl must be an http or https URL'],
    [{ secret: 'short' }, 'secret must be text of at least 32 characters'],
    [{ frameOrigins: ['https://app.example.com/'] }, 'frameOrigins must be a list of origins'],
    [
      { frameOrigins: ["https://app.example.com; script-src 'unsafe-inline'"] },
      'frameOrigins must be a list',
    ],
    [{ frameOrigins: ['*'] }, 'frameOrigins must be a list of origins'],
    [{ theme: { dark: { accent: 'red;}body{display:none' } } }, 'theme.dark.accent must be a value of CSS'],
    [
      { theme: { light: { accent: 'url(https://evil.example)' } } },
      'theme.light.accent must be a value of CSS',
    ],
    [{ theme: { light: { 'a:b': 'red' } } }, 'theme.light must name variables'],
    [{ theme: { drak: {} } }, 'unknown option "theme.drak"; did you mean "theme.dark"?'],
    [{ messages: { 'x y': {} } }, 'messages must be by language tags'],
    [{ autorize: () => {} }, 'unknown option "autorize"; did you mean "authorize"?'],
  ])('that is wrong is refused: %o', (wrong, message) => {
    expect(() => makeService({ portal: wrong as never })).toThrow(message)
  })

  it.each<[object, string | RegExp]>([
    [{ skip: undefined }, 'messages.fr.skip must be text'],
    [{ signedInAs: 'x' }, 'messages.fr.signedInAs must be a function'],
    [{ notes: {} }, /messages\.fr\.notes\.[\w.]+ must be text/],
    [{ usualReasonList: 'x' }, 'messages.fr.usualReasonList must be a list'],
  ])('with the texts of a language must have them all: %o', (change, message) => {
    const messages = { fr: { ...englishMessages, ...change } }
    expect(() => makeService({ portal: { messages } as never })).toThrow(message)
    expect(() => makeService({ portal: { messages: { fr: englishMessages } } })).not.toThrow()
  })

  it('for the theme sets variables of the style sheet', async () => {
    const theme = { light: { accent: '#0a7', radius: '2px' }, dark: { accent: 'rgb(0 200 120 / 0.9)' } }
    const { html } = await new Visitor(makeService({ portal: { theme } }), 'acme view bob').get('/')
    expect(html).toContain(':root{--portal-accent:#0a7;--portal-radius:2px}')
    expect(html).toContain('@media (prefers-color-scheme:dark){:root{--portal-accent:rgb(0 200 120 / 0.9)}}')
  })

  it('for the Base URL may be of each tenant', async () => {
    const service = makeService({ portal: { scimUrl: (tenant) => `https://${tenant}.example.com/scim` } })
    const { id } = await service.connections.create({ tenant: 'acme', name: 'A', provider: 'okta' })
    const { html } = await new Visitor(service, 'acme view bob').get(`/idp/${id}/set-up`)
    expect(html).toContain('value="https://acme.example.com/scim"')
  })
})

describe('the language', () => {
  const languageOf = async (service: ReturnType<typeof makeService>, header: string) => {
    const reply = await new Visitor(service, 'acme view bob', { 'accept-language': header }).get('/')
    return /<html lang="([^"]*)"/.exec(reply.html)?.[1]
  }

  it.each([
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['fr,en;q=0.5,de;q=0.7', 'de'],
    ['fr', 'en'],
    ['de;q=0', 'en'],
    ['*', 'en'],
    ['', 'en'],
    [`${'x,'.repeat(5000)}de`, 'en'],
  ])('is the one that the browser asks for: %s', async (header, expected) => {
    expect(await languageOf(makeService(), header)).toBe(expected)
  })

  it('may be one of the host', async () => {
    const messages = { fr: { ...germanMessages, connections: 'Fournisseurs connectés' } }
    const service = makeService({ portal: { messages } })
    expect(await languageOf(service, 'fr-CA')).toBe('fr')
    const { html } = await new Visitor(service, 'acme view bob', { 'accept-language': 'fr' }).get('/')
    expect(html).toContain('Fournisseurs connectés')
    expect(html).toContain('>Deutsch</button>')
  })
})

describe('the portal', () => {
  it('finds its mount by itself where the host does not say', async () => {
    const service = makeService({ knowsAddress: false, portal: { basePath: undefined } as never })
    const { id } = await service.connections.create({ tenant: 'acme', name: 'A', provider: 'okta' })
    for (const at of ['', '/settings/provisioning', '/a/b/c']) {
      for (const path of ['', '/', `/idp/${id}/set-up`]) {
        const request = new Request(`${origin}${at}${path}`, { headers: { 'x-session': 'acme view bob' } })
        const reply = await service.portal.handler(request)
        expect(reply.status, at + path).toBe(200)
        expect(await reply.text()).toContain(`href="${at}/idp/${id}/set-up"`)
      }
    }
  })

  it('answers methods that it has not with those that it has, and HEAD without a body', async () => {
    const visitor = new Visitor(makeService(), 'acme manage ada')
    const put = await visitor.send('/new', { method: 'PUT' })
    expect(put.status).toBe(405)
    expect(put.headers.get('allow')).toBe('GET, POST')
    const head = await visitor.send('/', { method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, html: '' })
    for (const path of ['/nothing', '/idp', '/idp/%E0%A4%A/set-up', '/idp//set-up', '/enter']) {
      expect((await visitor.get(path)).status, path).toBeGreaterThanOrEqual(404)
    }
  })
})
