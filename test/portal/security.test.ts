import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createPortal } from '../../src/portal/index.js'
import { portalRoutes } from '../../src/portal/routes.js'
import {
  authorize,
  formsOf,
  makeService,
  mount,
  origin,
  plainText,
  type Received,
  type Service,
  Visitor,
} from './service.js'

let service: Service
let id: string
let token: string

beforeEach(async () => {
  service = makeService()
  id = (await service.connections.create({ tenant: 'acme', name: 'Okta production', provider: 'okta' })).id
  token = (await service.connections.issueToken({ tenant: 'acme', connection: id })).id
})

const manager = () => new Visitor(service, 'acme manage ada')

/** A path of a route, with ids in it. */
function pathOf(path: string, connection: string, entry: string): string {
  return path.replace(':id', connection).replace(':entry', entry)
}

const changes = portalRoutes.filter(({ method }) => method === 'POST')
const reads = portalRoutes.filter(({ method }) => method === 'GET')

/** What could have been changed by a form. */
async function everything(): Promise<string> {
  const tenant = 'acme'
  const { connections } = service
  return JSON.stringify([
    await connections.list({ tenant }),
    await connections.tokens({ tenant, connection: id }),
    await connections.clients({ tenant, connection: id }),
    await connections.guests.list(tenant),
  ])
}

describe('a form', () => {
  it.each(changes.map(({ path }) => path))('to %s is refused without a token', async (path) => {
    const visitor = manager()
    await visitor.get(`/idp/${id}/set-up`)
    const before = await everything()
    const reply = await visitor.post(pathOf(path, id, token), { name: 'Okta production', people: 'keep' })
    expect(reply.status).toBe(403)
    expect(await everything()).toBe(before)
  })

  it.each(changes.map(({ path }) => path))(
    'to %s is refused with the token of another visitor',
    async (path) => {
      const visitor = manager()
      const [foreign] = formsOf((await new Visitor(service, 'acme manage ada').get(`/idp/${id}/set-up`)).html)
      await visitor.get(`/idp/${id}/set-up`)
      const before = await everything()
      const fields = { ...foreign?.fields, name: 'Okta production', people: 'keep' }
      expect((await visitor.post(pathOf(path, id, token), fields)).status).toBe(403)
      expect(await everything()).toBe(before)
    },
  )

  it.each([
    ['of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['of another site, as old browsers send it', { origin: 'https://evil.example', 'sec-fetch-site': '' }],
    ['of a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['of another service of the same site', { origin: 'null', 'sec-fetch-site': 'same-site' }],
    ['without an origin', { origin: '', 'sec-fetch-site': '' }],
    ['that names an origin and is of another site', { origin, 'sec-fetch-site': 'cross-site' }],
  ])('%s is refused with the right token', async (_, headers) => {
    const visitor = manager()
    const page = await visitor.get(`/idp/${id}/set-up`)
    const form = formsOf(page.html).find(({ action }) => action.endsWith('/token'))
    const before = await everything()
    const kept = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''))
    const reply = await visitor.send(form?.action ?? '', {
      method: 'POST',
      body: new URLSearchParams(form?.fields),
      headers: kept,
    })
    expect(reply.status).toBe(403)
    expect(await everything()).toBe(before)
  })

  it('with its origin is taken, as browsers send it that have none of the newer headers', async () => {
    const visitor = manager()
    const form = formsOf((await visitor.get(`/idp/${id}/set-up`)).html).find(({ action }) =>
      action.endsWith('/token'),
    )
    const reply = await visitor.send(form?.action ?? '', {
      method: 'POST',
      body: new URLSearchParams(form?.fields),
      headers: { origin },
    })
    expect(reply.status).toBe(200)
  })

  it('counts once: a reload of the reply issues no second token', async () => {
    const visitor = manager()
    // Without a token so far: there would be room for a second one.
    const fresh = await service.connections.create({ tenant: 'acme', name: 'Fresh', provider: 'okta' })
    const { html } = await visitor.get(`/idp/${fresh.id}/set-up`)
    const form = formsOf(html).find(({ action }) => action.endsWith('/token'))
    const first = await visitor.post(form?.action ?? '', form?.fields ?? {})
    expect(first.html).toContain('<textarea id="secret"')
    const again = await visitor.post(form?.action ?? '', form?.fields ?? {})
    expect(again.status).toBe(409)
    expect(again.html).not.toContain('<textarea id="secret"')
    expect(await service.connections.tokens({ tenant: 'acme', connection: fresh.id })).toHaveLength(1)
  })

  it('is refused for a visitor who may only look, however they came by it', async () => {
    const viewer = new Visitor(service, 'acme view bob')
    const [any] = formsOf((await viewer.get(`/idp/${id}/set-up`)).html)
    const before = await everything()
    for (const { path, access } of changes) {
      if (access === 'anybody' || access === 'visitor') continue
      const reply = await viewer.post(pathOf(path, id, token), { ...any?.fields, name: 'Okta production' })
      expect(reply.status, path).toBe(403)
    }
    expect(await everything()).toBe(before)
  })
})

