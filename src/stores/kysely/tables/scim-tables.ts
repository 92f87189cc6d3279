import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { childTable, mapGroup, mapUser } from '../../../mapping/index.js'
import type {
  CompiledAttribute,
  ExtensionDefinition,
  Group,
  ResourceTypeDefinition,
  User,
} from '../../../schema/index.js'
import { compileResourceType, groupResourceType, userResourceType } from '../../../schema/index.js'
import type { PostgresPool } from '../database/connect.js'
import { databaseOf } from '../database/connect.js'
import { migrate } from '../database/migrate.js'
import { eventsTable } from '../outbox/events-table.js'
import { memberText } from '../sql/sql.js'
import type { KyselyStore } from '../store/options.js'
import { kyselyStore } from '../store/store.js'

/** What {@link scimTables} is to make tables for. */
export interface ScimTablesOptions {
  /** Extensions as they are given to the service, for the sake of attributes in them that are unique. */
  readonly extensions?: {
    readonly User?: readonly ExtensionDefinition[]
    readonly Group?: readonly ExtensionDefinition[]
  }
  /** Keeps lifecycle events until {@link deliverEvents} delivers them: in `scim_events`, or in a table of this name. */
  readonly outbox?: boolean | string
}

/** Stores of users and groups in tables of their own. */
export interface ScimTables {
  readonly users: KyselyStore<User>
  readonly groups: KyselyStore<Group>
  /** What creates the tables, for a migrator of the host's. */
  readonly migrations: Readonly<Record<string, Migration>>
  /** Creates the tables, or brings them up to date. Safe to call whenever a process starts. */
  migrate(): Promise<void>
}

interface OwnTable {
  readonly name: string
  readonly definition: ResourceTypeDefinition
  /** Paths with a column, and an index, of their own. */
  readonly columns: Readonly<Record<string, string>>
}

const users: OwnTable = {
  name: 'scim_users',
  definition: userResourceType,
  columns: { userName: 'user_name', externalId: 'external_id' },
}
const groups: OwnTable = {
  name: 'scim_groups',
  definition: groupResourceType,
  columns: { displayName: 'display_name', externalId: 'external_id' },
}

interface OwnRow {
  readonly user_name: string
  readonly display_name: string
  readonly external_id: string | null
  readonly document: unknown
}

export const userMapping = mapUser<OwnRow>()({
  userName: 'user_name',
  externalId: 'external_id',
  overflow: { column: 'document', indexed: ['emails'] },
})
const groupMapping = mapGroup<OwnRow>()({
  displayName: 'display_name',
  externalId: 'external_id',
  members: childTable('scim_members', {
    key: 'group_id',
    tenant: 'tenant',
    columns: { value: 'member_id', type: 'type', display: 'display' },
    ids: 'text',
  }),
  overflow: 'document',
})

/** A unique attribute in the document, with the index that keeps it so. */
interface UniqueIndex {
  readonly name: string
  readonly attribute: CompiledAttribute
}

function uniqueIndexes(own: OwnTable, extensions: readonly ExtensionDefinition[]): readonly UniqueIndex[] {
  const type = compileResourceType({
    ...own.definition,
    extensions: [...own.definition.extensions, ...extensions],
  })
  return type.unique
    .filter(
      (attribute) =>
        own.columns[attribute.path] === undefined && !attribute.multiValued && !attribute.parent?.multiValued,
    )
    .map((attribute) => ({ name: `${own.name}_${hash(attribute.path)}`, attribute }))
}

/** A short name for a path of any length (FNV-1a). */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0
  return value.toString(16).padStart(8, '0')
}

function uniqueMigration(own: OwnTable, { name, attribute }: UniqueIndex): Migration {
  const value = memberText(sql`document`, attribute.keys)
  const key = attribute.caseExact ? sql`(${value})` : sql`lower(${value})`
  return {
    up: (db) =>
      run(db, [sql`create unique index ${sql.id(name)} on ${sql.table(own.name)} (tenant, ${key})`]),
    down: (db) => run(db, [sql`drop index ${sql.id(name)}`]),
  }
}

