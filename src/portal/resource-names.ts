import type { Connection } from '../connections/index.js'
import { isObject } from '../protocol/index.js'
import type { LogEntry } from '../stores/index.js'
import { callScim } from './call-scim.js'
import type { PortalPage } from './page.js'

/** What a resource is called, and whether it is active. */
export interface NamedResource {
  readonly name: string
  /** The userName of a user whose name is another one. */
  readonly detail: string | undefined
  /** Undefined for groups. */
  readonly isActive: boolean | undefined
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** A user or group as people know it; undefined where it is no longer there. */
export async function readNamed(
  page: PortalPage,
  connection: Connection,
  { resourceType, id }: { readonly resourceType: string; readonly id: string },
): Promise<NamedResource | undefined> {
  const isGroup = resourceType === 'Group'
  const path = `/${isGroup ? 'Groups' : 'Users'}/${encodeURIComponent(id)}`
  const query = isGroup ? 'attributes=displayName' : 'attributes=displayName,name,userName,active'
  const { status, body } = await callScim(page, connection, { method: 'GET', path, query })
  if (status !== 200) return undefined
  const name = isObject(body.name) ? body.name : {}
  const parts = [text(name.givenName), text(name.familyName)].filter((part) => part !== undefined)
  const full = text(body.displayName) ?? text(name.formatted) ?? text(parts.join(' '))
  const userName = text(body.userName)
  return {
    name: full ?? userName ?? id,
    detail: full === undefined || full === userName ? undefined : userName,
    // Left out is active, where a service has users without the attribute.
    isActive: isGroup ? undefined : body.active !== false,
  }
}

/** The names of the resources that entries are about, by their ids: the log itself has none. */
export async function namesOf(
  page: PortalPage,
  connection: Connection,
  entries: readonly LogEntry[],
): Promise<ReadonlyMap<string, string>> {
  const resources = new Map<string, string>()
  for (const { resourceType = '', resourceId } of entries) {
    // An id that begins so is the digest of one.
    const isNamed = resourceId !== undefined && !resourceId.startsWith('~')
    if (isNamed && (resourceType === 'User' || resourceType === 'Group'))
      resources.set(resourceId, resourceType)
  }
  const found = await Promise.all(
    [...resources].map(async ([id, resourceType]) => {
      const named = await readNamed(page, connection, { resourceType, id })
      return named ? ([[id, named.name]] as const) : []
    }),
  )
  return new Map(found.flat())
}
