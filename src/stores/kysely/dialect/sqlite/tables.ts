import { sql } from 'kysely'
import type { Sql } from '../../sql/sql.js'
import { quoted, quotedTable } from '../names.js'
import type { SqliteConnections } from './driver/connections.js'
import type { TimeKind } from './instants.js'
import { timeKindOf } from './instants.js'

/** What statements must know of a host's tables before they are written; SQLite is asked at once. */
export class Tables {
  private readonly timeKinds = new Map<string, TimeKind>()
  private readonly views = new Map<string, boolean>()

  constructor(private readonly connections: SqliteConnections) {}

  /** Whether a table is a view, whose triggers write its rows. */
  isView(table: string): boolean {
    let isView = this.views.get(table)
    if (isView === undefined) {
      const [row] = this.connections.read("select 1 from sqlite_schema where type = 'view' and name = ?", [
        table,
      ])
      isView = row !== undefined
      this.views.set(table, isView)
    }
    return isView
  }

  /** The default of a column. SQLite has no word for it in an update. */
  defaultOf(table: string, column: string): Sql {
    const value = this.columnOf(table, column)?.dflt_value
    return typeof value === 'string' ? sql`(${sql.raw(value)})` : sql`null`
  }

  /** How a column has its times: as its newest row does. */
  timeKindOf(table: string, column: string): TimeKind {
    const key = `${table}.${column}`
    const known = this.timeKinds.get(key)
    if (known) return known
    const name = quoted(column)
    const [row] = this.connections.read(
      `select ${name} as time from ${quotedTable(table)} where ${name} is not null limit 1`,
    )
    const kind = timeKindOf(row?.time, String(this.columnOf(table, column)?.type))
    if (row) this.timeKinds.set(key, kind)
    return kind
  }

  private columnOf(table: string, column: string): Readonly<Record<string, unknown>> | undefined {
    const local = table.slice(table.lastIndexOf('.') + 1)
    const [row] = this.connections.read('select type, dflt_value from pragma_table_info(?) where name = ?', [
      local,
      column,
    ])
    return row
  }
}
