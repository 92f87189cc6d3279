import { sql } from 'kysely'
import type { Sql } from '../../sql/sql.js'
import type { SqlMigration } from '../migration.js'
import { migration } from '../migration.js'
import type { OwnNames } from '../names.js'
import { connectionTableNames, ownName } from '../names.js'

/** What most of the tables begin with; `seq` is the order in which rows were added, whatever clocks said. */
const common = sql`seq integer primary key autoincrement, id text not null unique, tenant text not null`

/** The migrations of the tables of connections. Times are texts in UTC with milliseconds. */
export function sqliteConnectionMigrations(own: OwnNames): readonly SqlMigration[] {
  const names = connectionTableNames(own)
  const table = (name: keyof typeof names) => sql.table(names[name])
  // The index of a table in another schema is named with the schema, and its table without.
  const local = (name: keyof typeof names) =>
    sql.id(connectionTableNames({ ...own, schema: undefined })[name])
  const inSchema = (name: string) => ownName(own, name)
  const index = (name: string, on: Sql) => sql`create index if not exists ${inSchema(name)} on ${on}`
  return [
    migration(
      [
        sql`create table if not exists ${table('connections')} (${common}, name text not null, provider text not null, profile text, created text not null, created_by text, last_seen text, disconnected text) strict`,
        index('connections_tenant', sql`${local('connections')} (tenant, seq)`),
        sql`create table if not exists ${table('tokens')} (${common}, kind text not null check (kind in ('token', 'access')), connection text not null, client text, digest text not null unique, ending text not null, created text not null, created_by text, expires text not null, last_used text, revoked text) strict`,
        index('tokens_connection', sql`${local('tokens')} (connection, kind, seq)`),
        index('tokens_client', sql`${local('tokens')} (client, expires) where client is not null`),
        sql`create table if not exists ${table('clients')} (${common}, connection text not null, method text not null check (method in ('client_secret', 'private_key_jwt', 'federated')), digest text, ending text, issuer text, subject text, audience text, trust text, keys text, created text not null, created_by text, expires text, last_used text, revoked text) strict`,
        index('clients_connection', sql`${local('clients')} (connection, seq)`),
        sql`create unique index if not exists ${inSchema('clients_trust')} on ${local('clients')} (trust) where revoked is null`,
        sql`create table if not exists ${table('assertions')} (key text primary key, expires text not null) strict, without rowid`,
        index('assertions_expires', sql`${local('assertions')} (expires)`),
        sql`create table if not exists ${table('links')} (tenant text not null, resource_type text not null, id text not null, connection text not null, first_seen text not null, last_change text not null, primary key (tenant, resource_type, id, connection)) strict, without rowid`,
        index('links_connection', sql`${local('links')} (tenant, connection, resource_type, id)`),
        sql`create table if not exists ${table('guestLinks')} (${common}, connection text not null, rights text not null check (rights in ('view', 'set-up')), digest text not null unique, session text unique, created text not null, created_by text, expires text not null, opened text, revoked text) strict`,
        index('guest_links_connection', sql`${local('guestLinks')} (tenant, connection, seq)`),
        index('guest_links_expires', sql`${local('guestLinks')} (expires)`),
      ],
      Object.values(names).map((name) => sql`drop table ${sql.table(name)}`),
    ),
  ]
}
