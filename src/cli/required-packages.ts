import type { OptionalPackages } from './optional.js'

const why = 'what keeps data is not installed (to do without, serve --store memory)'

/** What each kind of database needs. */
export const requiredPackages = {
  sqlite: { packages: 'kysely libsql', why },
  pglite: { packages: 'kysely @electric-sql/pglite', why },
  postgres: { packages: 'kysely pg', why },
} as const satisfies Readonly<Record<string, OptionalPackages>>