describe('what is of another tenant', () => {
  it('is found by no URL', async () => {
    const stranger = new Visitor(service, 'globex manage eve')
    for (const { path } of reads.filter(({ path }) => path.includes(':id'))) {
      const reply = await stranger.get(pathOf(path, id, token))
      expect(reply.status, path).toBe(404)
      expect(reply.html, path).not.toContain('Okta production')
    }
    expect((await stranger.get('/')).html).not.toContain('Okta production')
  })

  it('is changed by no form', async () => {
    const stranger = new Visitor(service, 'globex manage eve')
    const own = await service.connections.create({ tenant: 'globex', name: 'Own', provider: 'okta' })
    const [any] = formsOf((await stranger.get(`/idp/${own.id}/set-up`)).html)
    const link = (await service.portal.createLink({ tenant: 'acme', connection: id, rights: 'view' })).id
    const before = await everything()
    for (const { path } of changes.filter(({ path }) => path.includes(':id'))) {
      for (const connection of [id, own.id]) {
        for (const entry of [token, link]) {
          if (connection === own.id && !path.includes(':entry')) continue
          const fields = { ...any?.fields, once: 'a'.repeat(43), name: 'Okta production' }
          const reply = await stranger.post(pathOf(path, connection, entry), fields)
          expect(reply.status, `${path} ${connection === id}`).not.toBe(200)
        }
      }
    }
    expect(await everything()).toBe(before)
    expect(await service.portal.revokeLink({ tenant: 'globex', id: link })).toBe(false)
    expect(await service.portal.links({ tenant: 'globex' })).toEqual([])
    await expect(
      service.portal.createLink({ tenant: 'globex', connection: id, rights: 'view' }),
    ).rejects.toMatchObject({ status: 404 })
  })
})

