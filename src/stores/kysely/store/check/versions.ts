import { quoted, quotedTable } from '../../dialect/names.js'
import type { Check } from './checked-store.js'
import { named } from './checked-store.js'
import { finding } from './codes.js'

/** Rows of which nothing says that they have changed. */
export const findMissingVersion: Check = function* ({ table, facts, needed }) {
  const found = facts(table.name)
  if (!found) return
  const { versionColumns } = table
  if (versionColumns) {
    const written = needed.filter(
      (one) => one.table === table.name && one.attribute && one.written !== 'never',
    )
    const columns = new Set([...written.map(({ column }) => column), table.lastModified])
    const unseen = [...columns].filter(
      (column) => !versionColumns.includes(column) && found.columns.has(column),
    )
    if (unseen.length === 0) return
    const list = [...versionColumns, ...unseen].map((column) => `'${column}'`).join(', ')
    yield finding('version-partial', 'option version', {
      message: `changes of ${unseen.map((column) => `"${column}"`).join(', ')} of ${named(table.name)} alone do not show in the version of a row`,
      why: 'Two writers of one row could overwrite each other there',
      fix: `Name them too: version: { columns: [${list}] }`,
    })
    return
  }
  const { version } = table
  if (version !== undefined && found.isTable && found.columns.get(version)?.isNullable === true) {
    const name = quoted(version)
    yield finding('version-nullable', 'option version', {
      message: `the column "${version}" of ${named(table.name)} may be empty`,
      why: 'Every change of a row without a version is refused, as if others had changed it',
      fix: `update ${quotedTable(table.name)} set ${name} = 1 where ${name} is null; ${table.dialect.mends.forbidNull(table.name, version)}`,
    })
  }
  if (found.hasRowVersion || table.version !== undefined) return
  yield finding('no-version', 'option version', {
    message: `${named(table.name)} is no table: its rows have no version of their own`,
    why: 'Two writers of one row would overwrite each other',
    fix: `Name a column that counts versions (${table.dialect.mends.versionColumn}) in the option "version", or the table itself`,
  })
}
