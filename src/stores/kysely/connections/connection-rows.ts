import { sql } from 'kysely'
import type { ConnectionLink, StoredClient, StoredConnection, StoredToken } from '../../connections.js'
import type { StoredGuestLink } from '../../guest-links.js'
import type { Dialect } from '../dialect/dialect.js'
import type { OwnNames } from '../dialect/names.js'
import { connectionTableNames } from '../dialect/names.js'
import { StoredRows } from './stored-rows.js'

/** The tables of connections with their columns. */
export function connectionRows(dialect: Dialect, own: OwnNames) {
  const names = connectionTableNames(own)
  return {
    connections: new StoredRows<StoredConnection>(
      names.connections,
      {
        id: 'text',
        tenant: 'tenant',
        name: 'text',
        provider: 'text',
        profile: 'text',
        created: 'time',
        createdBy: 'text',
        lastSeen: 'time',
        disconnected: 'time',
      },
      dialect,
    ),
    tokens: new StoredRows<StoredToken>(
      names.tokens,
      {
        id: 'text',
        kind: 'text',
        tenant: 'tenant',
        connection: 'text',
        client: 'text',
        digest: 'text',
        ending: 'text',
        created: 'time',
        createdBy: 'text',
        expires: 'time',
        lastUsed: 'time',
        revoked: 'time',
      },
      dialect,
    ),
    clients: new StoredRows<StoredClient>(
      names.clients,
      {
        id: 'text',
        tenant: 'tenant',
        connection: 'text',
        method: 'text',
        digest: 'text',
        ending: 'text',
        issuer: 'text',
        subject: 'text',
        audience: 'text',
        trust: 'text',
        keys: 'text',
        created: 'time',
        createdBy: 'text',
        expires: 'time',
        lastUsed: 'time',
        revoked: 'time',
      },
      dialect,
    ),
    /** Of keys, and when they expire. */
    assertions: sql.table(names.assertions),
    links: new StoredRows<ConnectionLink>(
      names.links,
      {
        tenant: 'tenant',
        resourceType: 'text',
        id: 'text',
        connection: 'text',
        firstSeen: 'time',
        lastChange: 'time',
      },
      dialect,
    ),
    guestLinks: new StoredRows<StoredGuestLink>(
      names.guestLinks,
      {
        id: 'text',
        tenant: 'tenant',
        connection: 'text',
        rights: 'text',
        digest: 'text',
        session: 'text',
        created: 'time',
        createdBy: 'text',
        expires: 'time',
        opened: 'time',
        revoked: 'time',
      },
      dialect,
    ),
  }
}

/** What {@link connectionRows} makes. */
export type ConnectionRows = ReturnType<typeof connectionRows>
