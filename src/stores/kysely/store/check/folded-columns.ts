import type { Check } from './checked-store.js'
import { named } from './checked-store.js'
import { finding } from './codes.js'
import { foldedColumnsOf } from './folded-sample.js'

/** Columns without case that are not kept with what they are of. */
export const findStaleFolds: Check = function* ({ table, facts, foldedSample }) {
  const columns = facts(table.name)?.columns
  const { mends } = table.dialect
  for (const { line, attribute, column, key } of foldedColumnsOf(table)) {
    if (key === undefined) continue
    const sample = foldedSample.get(line)
    if (sample && sample.stale > 0) {
      yield finding('folded-stale', line, {
        message: `of ${sample.rows} rows of ${named(table.name)} that were looked at, ${sample.stale} have another value in "${key}" than "${column}" without its case`,
        why: `They are found by ${attribute.path} slowly or not at all, and nothing keeps it unique`,
        fix: mends.fillLower(table.name, key, column),
      })
    }
    const of = columns?.get(column)
    if (columns?.get(key)?.isNullable !== true || !of || (of.isNullable && !attribute.required)) continue
    yield finding('folded-nullable', line, {
      message: `the column "${key}" of ${named(table.name)} may be empty where "${column}" is not`,
      why: `Rows that are written without it are not kept unique by ${attribute.path}`,
      fix: mends.forbidNull(table.name, key),
    })
  }
}
