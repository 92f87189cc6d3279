import { randomBytes } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { nodeHandler } from '../adapters/node.js'
import type { Connections } from '../connections/index.js'
import type { Scim } from '../index.js'
import type { RequestLog } from '../portal/index.js'
import { createPortal } from '../portal/index.js'

/** Where the portal is mounted, and the cookie of the visitor who has opened its link. */
const mount = '/portal'
const cookie = 'scimkit-serve'

/** Addresses that only this computer reaches. */
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/

/** Whether an address to listen on is reached from this computer only. */
export function isLoopback(host: string): boolean {
  return loopback.test(host)
}

/** What the portal of the command line is made of. */
export interface LocalPortalOptions {
  readonly scim: Scim
  readonly connections: Connections
  readonly log: RequestLog
  /** The path of SCIM. */
  readonly basePath: string
}

/** The portal of the command line, for the user of this computer. */
export interface LocalPortal {
  /** Answers what is the portal's, and leaves the rest to `next`. */
  listener(next: RequestListener): RequestListener
  /** A new path that opens the portal, once. */
  newLink(): string
}

/**
 * Makes the portal for the person at this computer. It is opened by a link that is printed and works once; a page of
 * another site that has made its own name lead here is refused by the `Host` that it asks for.
 */
export function localPortal({ scim, connections, log, basePath }: LocalPortalOptions): LocalPortal {
  const keys = new Set<string>()
  const sessions = new Set<string>()
  const portal = createPortal({
    scim,
    connections,
    log,
    name: 'scimkit serve',
    scimUrl: basePath === '' ? '/' : basePath,
    authorize: ({ header }) => {
      const [, session = ''] = /(?:^|; )scimkit-serve=([\w-]{43})(?:;|$)/.exec(header('cookie') ?? '') ?? []
      return sessions.has(session) && { tenant: undefined, rights: 'manage', actor: 'you' }
    },
  })
  const pages = nodeHandler(portal, { basePath: mount })

  function newLink(): string {
    const key = randomBytes(32).toString('base64url')
    keys.add(key)
    return `${mount}/start/${key}`
  }

  /** Exchanges a link for a session. */
  function start(key: string, response: ServerResponse): void {
    if (!keys.delete(key)) {
      refuse(response, 403, 'This link was used. The next one is where scimkit runs.')
      return
    }
    const session = randomBytes(32).toString('base64url')
    sessions.add(session)
    response.writeHead(303, {
      location: `${mount}/`,
      'set-cookie': `${cookie}=${session}; Path=${mount}; HttpOnly; SameSite=Strict`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
    response.end()
  }

  return {
    newLink,
    listener: (next) => (request, response) => {
      const path = request.url?.split('?')[0] ?? ''
      if (path !== mount && !path.startsWith(`${mount}/`)) return next(request, response)
      if (!isOwnHost(request)) return refuse(response, 421, 'The portal answers localhost only.')
      const [, key] = /^\/portal\/start\/([\w-]{1,64})$/.exec(path) ?? []
      if (key === undefined || request.method !== 'GET') return pages(request, response)
      const isNew = keys.has(key)
      start(key, response)
      if (isNew) console.log(`Portal opened; to open it in another browser: ${originOf(request)}${newLink()}`)
    },
  }
}

function originOf({ headers }: IncomingMessage): string {
  return `http://${headers.host ?? 'localhost'}`
}

function isOwnHost({ headers }: IncomingMessage): boolean {
  const host = headers.host?.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1') ?? ''
  return isLoopback(host)
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`${text}\n`)
}
