import type { RowFilter } from '../sql/row-filter.js'
import { isNegated, listOf } from '../sql/row-filter.js'
import type { ColumnKind, MendDialect, NewKey } from './catalogue.js'
import { quoted, quotedTable } from './names.js'

/** What each database writes in its own way. */
export interface MendWords {
  /** What an index is created by, up to its name. */
  createIndex(isUnique: boolean): string
  /** Characters of a name, behind which the database would cut it. */
  readonly longestName: number
  readonly types: Readonly<Record<ColumnKind, string>>
  literal(value: unknown): string
  /** A value of JSON in a column, as text. */
  member(column: string, path: readonly string[]): string
}

/** The mends that are the same but for some words. */
export function commonMends({
  createIndex,
  longestName,
  types,
  literal,
  member,
}: MendWords): Pick<MendDialect, 'index' | 'indexOf' | 'addColumn'> {
  function textOfKey(key: NewKey): string {
    if (typeof key === 'string') return quoted(key)
    return `lower(${'lower' in key ? quoted(key.lower) : member(quoted(key.of), key.member)})`
  }

  return {
    index(table, keys, isUnique) {
      const local = table.slice(table.lastIndexOf('.') + 1)
      const name = [local, ...keys.flatMap(namesOfKey), 'scim'].join('_').slice(0, longestName)
      return `${createIndex(isUnique)} ${quoted(name)} on ${quotedTable(table)} (${keys.map(textOfKey).join(', ')});`
    },

    indexOf(index, chosen: RowFilter) {
      const conditions = [...chosen].map(([column, values]) => {
        const list = listOf(isNegated(values) ? values.not : values)
        const isOne = list.map(
          (value) => `${quoted(column)} ${value === null ? 'is null' : `= ${literal(value)}`}`,
        )
        const isAny = isOne.length === 1 ? isOne.join() : `(${isOne.join(' or ')})`
        return isNegated(values) ? `(${isOne.join(' or ')}) is not true` : isAny
      })
      return index.replace(/;$/, ` where ${conditions.join(' and ')};`)
    },

    addColumn: (table, column, kind) =>
      `alter table ${quotedTable(table)} add column ${quoted(column)} ${types[kind]};`,
  }
}

function namesOfKey(key: NewKey): readonly string[] {
  if (typeof key === 'string') return [key]
  return 'lower' in key ? [key.lower] : key.member
}

/** A text as a literal. */
export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
