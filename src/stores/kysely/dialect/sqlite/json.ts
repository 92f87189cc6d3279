import { sql } from 'kysely'
import { foldText, toJson } from '../../../../protocol/index.js'
import type { Condition, Sql } from '../../sql/sql.js'
import { and, or, where } from '../../sql/sql.js'
import type { JsonDialect } from '../dialect.js'
import { sqliteInstantKeyOfText, sqliteInstantOfText } from './instants.js'
import { variantsOf } from './letter-case.js'
import { jsonText } from './values.js'

export const sqliteJson: JsonDialect = {
  parameter: (value) => sql`${jsonText(value)}`,

  parameterOfStored: (value) => sql`${toJson(value)}`,

  merge(column, { set, removed }, mayVanish) {
    const document = sql`case when json_valid(${column}) and json_type(${column}) = 'object' then ${column} else '{}' end`
    // By patches, since paths cannot have every key. Taken away first: a patch would be merged with what is there.
    const without = Object.fromEntries([...removed, ...Object.keys(set)].map((key) => [key, null]))
    let merged = sql`json_patch(${document}, ${toJson(without)})`
    if (Object.keys(set).length > 0) merged = sql`json_patch(${merged}, ${toJson(set)})`
    return mayVanish ? sql`nullif(${merged}, '{}')` : merged
  },

  asText: (column) => sql`case typeof(${column}) when 'blob' then json(${column}) else ${column} end`,

  member(value, keys) {
    const { holder, at } = placeOf(value, keys)
    return sql`${holder} -> ${at}`
  },

  valueOf(value, keys) {
    const { holder, at } = placeOf(value, keys)
    const text = sql`(${holder} ->> ${at})`
    const type = sql`json_type(${holder}, ${at})`
    return {
      text,
      number: sql`case when ${type} in ('integer', 'real') then ${text} end`,
      instant: sqliteInstantOfText(text),
      instantKey: sqliteInstantKeyOfText(text),
      is: (expected) => sql`${type} = ${sql.lit(String(expected))}`,
      isPresent: sql`${text} <> ''`,
    }
  },

  elements(array, name) {
    const each = jsonEach(array, name)
    return { from: each.from, element: each.element }
  },

  primaryElement(array) {
    const { from, element } = jsonEach(array, sql.ref('p'))
    return sql`(select ${element} from ${from} where ${element} -> '$.primary' = 'true' limit 1)`
  },

  firstElement: (array) => sql`(${array}) -> '$[0]'`,

  mayContain: () => true,

  mayHold: (document, texts) =>
    and(texts.filter((text) => plainText.test(text)).map((text) => hasPlainText(document, text))),

  row: (columns) => sql`json_array(${sql.join(columns)})`,

  rows: (columns, rows) =>
    sql`(select nullif(json_group_array(json_array(${sql.join(columns)}) order by ${rows.order}), '[]') from ${rows.from}${where(rows.where)})`,
}

/** What JSON has as it is, and patterns may be as long as. */
const plainText = /^[\w@.+-]{1,1000}$/

/** Whether a text has another in it, which is plain, or a letter that one of its letters is taken for. */
function hasPlainText(text: Sql, plain: string): Condition {
  const isLike = sql`${text} like ${`%${plain.replaceAll('_', '!_')}%`} escape '!'`
  const variants = variantsOf(foldText(plain)).map(([, variant]) => sql`instr(${text}, ${variant}) > 0`)
  // Most texts are all of ASCII letters.
  return or([isLike, and([sql`length(${text}) <> octet_length(${text})`, or(variants)])])
}

/**
 * What has a value in it, and the path from there: of keys that are each quoted, since one with a dot in it would be
 * several.
 */
function placeOf(value: Sql, keys: readonly string[]): { readonly holder: Sql; readonly at: Sql } {
  // No path can have a key with quotes in it.
  const after = keys.map((key) => key.includes('"')).lastIndexOf(true) + 1
  const path = ['$', ...keys.slice(after).map((key) => `"${key}"`)].join('.')
  return { holder: keys.slice(0, after).reduce(memberByKey, value), at: sql.lit(path) }
}

function memberByKey(holder: Sql, key: string): Sql {
  const j = sql.ref('j')
  const value = sql`case ${j}.type when 'text' then json_quote(${j}.value) when 'true' then 'true' when 'false' then 'false' else ${j}.value end`
  return sql`(select ${value} from json_each(${holder}) as ${j} where ${j}.key = ${sql.lit(key)})`
}

/** The elements of an array, each as JSON: what `json_each` calls their value has lost the type. */
function jsonEach(array: Sql, name: Sql): { readonly from: Sql; readonly element: Sql } {
  return { from: sql`json_each(${array}) as ${name}`, element: sql`((${array}) -> ${name}.fullkey)` }
}
