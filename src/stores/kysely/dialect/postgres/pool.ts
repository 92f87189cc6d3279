import { Kysely, PostgresDialect } from 'kysely'

/** A pool of the package `pg`, as Kysely accepts it. */
export type PostgresPool = Extract<ConstructorParameters<typeof PostgresDialect>[0]['pool'], object>

/** The Kysely of a host's pool. */
export function kyselyOfPool<DB>(pool: PostgresPool): Kysely<DB> {
  surviveLostConnections(pool)
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}

/** What Kysely's types leave out of a pool and a connection of `pg`. */
interface Emitter {
  on(name: string, listener: (subject: Emitter) => void): Emitter
  off(name: string, listener: (subject: Emitter) => void): Emitter
}

const ignore = () => {}

/**
 * Without listeners, the error of a lost connection would end the process. The statement that the connection was busy
 * with fails, and the pool opens another connection.
 */
function surviveLostConnections(pool: PostgresPool): void {
  if (!isEmitter(pool)) return
  pool.on('error', ignore)
  // The pool listens to idle connections only.
  pool.on('acquire', (connection) => connection.off('error', ignore).on('error', ignore))
}

function isEmitter(object: object): object is Emitter {
  return (
    'on' in object && typeof object.on === 'function' && 'off' in object && typeof object.off === 'function'
  )
}
