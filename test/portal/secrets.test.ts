import { describe, expect, it } from 'vitest'
import { makeService, origin, Visitor } from './service.js'

type Service = ReturnType<typeof makeService>

const ask = (service: Service, token: string, path = '/Users?count=1') =>
  service.scim.fetch(
    new Request(`${origin}/scim/v2${path}`, { headers: { authorization: `Bearer ${token}` } }),
  )

describe('a secret', () => {
  it('is in the reply that shows it, and nowhere after it', async () => {
    const lines: string[] = []
    const service = makeService({ portal: { tokenUrl: `${origin}/oauth/token` } })
    const visitor = new Visitor(service, 'acme manage ada')
    const { id } = await service.connections.create({
      tenant: 'acme',
      name: 'Okta production',
      provider: 'okta',
    })
    const secretIn = (html: string) => /<textarea id="secret"[^>]*>([^<]+)</.exec(html)?.[1] ?? ''
    const token = secretIn((await visitor.submit(await visitor.get(`/idp/${id}/set-up`), '/token')).html)
    const client = secretIn(
      (await visitor.submit(await visitor.get(`/idp/${id}/credentials`), '/client')).html,
    )
    const [issued] = await service.connections.tokens({ tenant: 'acme', connection: id })
    const rotation = await visitor.get(`/idp/${id}/credentials/${issued?.id}/rotate`)
    const rotated = secretIn((await visitor.submit(rotation, '/rotate')).html)
    const invited = await visitor.submit(await visitor.get(`/idp/${id}/guests`), '/guests')
    const key = /\/enter\/([\w-]{43})"/.exec(invited.html)?.[1] ?? ''
    const secrets = [token, client, rotated, key]
    expect(new Set(secrets.filter((secret) => secret.length >= 43)).size).toBe(4)

    for (const secret of secrets) await ask(service, secret)
    await ask(service, `${token}x`)
    const tested = await visitor.submit(await visitor.get(`/idp/${id}/set-up`), '/self-test', {
      secret: token,
    })
    expect(tested.html).toContain('Everything answers as it must.')
    lines.push(tested.html)
    for (const tab of ['set-up', 'attributes', 'activity', 'people', 'credentials', 'guests', 'disconnect'])
      lines.push((await visitor.get(`/idp/${id}/${tab}`)).html)
    for (const file of ['csv', 'json']) lines.push((await visitor.get(`/idp/${id}/activity/${file}`)).html)
    lines.push(JSON.stringify(await service.log.entries({ tenant: 'acme', limit: 1000 })))
    lines.push(JSON.stringify(await service.log.entries({ tenant: undefined, limit: 1000 })))
    lines.push(service.reported.map((error) => String((error as Error).stack)).join('\n'))
    lines.push(JSON.stringify(await service.store.tokens('acme', id)))
    lines.push(JSON.stringify(await service.store.clients('acme', id)))
    lines.push(JSON.stringify(await service.store.guestLinks.list('acme')))
    for (const [index, line] of lines.entries())
      for (const secret of secrets) expect(line.includes(secret), `${index}`).toBe(false)
  })

  it('that is tried on the page leaves no trace of it', async () => {
    const service = makeService()
    const visitor = new Visitor(service, 'acme manage ada')
    const { id } = await service.connections.create({ tenant: 'acme', name: 'One', provider: 'okta' })
    const { secret } = await service.connections.issueToken({ tenant: 'acme', connection: id })
    const page = await visitor.get(`/idp/${id}/set-up`)
    await visitor.submit(page, '/self-test', { secret: `  bearer ${secret}\n` })
    expect((await visitor.get(`/idp/${id}/set-up`)).html).toContain('Waiting for the first request')
    expect((await service.connections.get({ tenant: 'acme', connection: id }))?.lastSeen).toBeUndefined()
    expect((await service.log.entries({ tenant: 'acme' })).entries).toEqual([])
  })

  it('of another connection fails the test', async () => {
    const service = makeService()
    const visitor = new Visitor(service, 'acme manage ada')
    const { id } = await service.connections.create({ tenant: 'acme', name: 'One', provider: 'okta' })
    const other = await service.connections.create({ tenant: 'globex', name: 'Two', provider: 'okta' })
    const { secret } = await service.connections.issueToken({ tenant: 'globex', connection: other.id })
    const tested = await visitor.submit(await visitor.get(`/idp/${id}/set-up`), '/self-test', { secret })
    expect(tested.html).toContain('Something does not answer as it must.')
    expect(tested.html).toContain('answered with 401')
  })
})

