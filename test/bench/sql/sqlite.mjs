// A file of SQLite, which keeps what it says it has kept: synchronous is full.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'

/** @returns {{ url: string, stop: () => void }} the file, and what removes it */
export function makeSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'scimkit-bench-sqlite-'))
  return { url: join(folder, 'scim.db'), stop: () => rmSync(folder, { recursive: true }) }
}

function prepareFile(database) {
  database.exec('pragma journal_mode = wal')
  database.exec('pragma synchronous = full')
  return database
}

/** What scimkit is given. */
export function openSqlite(file) {
  return prepareFile(new Libsql(file))
}

/**
 * The same, of which each statement is seen.
 *
 * @param {{ text: string, values: unknown[] }[]} seen
 */
export function openSeen(file, seen) {
  class Seen extends Libsql {
    prepare(text) {
      const statement = super.prepare(text)
      for (const name of ['all', 'run']) {
        const original = statement[name].bind(statement)
        statement[name] = (values = []) => {
          // As JSON can have them.
          seen.push({ text, values: values.map((one) => (typeof one === 'bigint' ? Number(one) : one)) })
          return original(values)
        }
      }
      return statement
    }
  }
  return prepareFile(new Seen(file))
}

/** A connection that keeps its statements prepared. */
function connection(file) {
  const database = openSqlite(file)
  const prepared = new Map()
  const query = async (text, values = []) => {
    let statement = prepared.get(text)
    if (!statement) {
      statement = database.prepare(text)
      prepared.set(text, statement)
    }
    const bound = values.map((one) => (Number.isSafeInteger(one) ? BigInt(one) : one))
    if (statement.reader) return { rows: statement.all(bound) }
    statement.run(bound)
    return { rows: [] }
  }
  return { query, close: () => database.close() }
}

/** What somebody would write by hand, in the form of a pool of pg: one connection that reads, and one that writes. */
export function sqlitePool(file) {
  const [reader, writer] = [connection(file), connection(file)]
  let last = Promise.resolve()
  async function turn() {
    const before = last
    let release
    last = new Promise((resolve) => {
      release = resolve
    })
    await before
    return release
  }
  return {
    async query(text, values) {
      if (/^select/i.test(text)) return reader.query(text, values)
      const release = await turn()
      try {
        return await writer.query(text, values)
      } finally {
        release()
      }
    },
    async connect() {
      const release = await turn()
      return {
        query: writer.query,
        release(failure) {
          if (failure) void writer.query('rollback').catch(() => {})
          release()
        },
      }
    },
    on() {},
    async end() {
      reader.close()
      writer.close()
    },
  }
}
