import type { ScimResponse } from '../http/index.js'
import type { PortalPage } from './page.js'
import * as activity from './pages/activity.js'
import * as attributes from './pages/attributes.js'
import * as connections from './pages/connections.js'
import * as credentials from './pages/credentials.js'
import * as deactivate from './pages/deactivate.js'
import * as disconnect from './pages/disconnect.js'
import * as enter from './pages/enter.js'
import * as exported from './pages/export.js'
import * as federation from './pages/federation.js'
import * as guests from './pages/guests.js'
import * as language from './pages/language.js'
import * as people from './pages/people.js'
import * as selfTest from './pages/self-test.js'
import * as setUp from './pages/set-up.js'
import * as state from './pages/state.js'
import * as token from './pages/token.js'
import type { Parameters } from './parameters.js'

/** Who may use a path. Whose connection it is about is checked by what finds the connection. */
export type Access = 'anybody' | 'visitor' | 'setUp' | 'manage'

export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly access: Access
  /** `form`: what a POST has sent, after it was found to be this portal's own; empty for GET. */
  handle(page: PortalPage, parameters: Parameters, form: URLSearchParams): Promise<ScimResponse>
}

export interface Destination {
  readonly route: Route
  readonly parameters: Parameters
}

function get(path: string, access: Access, handle: Route['handle']): Route {
  return { method: 'GET', path, access, handle }
}

function post(path: string, access: Access, handle: Route['handle']): Route {
  return { method: 'POST', path, access, handle }
}

export const portalRoutes: readonly Route[] = [
  get('/', 'visitor', connections.listPage),
  get('/new', 'manage', connections.newPage),
  post('/new', 'manage', connections.createConnection),
  get('/idp/:id', 'visitor', setUp.forward),
  get('/idp/:id/set-up', 'visitor', setUp.setUpPage),
  get('/idp/:id/state', 'visitor', state.stateFragment),
  post('/idp/:id/token', 'setUp', token.issue),
  post('/idp/:id/client', 'setUp', token.addClient),
  get('/idp/:id/federation', 'setUp', federation.federationPage),
  post('/idp/:id/federation', 'setUp', federation.addFederatedClient),
  post('/idp/:id/self-test', 'setUp', selfTest.run),
  get('/idp/:id/attributes', 'visitor', attributes.attributesPage),
  get('/idp/:id/activity', 'visitor', activity.activityPage),
  get('/idp/:id/activity/list', 'visitor', activity.listFragment),
  get('/idp/:id/activity/csv', 'manage', exported.exportCsv),
  get('/idp/:id/activity/json', 'manage', exported.exportJson),
  get('/idp/:id/people', 'visitor', people.peoplePage),
  get('/idp/:id/credentials', 'visitor', credentials.credentialsPage),
  get('/idp/:id/credentials/:entry/rotate', 'setUp', credentials.rotatePage),
  post('/idp/:id/credentials/:entry/rotate', 'setUp', token.rotate),
  get('/idp/:id/credentials/:entry/revoke', 'manage', credentials.revokePage),
  post('/idp/:id/credentials/:entry/revoke', 'manage', credentials.revokeCredential),
  get('/idp/:id/guests', 'manage', guests.guestsPage),
  post('/idp/:id/guests', 'manage', guests.invite),
  post('/idp/:id/guests/:entry/revoke', 'manage', guests.revokeGuest),
  get('/idp/:id/disconnect', 'manage', disconnect.disconnectPage),
  post('/idp/:id/disconnect', 'manage', disconnect.disconnect),
  post('/idp/:id/deactivate', 'manage', deactivate.deactivateBatch),
  get('/enter/:entry', 'anybody', enter.enterPage),
  post('/enter', 'anybody', enter.enter),
  post('/leave', 'visitor', enter.leave),
  post('/language', 'anybody', language.choose),
]

/** The first segments of the portal's paths, by which adapters find the mount. */
export const endpoints: ReadonlySet<string> = new Set(
  portalRoutes.map(({ path }) => path.split('/')[1] ?? '').filter((segment) => segment !== ''),
)

function parametersOf(route: Route, path: string): Parameters | undefined {
  const pattern = route.path.split('/')
  const segments = path === '/' ? ['', ''] : path.replace(/\/$/, '').split('/')
  if (pattern.length !== segments.length) return undefined
  const found = { id: '', entry: '' }
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? ''
    if (part === ':id') found.id = decode(segment)
    else if (part === ':entry') found.entry = decode(segment)
    else if (part !== segment) return undefined
  }
  return found
}

/** A segment that is not percent-encoded as it must be leads nowhere. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ''
  }
}

/** Where a request leads; for a path that answers other methods only, those. */
export function destinationOf(
  method: string,
  path: string,
): Destination | { readonly allow: readonly string[] } | 'notFound' {
  const allow: string[] = []
  for (const route of portalRoutes) {
    const parameters = parametersOf(route, path)
    if (!parameters) continue
    if (route.method === method) return { route, parameters }
    allow.push(route.method)
  }
  return allow.length === 0 ? 'notFound' : { allow }
}
