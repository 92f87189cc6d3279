import { describe, expect, it } from 'vitest'
import { makeService, plainText, Visitor } from './service.js'

const markup = `"><img src=x onerror=alert(1)></textarea><script>alert(1)</script>'\u202Egnp.exe`

describe('stored markup', () => {
  it('is shown as text wherever a page shows it', async () => {
    const service = makeService()
    const tenant = `acme ${markup}`
    const session = [tenant, 'manage', `ada${markup}`].map(encodeURIComponent).join(' ')
    const { id } = await service.connections.create({
      tenant,
      name: `Okta ${markup.replace('\u202E', '')}`,
      provider: `okta${markup.replace('\u202E', '')}`.slice(0, 50),
      createdBy: `bob ${markup.replace('\u202E', '')}`,
    })
    const { secret } = await service.connections.issueToken({
      tenant,
      connection: id,
      createdBy: `bob ${markup.replace('\u202E', '')}`,
    })
    const post = (path: string, body: object) =>
      service.scim.fetch(
        new Request(`https://app.example.com/scim/v2${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/scim+json' },
          body: JSON.stringify(body),
        }),
      )
    const user = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: `ada${markup}`,
      displayName: `Ada ${markup}`,
      name: { givenName: markup, familyName: markup, formatted: markup },
      emails: [{ value: `a@example.com${markup}`, type: markup, primary: true }],
      [`unknown${markup}`]: markup,
      title: markup,
    }
    expect((await post('/Users', user)).status).toBe(201)
    expect((await post('/Users', { ...user, displayName: undefined, userName: `x${markup}` })).status).toBe(
      201,
    )
    expect((await post('/Users', user)).status).toBe(409)
    expect((await post('/Users', { userName: markup, active: markup })).status).toBe(400)
    expect((await post(`/Users/${encodeURIComponent(markup)}`, {})).status).toBeGreaterThan(399)
    expect(
      (
        await post('/Groups', {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
          displayName: markup,
        })
      ).status,
    ).toBe(201)

    const visitor = new Visitor(service, session)
    const paths = [
      'set-up',
      'attributes',
      'activity',
      'people',
      'people?show=groups',
      'credentials',
      'guests',
      'disconnect',
      'state',
      'activity/list',
    ]
    let found = 0
    const pages = ['/', '/new', ...paths.map((path) => `/idp/${id}/${path}`)]
    pages.push(`/idp/${id}/activity?who=${encodeURIComponent(markup)}&outcome=${encodeURIComponent(markup)}`)
    pages.push(`/idp/${encodeURIComponent(markup)}/set-up`, `/enter/${encodeURIComponent(markup)}`)
    for (const path of pages) {
      const { html, status } = await visitor.get(path)
      expect(status, path).toBeLessThan(500)
      // The right-to-left override would turn what stands beside it.
      const unsafe = ['<img', '<script>alert', '\u202E'].filter((part) => html.includes(part))
      expect(unsafe, path).toEqual([])
      if (plainText(html).includes('<img src=x onerror=alert(1)>')) found++
    }
    // It was there to be shown.
    expect(found).toBeGreaterThan(8)
  })
})
