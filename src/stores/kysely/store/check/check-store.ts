import type { CheckContext, Finding } from '../../../store.js'
import type { ConnectedDatabase } from '../../database/connect.js'
import { translateFailure } from '../../database/errors.js'
import type { TableFacts } from '../../dialect/catalogue.js'
import type { SqlTable } from '../../dialect/dialect.js'
import { defaultEventsTable } from '../../outbox/events-table.js'
import { numbersRows } from '../new-id.js'
import type { KyselyStoreOptions } from '../options.js'
import type { OwnFolding } from '../own-folding.js'
import type { StoreShape } from '../shape.js'
import { idColumnOf, tenantColumnOf } from '../shape.js'
import { tablesOf } from '../targets.js'
import { readTables } from './catalogue.js'
import { checks } from './checks.js'
import type { FoldedSample } from './folded-sample.js'
import { sampledColumnsOf, sampleFolded } from './folded-sample.js'
import { neededColumns } from './needed-columns.js'
import type { GivenRowOptions } from './row-options.js'
import { columnsOfRowOptions, overRows, undeletedOf } from './row-options.js'

/** A store to check. */
export interface StoreToCheck {
  readonly database: ConnectedDatabase
  readonly options: Pick<KyselyStoreOptions<never, never>, 'id' | 'tenant' | 'outbox' | 'onTransaction'> &
    GivenRowOptions
  readonly shape: StoreShape
  /** Of a table that scimkit has created. */
  readonly own: OwnFolding | undefined
}

/**
 * Compares the configuration of a store with its tables.
 *
 * @throws ScimError 503 while the database is away.
 */
export async function checkStore(
  { database, options, shape, own }: StoreToCheck,
  { types, resourceType, mayReuse }: CheckContext,
): Promise<readonly Finding[]> {
  const { table, membership, childTables } = shape
  const ownsTable = own !== undefined
  const needed = [
    ...neededColumns(table, !numbersRows(idColumnOf(options))),
    ...columnsOfRowOptions(options, table.name),
  ]
  const names = new Set(needed.map((column) => column.table))
  const { outbox = false } = options
  const eventsTable = outbox === true ? defaultEventsTable : outbox === false ? undefined : outbox
  if (eventsTable !== undefined) for (const name of table.dialect.events.tables(eventsTable)) names.add(name)
  const read = await readTables(database, [...names], mayReuse)
  // A database that does not answer as PostgreSQL does can only be tried.
  if ([...names].some((name) => !read.has(name))) return []
  const undeleted = undeletedOf(options, table.where)
  const all = read.get(table.name)
  const chosen = all && table.where ? overRows(all, table.where, undeleted) : all
  const facts = (name: string) => {
    const found = name === table.name ? chosen : read.get(name)
    return found?.exists ? found : undefined
  }
  const others = tablesOf(
    database.db,
    types.filter(({ type }) => type.name !== resourceType.name),
  )
  const similarTo = (name: string) => read.get(name)?.similar ?? []
  await own?.look().catch((error: unknown) => {
    throw translateFailure(error, database.dialect)
  })
  const fillsAnything = typeof options.insertDefaults === 'function'
  const store = {
    table,
    membership,
    childTables,
    needed,
    ownsTable,
    isOutdated: own?.isMissing ?? false,
    eventsTable,
    others,
    facts,
    similarTo,
    fillsAnything,
    hasPolicies: options.onTransaction !== undefined,
    undeleted,
    keepsDeleted: options.softDelete !== undefined,
    foldedSample: ownsTable ? new Map() : await foldedSample(database, table, facts(table.name)),
    translatesTenants: tenantColumnOf(options)?.value !== undefined,
  }
  // Where the table is missing, nothing else can be said.
  const isThere = facts(table.name) !== undefined
  return (isThere ? checks : checks.slice(0, 1)).flatMap((check) => [...check(store)])
}

/** What is in the columns whose texts have no case. */
async function foldedSample(
  { db, dialect }: ConnectedDatabase,
  table: SqlTable,
  facts: TableFacts | undefined,
): Promise<ReadonlyMap<string, FoldedSample>> {
  const folded = facts ? sampledColumnsOf(table, facts) : []
  if (folded.length === 0) return new Map()
  return sampleFolded(db, table, folded).catch((error: unknown) => {
    throw translateFailure(error, dialect)
  })
}
