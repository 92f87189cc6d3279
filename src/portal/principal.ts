import { HostFault } from '../protocol/index.js'

/** What {@link PortalOptions.authorize} is told of a request. */
export interface PortalRequest {
  readonly method: string
  /** The path below the mount. */
  readonly path: string
  /** The value of a header, whose name is given in lower case. */
  header(name: string): string | undefined
  /** The platform's own request: Express's `req`, Hono's context, a Fetch `Request`. */
  readonly raw: unknown
}

/** Whose portal a visitor sees, and what they may do there. */
export interface PortalAccess {
  /** Whose connections the pages show. Undefined is a tenant of its own, as in `authenticate`. */
  readonly tenant: string | undefined
  /** `view`: look; `manage`: issue and revoke credentials, invite, disconnect, export. */
  readonly rights: 'view' | 'manage'
  /** A name for the visitor, which the pages and the log show beside what they did. Default: `portal`. */
  readonly actor?: string | undefined
}

/** Says who sent a request from the host's session; nothing (undefined, null or false) is answered with 403. */
export type PortalAuthorize = (
  request: PortalRequest,
) => PortalAccess | undefined | null | false | Promise<PortalAccess | undefined | null | false>

/** The visitor of a page. */
export interface Principal {
  readonly tenant: string | undefined
  readonly actor: string
  /** The one connection that a guest sees; undefined for the host's session, which sees those of its tenant. */
  readonly connection: string | undefined
  /** Identifies the visitor for the signatures of forms. */
  readonly key: string
  /** The guest's link. */
  readonly link: string | undefined
  /** Whether credentials may be issued and rotated. */
  readonly canSetUp: boolean
  /** Whether credentials may be revoked, connections made and removed, guests invited and activity exported. */
  readonly canManage: boolean
}

const names: readonly string[] = ['tenant', 'rights', 'actor']

function refuse(rule: string): never {
  throw new HostFault(`createPortal: authorize must return ${rule}`)
}

/** The visitor that the host's `authorize` returned; undefined: none. @throws HostFault for what is no access. */
export function readAccess(returned: Awaited<ReturnType<PortalAuthorize>>): Principal | undefined {
  if (returned === undefined || returned === null || returned === false) return undefined
  const prototype: unknown = typeof returned === 'object' ? Object.getPrototypeOf(returned) : undefined
  if (prototype !== Object.prototype && prototype !== null) {
    refuse('a plain object with tenant and rights, or nothing')
  }
  const unknown = Object.keys(returned).find((name) => !names.includes(name))
  if (unknown !== undefined) refuse(`tenant, rights and actor, and nothing else`)
  // Left out is more likely forgotten than meant, and would show the connections of no tenant.
  if (!('tenant' in returned)) refuse('a tenant; undefined for a service without tenants')
  const { tenant, rights, actor } = returned
  if (tenant !== undefined && (typeof tenant !== 'string' || tenant === ''))
    refuse('a tenant that is text, not empty, or undefined')
  if (rights !== 'view' && rights !== 'manage') refuse('rights that are "view" or "manage"')
  if (actor !== undefined && (typeof actor !== 'string' || actor === ''))
    refuse('an actor that is text, not empty, or undefined')
  const canManage = rights === 'manage'
  return {
    tenant,
    actor: actor ?? 'portal',
    connection: undefined,
    key: JSON.stringify(['host', tenant ?? null, actor ?? null, rights]),
    link: undefined,
    canSetUp: canManage,
    canManage,
  }
}