describe('the link of a guest', () => {
  const open = (visitor: Visitor, url: string) => visitor.get(new URL(url).pathname)
  const enter = async (visitor: Visitor, url: string) => visitor.submit(await open(visitor, url), '/enter')

  it('is opened by a button only, once, and in one browser', async () => {
    const { url } = await service.portal.createLink({ tenant: 'acme', connection: id, rights: 'set-up' })
    for (let scan = 0; scan < 3; scan++) expect((await open(new Visitor(service), url)).status).toBe(200)
    const guest = new Visitor(service)
    expect((await enter(guest, url)).html).toContain('Waiting for the first request')
    expect((await guest.get(`/idp/${id}/activity`)).status).toBe(200)
    const other = new Visitor(service)
    expect((await enter(other, url)).status).toBe(403)
    expect((await other.get(`/idp/${id}/activity`)).status).toBe(403)
    expect((await guest.get(`/idp/${id}/activity`)).status).toBe(200)
  })

  it('opens nothing when it is forged', async () => {
    const { url } = await service.portal.createLink({ tenant: 'acme', connection: id, rights: 'set-up' })
    const last = url.at(-1) === 'A' ? 'B' : 'A'
    for (const forged of [`${url.slice(0, -1)}${last}`, url.slice(0, -1), `${origin}${mount}/enter/x`]) {
      const visitor = new Visitor(service)
      expect((await enter(visitor, forged)).status).toBe(403)
      expect((await visitor.get(`/idp/${id}/set-up`)).status).toBe(403)
    }
  })

  it('ends when it was said to, with what it has opened', async () => {
    const { url } = await service.portal.createLink({
      tenant: 'acme',
      connection: id,
      rights: 'view',
      hours: 72,
    })
    const late = await service.portal.createLink({ tenant: 'acme', connection: id, rights: 'view', hours: 1 })
    const guest = new Visitor(service)
    await enter(guest, url)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 71 * 3_600_000 })
    try {
      expect((await guest.get(`/idp/${id}/set-up`)).status).toBe(200)
      expect((await enter(new Visitor(service), late.url)).status).toBe(403)
      vi.setSystemTime(Date.now() + 2 * 3_600_000)
      expect((await guest.get(`/idp/${id}/set-up`)).status).toBe(403)
    } finally {
      vi.useRealTimers()
    }
  })

  it('ends when it is revoked, and when the guest leaves', async () => {
    const first = await service.portal.createLink({ tenant: 'acme', connection: id, rights: 'view' })
    const guest = new Visitor(service)
    await enter(guest, first.url)
    expect(await service.portal.revokeLink({ tenant: 'acme', id: first.id })).toBe(true)
    expect((await guest.get(`/idp/${id}/set-up`)).status).toBe(403)

    const second = await service.portal.createLink({ tenant: 'acme', connection: id, rights: 'view' })
    const other = new Visitor(service)
    const page = await enter(other, second.url)
    await other.submit(page, '/leave')
    expect((await other.get(`/idp/${id}/set-up`)).status).toBe(403)
    expect(await service.portal.links({ tenant: 'acme' })).toMatchObject([
      { id: second.id, revoked: expect.any(String) },
      { id: first.id, revoked: expect.any(String) },
    ])
  })

  it('shows one connection, and lets nobody revoke, disconnect, export or invite', async () => {
    const other = await service.connections.create({ tenant: 'acme', name: 'Second', provider: 'entra' })
    const { url } = await service.portal.createLink({ tenant: 'acme', connection: id, rights: 'set-up' })
    const guest = new Visitor(service)
    const page = await enter(guest, url)
    const fields = formsOf(page.html)[0]?.fields ?? {}
    const before = await everything()
    for (const { method, path, access } of portalRoutes.filter((route) => route.access === 'manage')) {
      const at = pathOf(path, id, token)
      const reply =
        method === 'GET' ? await guest.get(at) : await guest.post(at, { ...fields, name: 'Okta production' })
      expect(reply.status, `${method} ${path} ${access}`).toBe(403)
    }
    expect(await everything()).toBe(before)
    expect((await guest.get(`/idp/${other.id}/set-up`)).status).toBe(404)
    expect((await guest.submit(page, '/token')).html).toContain('<textarea id="secret"')
  })

  it('that shows only issues nothing', async () => {
    const { url } = await service.portal.createLink({ tenant: 'acme', connection: id, rights: 'view' })
    const guest = new Visitor(service)
    const page = await enter(guest, url)
    const before = await everything()
    const fields = { ...formsOf(page.html)[0]?.fields, once: 'a'.repeat(43) }
    for (const { path, access } of changes.filter((route) => route.access === 'setUp'))
      expect((await guest.post(pathOf(path, id, token), fields)).status, `${path} ${access}`).toBe(403)
    expect(await everything()).toBe(before)
  })

  it.each([
    [{ hours: 73 }, 'hours must be a number above 0, 72 at most'],
    [{ hours: Number.NaN }, 'hours must be'],
    [{ hours: 0 }, 'hours must be'],
    [{ rights: 'manage' }, 'rights must be "view" or "set-up"'],
    [{ connection: '' }, 'connection must be the id'],
    [{ tenant: '' }, 'tenant must be text'],
    [{ hour: 1 }, 'unknown option "hour"; did you mean "hours"?'],
  ])('is not made with %o', async (wrong, message) => {
    const options = { tenant: 'acme', connection: id, rights: 'view' as const, ...wrong }
    await expect(service.portal.createLink(options as never)).rejects.toThrow(message)
  })
})

