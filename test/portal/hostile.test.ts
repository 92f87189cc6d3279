import { describe, expect, it } from 'vitest'
import type { Received, Service } from './service.js'
import { formsOf, makeService, plainText, Visitor } from './service.js'

const manager = (service: Service) => new Visitor(service, 'acme manage ada')

async function connect(service: Service, name = 'Okta production'): Promise<string> {
  return (await service.connections.create({ tenant: 'acme', name, provider: 'okta' })).id
}

async function link(service: Service, connection: string, rights: 'view' | 'set-up' = 'set-up') {
  const { url } = await service.portal.createLink({ tenant: 'acme', connection, rights })
  return new URL(url).pathname
}

async function press(visitor: Visitor, path: string): Promise<Received> {
  const form = formsOf((await visitor.get(path)).html).find(({ action }) => action.endsWith('/enter'))
  return form ? visitor.post(form.action, form.fields) : { status: 0, headers: new Headers(), html: '' }
}

describe('a link of a guest', () => {
  it('opens one browser of those that send it at the same time', async () => {
    const service = makeService()
    const path = await link(service, await connect(service))
    const replies = await Promise.all(Array.from({ length: 20 }, () => press(new Visitor(service), path)))
    const statuses = replies.map(({ status }) => status)
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    expect(statuses.filter((status) => status === 403)).toHaveLength(19)
  })

  it.each(['acme manage ada', 'acme view bob', 'globex manage eve'])(
    'is not used up by who is signed in at the service: %s',
    async (session) => {
      const service = makeService()
      const path = await link(service, await connect(service))
      const signedIn = new Visitor(service, session)
      const { html, status } = await signedIn.get(path)
      expect(status).toBe(200)
      expect(html).toContain('in a private window')
      expect(formsOf(html).some(({ action }) => action.endsWith('/enter'))).toBe(false)
      const form = formsOf(html).find(({ action }) => action.endsWith('/language'))
      const forced = await signedIn.post('/enter', { ...form?.fields, key: path.split('/').at(-1) ?? '' })
      expect([forced.status, forced.headers.get('set-cookie')]).toEqual([409, null])
      expect((await press(new Visitor(service), path)).status).toBe(303)
    },
  )

  it('takes the place of another that the same browser has opened', async () => {
    const service = makeService()
    const [first, second] = [await connect(service, 'First'), await connect(service, 'Second')]
    const guest = new Visitor(service)
    for (const id of [first, second]) expect((await press(guest, await link(service, id))).status).toBe(303)
    expect((await guest.get(`/idp/${second}/set-up`)).status).toBe(200)
    expect((await guest.get(`/idp/${first}/set-up`)).status).toBe(404)
  })

  it('shows nothing any more when its connection is disconnected, and opens nothing then', async () => {
    const service = makeService()
    const id = await connect(service)
    const [opened, unopened] = [await link(service, id), await link(service, id)]
    const guest = new Visitor(service)
    await press(guest, opened)
    expect((await guest.get(`/idp/${id}/people`)).status).toBe(200)
    await service.connections.disconnect({ tenant: 'acme', connection: id })
    for (const page of ['set-up', 'people', 'activity', 'activity/list', 'state', 'credentials'])
      expect((await guest.get(`/idp/${id}/${page}`)).status, page).toBe(403)
    const late = new Visitor(service)
    expect((await press(late, unopened)).status).toBe(403)
    expect((await late.get(`/idp/${id}/people`)).status).toBe(403)
    // Whose it is sees what was done by it.
    expect((await manager(service).get(`/idp/${id}/activity`)).status).toBe(200)
  })
})

