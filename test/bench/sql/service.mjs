// Everything this part knows about scimkit's own interface.
import { bearerTokens, createScim } from 'scimkit'
import { scimTables } from 'scimkit/kysely'

/** @param {import('pg').Pool} pool */
export async function migrate(pool) {
  await scimTables(pool).migrate()
}

/**
 * @param {import('pg').Pool} pool
 * @param {{ token: string, secret: string }} secrets `secret` seals cursors
 * @param {number} [startAt] where the first page by cursor begins, for a cursor far from the start
 */
export function service(pool, { token, secret }, startAt = 1) {
  const { users, groups } = scimTables(pool)
  const list = (query, context) => users.list({ ...query, startIndex: startAt }, context)
  return createScim({
    authenticate: bearerTokens([{ token }]),
    users: startAt === 1 ? users : { ...users, list },
    groups,
    cursors: { secret },
  })
}
