import type { TestDatabase } from '../databases.js'
import { openSqliteFile } from '../sqlite-file.js'

/** A statement as a log of the driver has it. */
export interface RanStatement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** How SQLite runs a statement, line by line. */
export function planOf({ url }: TestDatabase, statement: RanStatement | undefined): string {
  if (url === undefined || !statement) throw new Error('There is no statement')
  // A connection of its own: libsql keeps what explains a statement open, and with it what is read.
  const file = openSqliteFile(url)
  try {
    const rows = file.prepare(`explain query plan ${statement.sql}`).all(...statement.parameters)
    return (rows as { detail: string }[]).map(({ detail }) => detail).join('\n')
  } finally {
    file.close()
  }
}
