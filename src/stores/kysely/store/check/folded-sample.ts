import { sql } from 'kysely'
import type { ColumnMapping } from '../../../../mapping/index.js'
import { foldText } from '../../../../protocol/index.js'
import type { CompiledAttribute } from '../../../../schema/index.js'
import type { SqlTable } from '../../dialect/dialect.js'
import type { Database } from '../../sql/query.js'
import { query } from '../../sql/query.js'

/** How many rows are compared. */
const sampleSize = 1000

/** A column of a table, and the one that has its text without its case. */
export interface FoldedColumn {
  readonly line: string
  readonly attribute: CompiledAttribute
  readonly column: string
  readonly key: string
}

/** What a sample of rows has in a folded column. */
export interface FoldedSample {
  readonly rows: number
  readonly stale: number
}

export function foldedColumnsOf({ layout }: SqlTable): readonly FoldedColumn[] {
  const found: FoldedColumn[] = []
  const add = (line: string, attribute: CompiledAttribute, mapping: ColumnMapping<never, never>) => {
    const { column, foldedIn, sameAs, read, write } = mapping
    // What the host translates, only the host can compare.
    if (foldedIn !== undefined && sameAs === undefined && !read && !write)
      found.push({ line, attribute, column, key: foldedIn })
  }
  for (const [attribute, mapping] of layout.attributes)
    if (mapping.kind === 'column') add(`mapping of ${attribute.path}`, attribute, mapping)
  for (const { key, columns } of layout.elements)
    for (const [attribute, mapping] of columns) add(`mapping of ${key}.${attribute.name}`, attribute, mapping)
  return found
}

/** Compares the first rows of a table: by the names of the columns that keep texts without their case. */
export async function sampleFolded(
  db: Database,
  { name }: SqlTable,
  folded: readonly FoldedColumn[],
): Promise<ReadonlyMap<string, FoldedSample>> {
  const pairs = folded.flatMap(({ column, key }, at) => [
    sql`${sql.id(column)} as ${sql.id(`m_text_${at}`)}`,
    sql`${sql.id(key)} as ${sql.id(`m_key_${at}`)}`,
  ])
  const rows = await query(db, sql`select ${sql.join(pairs)} from ${sql.table(name)} limit ${sampleSize}`)
  return new Map(
    folded.map(({ key }, at) => {
      const filled = rows.filter((row) => typeof row[`m_text_${at}`] === 'string')
      const stale = filled.filter((row) => row[`m_key_${at}`] !== foldText(String(row[`m_text_${at}`])))
      return [key, { rows: filled.length, stale: stale.length }]
    }),
  )
}