async function run(db: Kysely<unknown>, statements: readonly ReturnType<typeof sql>[]): Promise<void> {
  for (const statement of statements) await statement.execute(db)
}

const common = sql`tenant text not null, id uuid not null, version bigint not null, created timestamptz not null, last_modified timestamptz not null, external_id text, document jsonb not null, primary key (tenant, id)`

/** Every index begins with the tenant, except the one whose values no two tenants share many of. */
const first: Migration = {
  up: (db) =>
    run(db, [
      sql`create table scim_users (user_name text not null, ${common})`,
      sql`create unique index scim_users_user_name on scim_users (tenant, lower(user_name))`,
      sql`create index scim_users_order on scim_users (tenant, (lower(user_name) collate "C"), id)`,
      sql`create index scim_users_external_id on scim_users (tenant, external_id)`,
      sql`create index scim_users_emails on scim_users using gin ((lower((document -> 'emails')::text)::jsonb) jsonb_path_ops)`,
      sql`create table scim_groups (display_name text not null, ${common})`,
      sql`create unique index scim_groups_display_name on scim_groups (tenant, lower(display_name))`,
      sql`create index scim_groups_order on scim_groups (tenant, (lower(display_name) collate "C"), id)`,
      sql`create index scim_groups_external_id on scim_groups (tenant, external_id)`,
      sql`create table scim_members (tenant text not null, group_id uuid not null, member_id text not null, type text, display text, primary key (tenant, group_id, member_id), foreign key (tenant, group_id) references scim_groups (tenant, id) on delete cascade)`,
      sql`create index scim_members_member on scim_members (tenant, member_id, group_id)`,
    ]),
  down: (db) =>
    run(db, [sql`drop table scim_members`, sql`drop table scim_groups`, sql`drop table scim_users`]),
}

/**
 * Users and groups in tables of their own, for a service that has none: `scim_users`, `scim_groups` and
 * `scim_members`, in PostgreSQL or PGlite.
 *
 * @example
 * const { users, groups, migrate } = scimTables(pool)
 * await migrate()
 * const scim = createScim({ authenticate, users, groups })
 */
export function scimTables<DB>(db: Kysely<DB> | PostgresPool, options: ScimTablesOptions = {}): ScimTables {
  const own: Record<string, Migration> = { '0001_scim': first }
  const { outbox = false } = options
  const events = outbox === false ? undefined : eventsTable(db, outbox === true ? {} : { table: outbox })
  const make = (table: OwnTable, extensions: readonly ExtensionDefinition[] = []) => {
    const constraints: Record<string, string> = {}
    for (const [path, column] of Object.entries(table.columns)) {
      constraints[`${table.name}_${column}`] = path
      constraints[`${table.name}_order`] ??= path
    }
    for (const unique of uniqueIndexes(table, extensions)) {
      constraints[unique.name] = unique.attribute.path
      own[`1000_${unique.name}`] = uniqueMigration(table, unique)
    }
    return {
      db,
      outbox,
      table: table.name,
      tenant: 'tenant',
      version: 'version',
      created: 'created',
      lastModified: 'last_modified',
      constraints,
    }
  }
  const isPlain = { isPlain: true }
  const stores = {
    users: kyselyStore<DB, User>({ ...make(users, options.extensions?.User), mapping: userMapping }, isPlain),
    groups: kyselyStore<DB, Group>(
      { ...make(groups, options.extensions?.Group), mapping: groupMapping },
      isPlain,
    ),
  }
  return {
    ...stores,
    migrations: { ...own, ...events?.migrations },
    async migrate() {
      await migrate(databaseOf(db), own, 'scim_migrations')
      await events?.migrate()
    },
  }
}