describe('every page', () => {
  const headersOf = ({ headers }: Received) => headers.get('content-security-policy') ?? ''

  it('names what a browser may load by a nonce that is another each time, and may not be framed', async () => {
    const visitor = manager()
    const nonces = new Set<string>()
    for (const { path } of reads) {
      const page = await visitor.get(pathOf(path, id, token))
      expect(page.headers.get('cache-control'), path).toBe('no-store')
      expect(page.headers.get('x-content-type-options'), path).toBe('nosniff')
      expect(headersOf(page), path).toMatch(/^default-src 'none'/)
      expect(headersOf(page), path).toContain("frame-ancestors 'none'")
      if (!page.headers.get('content-type')?.startsWith('text/html')) continue
      if (!page.html.startsWith('<!doctype')) continue
      const [, nonce = ''] = /script-src 'nonce-([\w-]{22})'/.exec(headersOf(page)) ?? []
      expect(nonce, path).not.toBe('')
      expect(nonces.has(nonce), path).toBe(false)
      nonces.add(nonce)
      expect(page.headers.get('x-frame-options'), path).toBe('DENY')
      // No handler or style in an attribute, no request to another site, no inline script but the one with the nonce.
      expect(page.html, path).not.toMatch(/\s(?:on\w+|style)="|javascript:/i)
      expect([...page.html.matchAll(/<(?:script|style)\b[^>]*>/g)].map(([tag]) => tag)).toEqual([
        `<style nonce="${nonce}">`,
        `<script nonce="${nonce}">`,
      ])
      expect(page.html, path).not.toMatch(/<(?:img|link|iframe|object|embed|base)\b/)
      expect(
        [...page.html.matchAll(/\b(?:src|action)="([^"]*)"/g)].every(([, to]) => to?.startsWith('/')),
      ).toBe(true)
    }
  })

  it('may be framed by the origins that the host names, and by no other', async () => {
    service = makeService({ portal: { frameOrigins: ['https://app.acme.example'] } })
    const reply = await manager().get('/')
    expect(headersOf(reply)).toContain('frame-ancestors https://app.acme.example;')
    expect(reply.headers.get('x-frame-options')).toBeNull()
    expect(reply.headers.getSetCookie()[0]).toMatch(/; SameSite=None; Partitioned; Secure$/)
  })

  it('sets cookies that scripts and other sites do not get', async () => {
    const { url } = await service.portal.createLink({ tenant: 'acme', connection: id, rights: 'view' })
    const visitor = new Visitor(service)
    const page = await visitor.get(new URL(url).pathname)
    expect(page.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-scimkit-portal=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/),
    ])
    const form = formsOf(page.html).find(({ action }) => action.endsWith('/enter'))
    const entered = await visitor.post(form?.action ?? '', form?.fields ?? {})
    expect(entered.status).toBe(303)
    expect(entered.headers.get('location')).toBe(`${mount}/idp/${id}/set-up`)
    expect(entered.headers.getSetCookie()[0]).toMatch(
      /^__Host-scimkit-portal-guest=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=86[34]\d\d$/,
    )
  })

  it('says nothing to who is not signed in', async () => {
    const nobody = new Visitor(service)
    for (const { path, access } of reads) {
      const reply = await nobody.get(pathOf(path, id, token))
      if (access === 'anybody') continue
      expect(reply.status, path).toBe(403)
      expect(reply.html, path).not.toMatch(/Okta|acme/)
    }
  })

  it('takes nothing in a URL for a property of every object', async () => {
    service.log.note({ tenant: 'acme', connection: id, action: 'token.issued' })
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      const queries = `outcome=${name}&show=${name}&after=${name}&before=${name}&who=${name}&done=${name}`
      for (const { path } of reads)
        for (const target of [
          `${pathOf(path, id, token)}?${queries}`,
          pathOf(path, name, token),
          pathOf(path, id, name),
        ])
          expect((await manager().get(target)).status, target).toBeLessThan(500)
    }
    expect(service.reported).toEqual([])
  })

  it('never leads to another site that a path names', async () => {
    const { scim, connections, log } = makeService()
    const anywhere = {
      portal: createPortal({ scim, connections, log, authorize, support: 'https://help.example.com/' }),
    }
    const made = await connections.create({ tenant: 'acme', name: 'Okta', provider: 'okta' })
    const visitor = new Visitor(anywhere, 'acme manage ada')
    for (const begin of ['//evil.example', '///evil.example', '/\\evil.example', '/x//evil.example'])
      for (const path of ['/', '/new', `/idp/${made.id}`, `/idp/${made.id}/people`, '/enter/x']) {
        const { headers, html } = await visitor.get(`${origin}${begin}${path}`)
        const links = [headers.get('location') ?? '/']
        for (const [, link = ''] of html.matchAll(/ (?:href|action|data-watch)="([^"]*)"/g))
          links.push(plainText(link))
        for (const link of links) {
          const url = new URL(link, `${origin}${begin}${path}`)
          expect([origin, 'https://help.example.com', 'https://okta.com'], link).toContain(url.origin)
        }
      }
  })

  it('never leads to another site after the language was chosen', async () => {
    const visitor = manager()
    const form = formsOf((await visitor.get('/')).html).find(({ action }) => action.endsWith('/language'))
    for (const to of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/x\r\nset-cookie: a=b',
    ]) {
      const reply = await visitor.post(form?.action ?? '', { ...form?.fields, language: 'de', to })
      expect(reply.headers.get('location')).toBe(`${mount}/`)
    }
    expect((await visitor.get('/')).html).toContain('<html lang="de">')
  })
})
