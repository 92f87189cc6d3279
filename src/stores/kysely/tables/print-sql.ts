import { Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import type { SqlMigration } from '../dialect/migration.js'
import type { OwnNames } from '../dialect/names.js'
import { assertHasSchemas, quoted, readNames } from '../dialect/names.js'
import { schemaDialect } from '../dialect/postgres/schema.js'
import type { SchemaDialect, UniqueAttribute } from '../dialect/schema.js'
import { sqliteSchema } from '../dialect/sqlite/schema.js'
import type { Database } from '../sql/query.js'
import type { Sql } from '../sql/sql.js'
import { uniqueIndexOf } from './own-tables.js'
import { readTableNames, tableSets } from './table-sets.js'

/** What is to be printed, by names that may be wrong. */
export interface PrintSqlOptions {
  /** Names of {@link tableSets}. */
  readonly tables: readonly string[]
  /** `postgres` or `sqlite`. */
  readonly dialect: string
  readonly schema?: string | undefined
  readonly prefix?: string | undefined
  /** The version that the database has: what follows it is printed. 0: none. */
  readonly from: number
  /** Prints what undoes the versions instead, the newest first. */
  readonly down: boolean
  /** What the tables have for one service; undefined: what they have for any. */
  readonly service?: ServiceTables | undefined
}

/** What the tables of users and groups have for one service. */
export interface ServiceTables {
  /** The attributes in `document` that it keeps unique, by the name of their table. */
  readonly unique: Readonly<Record<'users' | 'groups', readonly UniqueAttribute[]>>
  /** As it is given to `scimTables`. */
  readonly groupNames: 'unique' | 'any'
}

/** A kind of database that SQL is printed for. */
interface Target {
  readonly schema: SchemaDialect
  /** Compiles statements, and is never opened. */
  readonly db: Database
}

const never = () => Promise.reject(new TypeError('SQL is printed without a database'))

const targets: Readonly<Record<string, () => Target>> = {
  postgres: () => ({
    schema: schemaDialect,
    db: new Kysely({ dialect: new PostgresDialect({ pool: never }) }),
  }),
  sqlite: () => ({
    schema: sqliteSchema,
    db: new Kysely({ dialect: new SqliteDialect({ database: never }) }),
  }),
}

/** What one version of the tables does. */
interface Version {
  readonly number: number
  readonly migrations: Set<SqlMigration>
}

interface PrintContext {
  readonly target: Target
  readonly names: OwnNames
  readonly down: boolean
}

/**
 * The SQL that creates scimkit's own tables, of the same migrations that `migrate()` runs: version by version, for other
 * migration tools.
 *
 * @throws TypeError that names what is wrong with the options.
 */
export function printSql(options: PrintSqlOptions): string {
  const { from, down } = options
  const tables = readTableNames(options.tables)
  const makeTarget = Object.hasOwn(targets, options.dialect) ? targets[options.dialect] : undefined
  if (!makeTarget) throw new TypeError(`--dialect must be ${Object.keys(targets).join(' or ')}`)
  const names = readNames('--', options)
  const target = makeTarget()
  assertHasSchemas('', target.schema, names.schema, '--schema')
  const versions = versionsOf(target.schema, names, tables)
  const newest = versions.at(-1)?.number ?? 0
  if (from > newest)
    throw new TypeError(`--from must be ${newest} at most, the newest version of these tables`)
  const wanted = versions.filter(({ number }) => number > from)
  const groupNames = options.service?.groupNames ?? 'unique'
  const uses = new Set(tables.map((table) => tableSets[table]?.use(names, tables, { groupNames })))
  const context = { target, names, down }
  const ofService = printService(options.service, tables, context)
  const lines = [
    `-- Tables of scimkit for ${target.schema.label}: ${tables.join(', ')}. Used by ${[...uses].join(', ')}.`,
    wanted.length === 0
      ? `-- There is nothing newer than version ${newest}.`
      : `-- Each version is one migration${down ? ', undone from the newest on' : ', in this order'}: run it once, in a transaction.`,
    '',
  ]
  const printed = (down ? wanted.reverse() : wanted).flatMap((version) => printVersion(version, context))
  return [...lines, ...(down ? [...ofService, ...printed] : [...printed, ...ofService])].join('\n')
}

function versionsOf(schema: SchemaDialect, names: OwnNames, tables: readonly string[]): readonly Version[] {
  const source = { schema, names, own: schema.ownTables(names) }
  const versions = new Map<number, Set<SqlMigration>>()
  for (const table of tables) {
    const set = tableSets[table]
    for (const [index, migrations] of set?.versions(source).entries() ?? []) {
      const number = (set?.since ?? 0) + index
      const all = versions.get(number) ?? new Set()
      for (const one of migrations) all.add(one)
      versions.set(number, all)
    }
  }
  return [...versions]
    .map(([number, migrations]) => ({ number, migrations }))
    .sort((a, b) => a.number - b.number)
}

/** What the tables have for one service, which `migrate` gives them too. */
function printService(
  service: ServiceTables | undefined,
  tables: readonly string[],
  context: PrintContext,
): readonly string[] {
  if (!service) return []
  const { target, names, down } = context
  const indexes = (['users', 'groups'] as const)
    .filter((table) => tables.includes(table))
    .flatMap((table) =>
      service.unique[table].map((attribute) =>
        target.schema.uniqueIndex(names, uniqueIndexOf(table, attribute).name, table, attribute),
      ),
    )
  const hasNames = service.groupNames === 'any' && tables.includes('groups')
  const migrations = [...(hasNames ? [target.schema.groupNames(names)] : []), ...indexes]
  if (migrations.length === 0) return []
  const note =
    'For the extensions and groupNames of the service: run it when these change, behind all versions; again where it has run. Rows that have one value of what becomes unique must be changed before.'
  return [
    `-- ===== of the service: ${down ? 'down' : 'up'} =====`,
    ...(down ? [] : [`-- ${note}`]),
    '',
    printStatements(migrations, context),
  ]
}

function printStatements(
  migrations: readonly SqlMigration[],
  { target, down }: PrintContext,
  first: readonly string[] = [],
): string {
  const ordered = down ? [...migrations].reverse() : migrations
  const statements = ordered.flatMap(({ statements }) => (down ? statements.down : statements.up))
  const texts = [...first, ...statements.map((statement) => textOf(statement, target.db))]
  // What separates statements for Drizzle, and is a comment to all others.
  return texts.map((text) => `${text};\n`).join('--> statement-breakpoint\n')
}

function printVersion({ number, migrations }: Version, context: PrintContext): readonly string[] {
  const { names, down } = context
  const { schema } = names
  const notes = down ? [] : [...new Set([...migrations].flatMap((one) => one.notes))]
  const isFirst = schema !== undefined && number === 1 && !down
  const first = isFirst ? [`create schema if not exists ${quoted(schema)}`] : []
  if (schema !== undefined && number === 1 && down)
    notes.push(`The schema stays, since it may hold more: drop schema ${quoted(schema)};`)
  return [
    `-- ===== version ${number}: ${down ? 'down' : 'up'} =====`,
    ...notes.map((note) => `-- ${note}`),
    '',
    printStatements([...migrations], context, first),
  ]
}

function textOf(statement: Sql, db: Database): string {
  const { sql, parameters } = statement.compile(db)
  if (parameters.length > 0)
    throw new TypeError(`A migration has parameters, which SQL cannot be printed with: ${sql}`)
  return sql
}