describe('1,000 wrong tokens', () => {
  it('are counted and shown to whom they concern, and the right one is answered between them', async () => {
    const service = makeService()
    const { id } = await service.connections.create({
      tenant: 'acme',
      name: 'Okta production',
      provider: 'okta',
    })
    const other = await service.connections.create({ tenant: 'globex', name: 'Other', provider: 'okta' })
    const old = await service.connections.issueToken({ tenant: 'acme', connection: id })
    const { secret } = await service.connections.issueToken({ tenant: 'acme', connection: id })
    await service.connections.revokeToken({ tenant: 'acme', token: old.id })
    const statuses: number[] = []
    const wrong = Array.from({ length: 1000 }, async () =>
      statuses.push((await ask(service, old.secret)).status),
    )
    const right = await Promise.all(
      Array.from({ length: 20 }, async () => (await ask(service, secret)).status),
    )
    await Promise.all(wrong)
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect(new Set(right)).toEqual(new Set([200]))
    const visitor = new Visitor(service, 'acme manage ada')
    const page = (await visitor.get(`/idp/${id}/credentials`)).html
    expect(page).toContain('1,000 requests with credentials that are not valid here')
    expect(page).toContain(`ends in …${old.ending}`)
    expect((await visitor.get(`/idp/${id}/set-up`)).html).toContain(`It ends in …${old.ending}`)
    const stranger = new Visitor(service, 'globex manage eve')
    expect((await stranger.get(`/idp/${other.id}/credentials`)).html).not.toContain('not valid here')
  })
})

describe('a token that was pasted wrong', () => {
  it('is told of where there are no tenants, and nothing of it; where there are, to none of them', async () => {
    for (const tenant of [undefined, 'acme']) {
      const service = makeService({ portal: { authorize: () => ({ tenant, rights: 'manage' }) } })
      await ask(service, `scim_token_${'a'.repeat(60)}`)
      // Times of entries are in milliseconds.
      const laterMoment = () => new Promise((resolve) => setTimeout(resolve, 2))
      await laterMoment()
      const { id } = await service.connections.create({ tenant, name: 'Okta', provider: 'okta' })
      const { secret, ending } = await service.connections.issueToken({ tenant, connection: id })
      const visitor = new Visitor(service)
      const setUp = await visitor.get(`/idp/${id}/set-up`)
      await visitor.submit(setUp, '/self-test', { secret: `${secret}x` })
      await visitor.submit(setUp, '/self-test', {})
      // What came before the connection, or from this page, says nothing of the identity provider.
      expect(setUp.html).not.toContain('not valid here')
      expect((await visitor.get(`/idp/${id}/state`)).html).not.toContain('not valid here')
      await laterMoment()
      expect((await ask(service, `${secret}x`)).status).toBe(401)
      const { html } = await visitor.get(`/idp/${id}/state`)
      expect(html.includes('with credentials that are not valid here')).toBe(tenant === undefined)
      expect(html).not.toContain(ending)
      expect(html).toContain('Waiting for the first request')
    }
  })
})

describe('a client of the service', () => {
  it('cannot make a request look like one of the portal itself', async () => {
    const service = makeService()
    await service.connections.create({ tenant: 'acme', name: 'One', provider: 'okta' })
    const [connection] = await service.connections.list({ tenant: 'acme' })
    const own = { purpose: 'act', tenant: 'acme', connection: connection?.id, actor: 'x' }
    const headers = { 'scimkit.inProcess': JSON.stringify(own), 'x-scimkit-inprocess': JSON.stringify(own) }
    const reply = await service.scim.fetch(new Request(`${origin}/scim/v2/Users`, { headers }))
    expect(reply.status).toBe(401)
  })
})
