import { sql } from 'kysely'
import { foldText, toJson } from '../../../../protocol/index.js'
import type { Sql } from '../../sql/sql.js'
import { where } from '../../sql/sql.js'
import type { JsonDialect } from '../dialect.js'
import type { OwnNames } from '../names.js'
import { foldedBy } from './folding.js'
import { instantKeyOfText, instantOfText } from './instants.js'

export const jsonDialect: JsonDialect = {
  parameter: (value) => sql`${JSON.stringify(value)}::jsonb`,

  // What jsonb refuses in a row must not keep a user from being switched off.
  parameterOfStored: (value) => sql`${toJson(value)}::jsonb`,

  merge(column, { set, removed }, mayVanish) {
    // The column may be of the type `json`.
    const document = sql`${column}::jsonb`
    let merged = sql`case when jsonb_typeof(${document}) = 'object' then ${document} else '{}'::jsonb end`
    if (removed.length > 0) merged = sql`(${merged}) - ${removed}::text[]`
    if (Object.keys(set).length > 0) merged = sql`(${merged}) || ${toJson(set)}::jsonb`
    return mayVanish ? sql`nullif(${merged}, '{}'::jsonb)` : merged
  },

  asText: (column) => sql`${column}::text`,

  member,

  valueOf(holder, keys) {
    const text = memberText(holder, keys)
    const value = member(holder, keys)
    return {
      text,
      number: sql`case when jsonb_typeof(${value}) = 'number' then (${text})::numeric end`,
      instant: instantOfText(sql`(${text})`),
      instantKey: instantKeyOfText(sql`(${text})`),
      is: (expected) => sql`${text} = ${String(expected)}`,
      isPresent: sql`${text} <> ''`,
    }
  },

  elements: (array, name) => ({
    from: sql`jsonb_path_query(${array}, '$[*]') as ${name}(v)`,
    element: sql`${name}.v`,
  }),

  primaryElement: (array) => sql`jsonb_path_query_first(${array}, '$[*] ? (@.primary == true)')`,

  firstElement: (array) => sql`${array} -> 0`,

  /** Compares the JSON in lower case, in which equal values do not differ. */
  mayContain(array, element) {
    const text = JSON.stringify([element])
    // Lower case would change the meaning of an escape sequence.
    if (/\\u/.test(text)) return true
    return sql`lower((${array})::text)::jsonb @> lower(${text})::jsonb`
  },

  row: (columns) => sql`json_build_array(${sql.join(columns)})::text`,

  rows: (columns, rows) =>
    sql`(select json_agg(json_build_array(${sql.join(columns)}) order by ${rows.order})::text from ${rows.from}${where(rows.where)})`,
}

/** Of scimkit's own tables, whose case is folded by the table that every store goes by. */
export function ownJsonDialect(names: OwnNames): JsonDialect {
  const folded = foldedBy(names)
  return {
    ...jsonDialect,

    mayContain(array, element) {
      const text = JSON.stringify([element])
      if (/\\u/.test(text)) return true
      return sql`${folded(sql`(${array})::text`)}::jsonb @> ${foldText(text)}::jsonb`
    },
  }
}

function member(value: Sql, keys: readonly string[]): Sql {
  return keys.reduce((at, key) => sql`${at} -> ${sql.lit(key)}`, value)
}

/** A member as text. */
export function memberText(value: Sql, keys: readonly string[]): Sql {
  const last = keys.at(-1)
  if (last === undefined) return sql`${value} #>> '{}'`
  return sql`${member(value, keys.slice(0, -1))} ->> ${sql.lit(last)}`
}
