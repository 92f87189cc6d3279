import { isBusy, SqliteConnection } from './connection.js'
import type { SqliteDatabase } from './database.js'
import { connectAgain, fileOf } from './database.js'
import { WriterTurns } from './writer-turns.js'

/** How often something is read that cannot wait without blocking, a millisecond apart. */
const maxReads = 20

/** The connections to a database, opened when they are first used. */
export class SqliteConnections {
  readonly turns = new WriterTurns()
  private opened: { readonly writer: SqliteConnection; readonly reader: SqliteConnection } | undefined

  constructor(private readonly database: SqliteDatabase) {}

  get writer(): SqliteConnection {
    return this.open().writer
  }

  get reader(): SqliteConnection {
    return this.open().reader
  }

  /** Reads at once. */
  read(text: string, parameters: readonly unknown[] = []): readonly Readonly<Record<string, unknown>>[] {
    for (let attempt = 1; ; attempt++) {
      try {
        return this.reader.read(text, parameters)
      } catch (error) {
        if (!isBusy(error) || attempt >= maxReads) throw error
        // A commit of another process, which takes no longer; without the journal in front that readers do not wait for.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
      }
    }
  }

  close(): void {
    const { opened } = this
    this.opened = undefined
    // What the host has opened is the host's to close.
    if (!opened || opened.writer === opened.reader) return
    opened.writer.close()
    opened.reader.close()
  }

  private open() {
    if (this.opened) return this.opened
    const { database } = this
    const file = fileOf(database)
    if (file === undefined) {
      const only = new SqliteConnection(database)
      this.opened = { writer: only, reader: only }
    } else {
      const reader = connectAgain(database, file)
      reader.exec('pragma query_only = on')
      this.opened = {
        writer: new SqliteConnection(connectAgain(database, file)),
        reader: new SqliteConnection(reader),
      }
    }
    return this.opened
  }
}
