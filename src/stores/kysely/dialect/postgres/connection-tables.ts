import { sql } from 'kysely'
import type { Sql } from '../../sql/sql.js'
import type { SqlMigration } from '../migration.js'
import { migration } from '../migration.js'
import type { OwnNames } from '../names.js'
import { connectionTableNames, ownLocalName } from '../names.js'

/** What most of the tables begin with; `seq` is the order in which rows were added, whatever clocks said. */
const common = sql`seq bigint generated always as identity, id text primary key, tenant text not null`

/**
 * The migrations of the tables of connections. Ids are texts: one from a form may be anything. Those of links sort as
 * their bytes do, whatever the database's collation.
 */
export function connectionMigrations(own: OwnNames): readonly SqlMigration[] {
  const names = connectionTableNames(own)
  const table = (name: keyof typeof names) => sql.table(names[name])
  const index = (name: string, on: Sql) => sql`create index if not exists ${ownLocalName(own, name)} on ${on}`
  return [
    migration(
      [
        sql`create table if not exists ${table('connections')} (${common}, name text not null, provider text not null, profile text, created timestamptz not null, created_by text, last_seen timestamptz, disconnected timestamptz)`,
        index('connections_tenant', sql`${table('connections')} (tenant, seq)`),
        sql`create table if not exists ${table('tokens')} (${common}, kind text not null check (kind in ('token', 'access')), connection text not null, client text, digest text not null unique, ending text not null, created timestamptz not null, created_by text, expires timestamptz not null, last_used timestamptz, revoked timestamptz)`,
        index('tokens_connection', sql`${table('tokens')} (connection, kind, seq)`),
        index('tokens_client', sql`${table('tokens')} (client, expires) where client is not null`),
        sql`create table if not exists ${table('clients')} (${common}, connection text not null, method text not null check (method in ('client_secret', 'private_key_jwt', 'federated')), digest text, ending text, issuer text, subject text, audience text, trust text, keys text, created timestamptz not null, created_by text, expires timestamptz, last_used timestamptz, revoked timestamptz)`,
        index('clients_connection', sql`${table('clients')} (connection, seq)`),
        sql`create unique index if not exists ${ownLocalName(own, 'clients_trust')} on ${table('clients')} (trust) where revoked is null`,
        sql`create table if not exists ${table('assertions')} (key text primary key, expires timestamptz not null)`,
        index('assertions_expires', sql`${table('assertions')} (expires)`),
        sql`create table if not exists ${table('links')} (tenant text not null, resource_type text not null, id text collate "C" not null, connection text not null, first_seen timestamptz not null, last_change timestamptz not null, primary key (tenant, resource_type, id, connection))`,
        index('links_connection', sql`${table('links')} (tenant, connection, resource_type, id)`),
        sql`create table if not exists ${table('guestLinks')} (${common}, connection text not null, rights text not null check (rights in ('view', 'set-up')), digest text not null unique, session text unique, created timestamptz not null, created_by text, expires timestamptz not null, opened timestamptz, revoked timestamptz)`,
        index('guest_links_connection', sql`${table('guestLinks')} (tenant, connection, seq)`),
        index('guest_links_expires', sql`${table('guestLinks')} (expires)`),
      ],
      Object.values(names).map((name) => sql`drop table ${sql.table(name)}`),
    ),
  ]
}
