import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'
import { nodeHandler } from '../../src/adapters/node.js'
import type { PortalOptions } from '../../src/portal/index.js'
import { makeService, mount, type Service, type ServiceOptions } from './service.js'

/** A service and its portal behind one address of this computer. */
export interface Site extends Service {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string
  close(): Promise<void>
}

/** Serves a service and its portal; the host's session is a cookie, such as `session=acme%20manage%20ada`. */
export async function openSite({ portal, ...more }: ServiceOptions = {}): Promise<Site> {
  const options: Partial<PortalOptions> = {
    authorize: ({ header }) => {
      const [, session] = /(?:^|; )session=([^;]*)/.exec(header('cookie') ?? '') ?? []
      if (session === undefined) return undefined
      const [tenant, rights, actor] = decodeURIComponent(session).split(' ')
      return { tenant, rights: rights === 'view' ? 'view' : 'manage', actor }
    },
    ...portal,
  }
  const service = makeService({ ...more, knowsAddress: false, portal: options })
  const scim = nodeHandler(service.scim, { basePath: '/scim/v2' })
  const pages = nodeHandler(service.portal, { basePath: mount })
  const server = createServer((request, response) =>
    (request.url?.startsWith('/scim/v2') ? scim : pages)(request, response),
  )
  const port = await listen(server)
  return {
    ...service,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )
}

/** Signs a browser in at the host. */
export async function signIn(
  context: BrowserContext,
  { url }: Site,
  session = 'acme manage ada',
): Promise<void> {
  await context.addCookies([{ name: 'session', value: encodeURIComponent(session), url }])
}

/** Makes a connection with some people and requests, for pages that show them. */
export async function withPeople(
  site: Site,
  count = 3,
): Promise<{ readonly id: string; readonly token: string }> {
  const { id } = await site.connections.create({
    tenant: 'acme',
    name: 'Okta production',
    provider: 'okta',
    createdBy: 'ada',
  })
  const { secret } = await site.connections.issueToken({ tenant: 'acme', connection: id, createdBy: 'ada' })
  for (let index = 0; index < count; index++) await createUser(site, secret, index)
  return { id, token: secret }
}

export async function request(site: Site, token: string, method: string, path: string, body?: object) {
  const reply = await fetch(`${site.url}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: reply.status, body: reply.status === 204 ? undefined : await reply.json() }
}

export function createUser(site: Site, token: string, index: number) {
  return request(site, token, 'POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: `person${index}@example.com`,
    name: { givenName: 'Person', familyName: `Number ${index}` },
    emails: [{ value: `person${index}@example.com`, primary: true, type: 'work' }],
    active: true,
  })
}

/** The page, at the address of the portal. */
export async function visit(page: Page, site: Site, path: string): Promise<void> {
  await page.goto(`${site.url}${mount}${path}`)
}
