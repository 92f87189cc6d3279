import type { CompiledQuery, DatabaseConnection, Dialect, Driver, Kysely, QueryResult } from 'kysely'
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { SqliteConnections } from './connections.js'
import type { SqliteDatabase } from './database.js'

/**
 * SQLite for Kysely. Kysely's own dialect begins transactions that cannot always write, blocks the process while it
 * waits for another one, and has one connection, which waits for itself where something asks beside a transaction.
 *
 * A file gets connections of its own: one that writes, and one that reads what is committed. A database in memory has
 * the one that is given, where reads beside a transaction see what it has written.
 */
export class SqliteDialect implements Dialect {
  private readonly connections: SqliteConnections

  constructor(database: SqliteDatabase) {
    this.connections = new SqliteConnections(database)
  }

  createAdapter = () => new SqliteAdapterOf(this.connections)
  createDriver = () => new SqliteDriver(this.connections)
  createQueryCompiler = () => new SqliteQueryCompiler()
  // The parameter of Kysely's own method.
  createIntrospector = (db: Kysely<never>) => new SqliteIntrospector(db)
}

/** What tells a Kysely of this dialect from others. */
export class SqliteAdapterOf extends SqliteAdapter {
  constructor(readonly connections: SqliteConnections) {
    super()
  }

  override get supportsTransactionalDdl() {
    return true
  }

  /** Else a statement beside a transaction would wait for its end. */
  override get supportsMultipleConnections() {
    return true
  }
}

class SqliteDriver implements Driver {
  constructor(private readonly connections: SqliteConnections) {}

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new Session(this.connections)
  }

  beginTransaction = (connection: DatabaseConnection) => sessionOf(connection).begin()
  commitTransaction = (connection: DatabaseConnection) => sessionOf(connection).commit()
  rollbackTransaction = (connection: DatabaseConnection) => sessionOf(connection).rollback()

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.connections.close()
  }
}

function sessionOf(connection: DatabaseConnection): Session {
  if (connection instanceof Session) return connection
  throw new TypeError('This connection is of another driver')
}

const isRead = /^\s*(?:select|values|explain)\b/i
const isWrite = /^\s*(?:insert|update|delete|replace|with)\b/i
const isTransactionControl = /^\s*(?:begin|commit|end|rollback|savepoint|release)\b/i

/** What Kysely takes for a connection: each statement goes to the connection that it needs. */
class Session implements DatabaseConnection {
  private isOpen = false

  constructor(private readonly connections: SqliteConnections) {}

  async begin(): Promise<void> {
    const { writer, turns } = this.connections
    await turns.take()
    try {
      // Takes the lock now: a transaction that has read before cannot always get it later.
      await writer.run('begin immediate')
      this.isOpen = true
    } catch (error) {
      turns.give()
      throw error
    }
  }

  async commit(): Promise<void> {
    await this.connections.writer.run('commit')
    this.end()
  }

  async rollback(): Promise<void> {
    try {
      await this.connections.writer.run('rollback')
    } catch (error) {
      // A full disk, for example, has rolled it back already.
      if (!(error instanceof Error && /no transaction is active/.test(error.message))) throw error
    } finally {
      this.end()
    }
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, changes, insertedId } = await this.run(sql, parameters)
    return {
      // The statement's text says what a row is.
      rows: rows as Row[],
      ...(changes !== undefined && { numAffectedRows: changes }),
      ...(insertedId !== undefined && { insertId: insertedId }),
    }
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query)
  }

  private async run(text: string, parameters: readonly unknown[]) {
    const { writer, reader, turns } = this.connections
    if (this.isOpen) return writer.run(text, parameters)
    if (isRead.test(text)) return reader.run(text, parameters)
    if (isTransactionControl.test(text)) throw new Error('Transactions of SQLite begin with db.transaction()')
    if (isWrite.test(text) && writer !== reader)
      return new Session(this.connections).runAsTransaction(text, parameters)
    await turns.take()
    try {
      return await writer.run(text, parameters)
    } finally {
      turns.give()
    }
  }

  /** Has the lock before it runs: libsql leaves a statement open that was refused it, and then nothing can be committed. */
  private async runAsTransaction(text: string, parameters: readonly unknown[]) {
    await this.begin()
    try {
      const result = await this.connections.writer.run(text, parameters)
      await this.commit()
      return result
    } catch (error) {
      await this.rollback()
      throw error
    }
  }

  private end(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.connections.turns.give()
  }
}
