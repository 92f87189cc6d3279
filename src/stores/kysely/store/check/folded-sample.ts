import { sql } from 'kysely'
import type { ColumnMapping } from '../../../../mapping/index.js'
import { foldText } from '../../../../protocol/index.js'
import type { CompiledAttribute } from '../../../../schema/index.js'
import type { TableFacts } from '../../dialect/catalogue.js'
import type { SqlTable } from '../../dialect/dialect.js'
import type { Database } from '../../sql/query.js'
import { query } from '../../sql/query.js'

/** How many rows are compared. */
const sampleSize = 1000

/** A column of a table with texts whose case does not matter. */
export interface FoldedColumn {
  readonly line: string
  readonly attribute: CompiledAttribute
  readonly column: string
  /** The column that has them without their case; undefined where the database folds them. */
  readonly key: string | undefined
}

/** What a sample of rows has in a column. */
export interface FoldedSample {
  readonly rows: number
  /** How many have another key than our folding makes. */
  readonly stale: number
  /** The letters of those keys that our folding takes for another. */
  readonly letters: readonly string[]
}

/** The columns that name another for their texts without their case, and those of unique texts that the database folds. */
export function foldedColumnsOf({ layout }: SqlTable): readonly FoldedColumn[] {
  const found: FoldedColumn[] = []
  const add = (
    line: string,
    attribute: CompiledAttribute,
    mapping: ColumnMapping<never, never>,
    isUnique: boolean,
  ) => {
    const { column, foldedIn: key, sameAs, read, write } = mapping
    // What the host translates, only the host can compare.
    if (sameAs !== undefined || read || write) return
    if (key !== undefined || (isUnique && !attribute.caseExact && attribute.path !== 'id'))
      found.push({ line, attribute, column, key })
  }
  const unique = new Set(layout.type.unique)
  for (const [attribute, mapping] of layout.attributes)
    if (mapping.kind === 'column')
      add(`mapping of ${attribute.path}`, attribute, mapping, unique.has(attribute))
  for (const { key, columns } of layout.elements)
    for (const [attribute, mapping] of columns)
      add(`mapping of ${key}.${attribute.name}`, attribute, mapping, unique.has(attribute))
  return found
}

/** Those of them that can be sampled where the table is as the database says. */
export function sampledColumnsOf(table: SqlTable, facts: TableFacts): readonly FoldedColumn[] {
  return foldedColumnsOf(table).filter(({ column, key }) => {
    const texts = facts.columns.get(column)
    if (key !== undefined) return texts !== undefined && facts.columns.has(key)
    return facts.foldsAllLetters && facts.isTable && texts?.kind === 'text' && !texts.foldsAsciiOnly
  })
}

/** Compares the first rows of a table: by the lines of the mapping. */
export async function sampleFolded(
  db: Database,
  { name, dialect }: SqlTable,
  folded: readonly FoldedColumn[],
): Promise<ReadonlyMap<string, FoldedSample>> {
  const pairs = folded.flatMap(({ column, key }, at) => [
    sql`${sql.id(column)} as ${sql.id(`m_text_${at}`)}`,
    sql`${key === undefined ? dialect.text.lower(sql.id(column)) : sql.id(key)} as ${sql.id(`m_key_${at}`)}`,
  ])
  const rows = await query(db, sql`select ${sql.join(pairs)} from ${sql.table(name)} limit ${sampleSize}`)
  return new Map(
    folded.map(({ line }, at) => {
      const filled = rows.filter((row) => typeof row[`m_text_${at}`] === 'string')
      const stale = filled.filter((row) => row[`m_key_${at}`] !== foldText(String(row[`m_text_${at}`])))
      return [
        line,
        {
          rows: filled.length,
          stale: stale.length,
          letters: [
            ...new Set(
              stale.flatMap((row) => otherLetters(String(row[`m_text_${at}`]), String(row[`m_key_${at}`]))),
            ),
          ],
        },
      ]
    }),
  )
}

/** The letters of a text that its key has otherwise than our folding. */
function otherLetters(text: string, key: string): string[] {
  const keys = [...key]
  const letters = [...text]
  // A letter may be two in lower case: then positions say nothing.
  const isAligned = keys.length === letters.length
  return letters.filter(
    (letter, at) => !(isAligned ? keys[at] === foldText(letter) : keys.includes(foldText(letter))),
  )
}
