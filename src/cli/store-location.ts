import { resolve } from 'node:path'
import { UsageError } from './usage-error.js'

/** Where data is kept: in this process, in a directory, in a database of SQLite, of PGlite, or of PostgreSQL. */
export type StoreLocation =
  | { readonly memory: true }
  | { readonly directory: string }
  | { readonly sqlite: string }
  | { readonly pglite: string }
  | { readonly postgres: string }

/** Where data is kept that outlives a process. */
export type DatabaseLocation = Exclude<StoreLocation, { readonly memory: true }>

/** What tables are called, as the command line was told. */
export interface TableNames {
  readonly schema: string | undefined
  readonly prefix: string | undefined
}

/** With nothing after the name of the host in which a part of a password could be mistaken for something else. */
const postgresUrl = /^postgres(?:ql)?:\/\/(?:[^/?#@]*@)?[^/?#@]*(?:\/[^/?#@]*)?(?:\?[^#@]*)?$/

/** Where `--store` and `--data` say that data is kept. @throws UsageError, which never names a URL: it may have a password. */
export function readStoreLocation(store: string | undefined, data: string | undefined): StoreLocation {
  if (store !== undefined && data !== undefined) throw new UsageError('--store and --data exclude each other')
  if (data === '') throw new UsageError('--data must be the path of a directory')
  if (store === undefined) return { directory: resolve(data ?? '.scimkit') }
  if (store === 'memory') return { memory: true }
  const sqlite = pathAfter('sqlite:', 'a file', store)
  if (sqlite !== undefined) return { sqlite }
  const pglite = pathAfter('pglite:', 'a directory', store)
  if (pglite !== undefined) return { pglite }
  if (!postgresUrl.test(store) || !URL.canParse(store)) {
    throw new UsageError(
      '--store must be "memory", sqlite:FILE, pglite:DIR or postgres://user:password@host/database, with special characters as %XX',
    )
  }
  return { postgres: store }
}

/** The same for commands of which memory would be gone with them. @throws UsageError */
export function readDatabaseLocation(store: string | undefined, data: string | undefined): DatabaseLocation {
  const place = readStoreLocation(store, data)
  if ('memory' in place)
    throw new UsageError('--store memory is of one process, and gone with it: name another, or --data')
  return place
}

function pathAfter(scheme: string, what: string, store: string): string | undefined {
  if (!store.startsWith(scheme)) return undefined
  const path = store.slice(scheme.length)
  if (path === '' || path === ':memory:')
    throw new UsageError(`--store ${scheme} must be followed by the path of ${what}`)
  return resolve(path)
}