describe('disconnecting', () => {
  it.each([
    'Okta  production',
    ' Okta ',
    'Okta\u00a0production',
    'Zu\u0308rich',
    'Okta \u202Egnp',
    'Ok\u00adta',
    '\u200bOkta',
    '<b>Okta & "Entra"</b>',
  ])('takes the name as the page shows it: %j', async (name) => {
    const service = makeService()
    const id = await connect(service, name)
    const visitor = manager(service)
    const page = await visitor.get(`/idp/${id}/disconnect`)
    const [, label = ''] = /<label for="name">([\s\S]*?)<\/label>/.exec(page.html) ?? []
    // As a browser shows it, and as somebody types or copies it.
    const [, shown = ''] = /Type (.*) to confirm/.exec(plainText(label).replace(/[ \t\n]+/g, ' ')) ?? []
    for (const typed of ['', 'Okta x', `${shown} 2`])
      expect((await visitor.submit(page, '/disconnect', { name: typed })).status).toBe(400)
    expect((await visitor.submit(page, '/disconnect', { name: shown.normalize('NFC') })).status).toBe(200)
    const connection = await service.connections.get({ tenant: 'acme', connection: id })
    expect(connection?.disconnected).toEqual(expect.any(String))
  })

  it('is done once, by whom of several it comes first', async () => {
    const service = makeService()
    const id = await connect(service)
    const visitor = manager(service)
    const page = await visitor.get(`/idp/${id}/disconnect`)
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => visitor.submit(page, '/disconnect', { name: 'Okta production' })),
    )
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    await service.log.flush()
    const { entries } = await service.log.entries({ tenant: 'acme' })
    expect(entries.filter(({ operation }) => operation === 'connection.disconnected')).toHaveLength(1)
  })
})

describe('what an identity provider or a host has sent', () => {
  it('is shown with what cannot be seen written out, wherever a page shows it', async () => {
    const service = makeService()
    const unseen = '\u202E\u2066\u200b\u00ad'
    const { id } = await service.connections.create({
      tenant: 'acme',
      name: `Okta${unseen}`,
      provider: `okta${unseen}`,
      createdBy: `bob${unseen}`,
    })
    const name = { tenant: 'acme', connection: id, createdBy: `bob${unseen}` }
    const { secret } = await service.connections.issueToken(name)
    await service.connections.addClient(name)
    const federation = { issuer: `https://a${unseen}`, subject: `b${unseen}`, audience: `c${unseen}` }
    await service.connections.addClient({ ...name, federation })
    await service.portal.createLink({ ...name, rights: 'view' })
    const send = (path: string, body: object) =>
      service.scim.fetch(
        new Request(`https://app.example.com/scim/v2${path}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${secret}`,
            'content-type': 'application/scim+json',
            'user-agent': 'x<script>alert(1)</script>',
            'x-request-id': 'x<script>alert(1)</script>',
          },
          body: JSON.stringify(body),
        }),
      )
    await send('/Users', { userName: `ada${unseen}`, displayName: `Ada${unseen}`, externalId: unseen })
    await send('/Users', { userName: `ada${unseen}`, [`x${unseen}`]: unseen })
    await send('/Users', { userName: `eve`, [`urn:x${unseen}`]: { y: unseen }, schemas: [`urn:x${unseen}`] })
    await send('/Groups', { displayName: `Group${unseen}`, externalId: unseen })
    await send(`/Groups/${encodeURIComponent(unseen)}`, { displayName: unseen })
    const visitor = new Visitor(service, ['acme', 'manage', `ada${unseen}`].map(encodeURIComponent).join(' '))
    const pages = [
      'set-up',
      'attributes',
      'activity',
      'people',
      'people?show=groups',
      'credentials',
      'guests',
    ]
    for (const page of [
      '/',
      ...[...pages, 'disconnect', 'state', 'activity/list'].map((one) => `/idp/${id}/${one}`),
    ]) {
      const { html, status } = await visitor.get(page)
      expect(status, page).toBe(200)
      expect(
        [...unseen].filter((character) => html.includes(character)),
        page,
      ).toEqual([])
      expect(html, page).not.toContain('<script>alert')
    }
  })
})
