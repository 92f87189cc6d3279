import { createConnections, memoryConnections } from '../../src/connections/index.js'
import type { Scim, ScimOptions, UserStore } from '../../src/index.js'
import { createScim, memoryStore } from '../../src/index.js'
import type { PortalAuthorize, PortalOptions } from '../../src/portal/index.js'
import { createPortal, createRequestLog, memoryRequestLog } from '../../src/portal/index.js'

export const origin = 'https://app.example.com'
export const mount = '/settings/scim'

/** The host's session in these tests: a header that says tenant, rights and name. */
export const authorize: PortalAuthorize = (request) => {
  const session = request.header('x-session')
  if (session === undefined) return undefined
  const [tenant, rights, actor] = session.split(' ').map(decodeURIComponent)
  return { tenant, rights: rights === 'view' ? 'view' : 'manage', actor }
}

export interface ServiceOptions {
  readonly portal?: Partial<PortalOptions>
  readonly users?: UserStore
  readonly groups?: boolean
  /** Whether the portal is told its own address, or takes that of each request. */
  readonly knowsAddress?: boolean
  readonly on?: ScimOptions['on']
  readonly onError?: (error: unknown) => void
}

/** A service with its portal, everything in memory. */
export function makeService({
  portal: more,
  users = memoryStore(),
  groups = true,
  knowsAddress = true,
  on,
  onError,
}: ServiceOptions = {}) {
  const store = memoryConnections()
  const connections = createConnections({ store })
  const log = createRequestLog({ store: memoryRequestLog(), secret: 'x'.repeat(40) })
  const reported: unknown[] = []
  const scim: Scim = createScim({
    authenticate: connections.authenticate,
    profile: connections.profile,
    users,
    ...(groups && { groups: memoryStore() }),
    log,
    ...(on && { on }),
    onError: onError ?? ((error) => reported.push(error)),
  })
  const portal = createPortal({
    scim,
    connections,
    log,
    authorize,
    name: 'Acme People',
    support: 'https://help.example.com/',
    secret: 'a secret of at least thirty-two characters',
    basePath: mount,
    ...(knowsAddress && { baseUrl: `${origin}${mount}` }),
    ...more,
  })
  return { scim, connections, store, log, portal, reported }
}

export type Service = ReturnType<typeof makeService>

/** The fields of a form that a page has. */
export interface PageForm {
  readonly action: string
  readonly method: string
  readonly fields: Readonly<Record<string, string>>
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

export function plainText(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '')
}

/** The forms of a page, with the hidden fields and what is chosen before somebody touches them. */
export function formsOf(html: string): readonly PageForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, attributes = '', body = '']) => {
    const attribute = (name: string, of: string) =>
      plainText(of.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? '')
    const fields: Record<string, string> = {}
    for (const [, input = ''] of body.matchAll(/<input\b([^>]*)>/g)) {
      const type = attribute('type', input)
      if (type === 'radio' && !/\bchecked\b/.test(input)) continue
      fields[attribute('name', input)] = attribute('value', input)
    }
    for (const [, select = '', options = ''] of body.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
      const chosen =
        options.match(/<option value="([^"]*)" selected/) ?? options.match(/<option value="([^"]*)"/)
      fields[attribute('name', select)] = chosen?.[1] ?? ''
    }
    return { action: attribute('action', attributes), method: attribute('method', attributes), fields }
  })
}

/** A page as it was received. */
export interface Received {
  readonly status: number
  readonly headers: Headers
  readonly html: string
}

/** Somebody with a browser that keeps cookies. `session`: that of the host, such as `acme manage ada`. */
export class Visitor {
  private readonly cookies = new Map<string, string>()

  constructor(
    private readonly service: Pick<Service, 'portal'>,
    private readonly session?: string,
    private readonly more: Readonly<Record<string, string>> = {},
  ) {}

  async send(path: string, init: RequestInit = {}): Promise<Received> {
    const headers = new Headers({ ...this.more, ...Object.fromEntries(new Headers(init.headers)) })
    if (this.session !== undefined) headers.set('x-session', this.session)
    const jar = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    if (jar !== '') headers.set('cookie', jar)
    const url = path.startsWith('http') ? path : `${origin}${path.startsWith(mount) ? '' : mount}${path}`
    const reply = await this.service.portal.handler(new Request(url, { ...init, headers }))
    for (const cookie of reply.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';')
      const at = pair.indexOf('=')
      if (/max-age=0/i.test(cookie)) this.cookies.delete(pair.slice(0, at))
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return { status: reply.status, headers: reply.headers, html: await reply.text() }
  }

  get(path: string): Promise<Received> {
    return this.send(path)
  }

  /** Sends a form as a browser does, to wherever it is told. */
  post(path: string, fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}) {
    return this.send(path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { origin: 'null', 'sec-fetch-site': 'same-origin', ...headers },
    })
  }

  /** Sends the form of a page whose action ends so, with some fields filled in; follows where it leads. */
  async submit(
    page: Received,
    end: string,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<Received> {
    const form = formsOf(page.html).find(({ action, method }) => method === 'post' && action.endsWith(end))
    if (!form) throw new Error(`The page has no form to ${end}`)
    const reply = await this.post(form.action, { ...form.fields, ...fields })
    const location = reply.headers.get('location')
    return location === null ? reply : this.get(location)
  }
}
