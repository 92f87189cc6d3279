import { describe, expect, it } from 'vitest'
import { makeService, mount, origin, Visitor } from './service.js'

async function withConnection(session = 'acme manage ada') {
  const service = makeService()
  const { id } = await service.connections.create({
    tenant: 'acme',
    name: 'Okta production',
    provider: 'okta',
  })
  return { service, id, visitor: new Visitor(service, session) }
}

describe('a credential that expires soon', () => {
  it('is told of by what it is, with what helps', async () => {
    const { service, id, visitor } = await withConnection()
    const given = { tenant: 'acme', connection: id, expires: new Date(Date.now() + 5.5 * 86_400_000) }
    const token = await service.connections.issueToken(given)
    const client = await service.connections.addClient(given)
    for (const page of ['set-up', 'credentials']) {
      const { html } = await visitor.get(`/idp/${id}/${page}`)
      expect(html).toContain(`The token that ends in …${token.ending} expires in 5 days. Rotate it`)
      expect(html).toContain(
        `The client secret that ends in …${client.ending} expires in 5 days. Add a client`,
      )
    }
  })
})

describe('the pages of a connection', () => {
  it('are shown to a visitor of the host, with their title and headers', async () => {
    const { id, visitor, service } = await withConnection()
    for (const tab of ['set-up', 'attributes', 'activity', 'people', 'credentials', 'guests', 'disconnect']) {
      const page = await visitor.get(`/idp/${id}/${tab}`)
      expect(page.status, page.html.slice(0, 400)).toBe(200)
      expect(page.html).toMatch(/<title>[^<]+ · Okta production · Acme People<\/title>/)
      expect(page.headers.get('cache-control')).toBe('no-store')
      expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    }
    expect(service.reported).toEqual([])
  })

  it('lead from a new connection to its token, shown once', async () => {
    const service = makeService()
    const visitor = new Visitor(service, 'acme manage ada')
    const made = await visitor.submit(await visitor.get('/new'), '/new', {
      provider: 'okta',
      name: 'Production',
    })
    expect(made.html).toContain('Waiting for the first request of Okta')
    expect(made.html).toContain(`${origin}/scim/v2`)
    const [connection] = await service.connections.list({ tenant: 'acme' })
    const issued = await visitor.submit(made, '/token')
    const [, token = ''] = issued.html.match(/<textarea id="secret"[^>]*>([^<]+)</) ?? []
    expect(token).toMatch(/^scim_token_/)
    const again = await visitor.get(`${mount}/idp/${connection?.id}/set-up`)
    expect(again.html).not.toContain(token)
    expect(service.reported).toEqual([])
  })
})
