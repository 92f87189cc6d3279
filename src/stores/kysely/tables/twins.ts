import type { Dialect } from '../dialect/dialect.js'
import type { SqlMigration } from '../dialect/migration.js'
import { MigrationRefused } from '../dialect/migration.js'
import type { OwnNames } from '../dialect/names.js'
import { ownTable } from '../dialect/names.js'
import type { UniqueAttribute } from '../dialect/schema.js'
import type { Database } from '../sql/query.js'
import { query } from '../sql/query.js'

/** What a unique index is about. */
export interface UniqueValue {
  readonly names: OwnNames
  readonly table: string
  readonly attribute: UniqueAttribute
}

/**
 * The migration of a unique index, which says first what it would be refused for: the database names one value, and that
 * may be a person's. Which of the rows stays is the host's to say.
 */
export function listingTwins(
  index: SqlMigration,
  { schema }: Dialect,
  { names, table, attribute }: UniqueValue,
): SqlMigration {
  return {
    ...index,
    async up(db) {
      // A migration is given a database of any tables.
      const found = await query(db as unknown as Database, schema.twins(names, table, attribute))
      if (found.length > 0) {
        const lines = found.map(({ m_tenant, m_ids }) => `- tenant "${m_tenant}": ${m_ids}`)
        throw new MigrationRefused(
          `Rows of ${ownTable(names, table)} have the same value of ${attribute.path}, which is unique. Nothing was changed; change or delete all but one of each, and migrate again:\n${lines.join('\n')}`,
        )
      }
      await index.up(db)
    },
  }
}
