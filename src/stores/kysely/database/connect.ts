import type { Kysely } from 'kysely'
import { Kysely as KyselyInstance, PostgresDialect } from 'kysely'
import type { Database } from './execute.js'

/** A pool of the package `pg`, as Kysely takes it. */
export type PostgresPool = Extract<ConstructorParameters<typeof PostgresDialect>[0]['pool'], object>

/** One for each Kysely and each pool, so that stores over one database share its transactions. */
const known = new WeakMap<object, Database>()

/** The database of a host's Kysely or pool. */
export function databaseOf<DB>(given: Kysely<DB> | PostgresPool): Database {
  const had = known.get(given)
  if (had) return had
  const db =
    'executeQuery' in given
      ? given
      : new KyselyInstance<DB>({ dialect: new PostgresDialect({ pool: outliving(given) }) })
  // The statements here name tables and columns themselves, so neither types nor plugins of the host have a part.
  const made = db.withoutPlugins() as unknown as Database
  known.set(given, made)
  return made
}

/** What a pool and a connection of `pg` are besides what Kysely says of them. */
interface Emitter {
  on(name: string, listener: (about: Emitter) => void): Emitter
  off(name: string, listener: (about: Emitter) => void): Emitter
}

const ignore = () => {}

/**
 * A pool whose connections may die: without listeners, each of them would end the process. The statement that a
 * connection was busy with tells of it, and the pool opens another one.
 */
function outliving(pool: PostgresPool): PostgresPool {
  if (isEmitter(pool)) {
    pool.on('error', ignore)
    // The pool listens to connections that are idle, nobody to those in use.
    pool.on('acquire', (connection) => connection.off('error', ignore).on('error', ignore))
  }
  return pool
}

function isEmitter(one: object): one is Emitter {
  return 'on' in one && typeof one.on === 'function' && 'off' in one && typeof one.off === 'function'
}
