import { sql } from 'kysely'
import type { Finding, User } from '../../../../src/index.js'
import { createScim } from '../../../../src/index.js'
import type { KyselyStoreOptions } from '../../../../src/stores/kysely/index.js'
import { kyselyStore, mapUser } from '../../../../src/stores/kysely/index.js'
import type { TestDatabase } from '../databases.js'

/** A row of the host's; tests add columns of their own. */
export interface PersonRow {
  readonly login: string
  readonly ext: string | null
}

export type PeopleOptions = Partial<KyselyStoreOptions<unknown, User>>

export const mapping = mapUser<PersonRow>()({ userName: 'login', externalId: 'ext' })

/** The statement that creates the table, with further columns. */
export function peopleTable(more = ''): string {
  return `create table people (id uuid primary key, org text not null, login text not null, ext text, created timestamptz not null, modified timestamptz not null${more === '' ? '' : `, ${more}`})`
}

export const uniqueLogin = 'create unique index on people (org, lower(login))'
export const byExternalId = 'create index on people (org, ext)'

/** Starts again with these statements. */
export async function fresh({ db }: TestDatabase, statements: readonly string[]): Promise<void> {
  for (const text of ['drop schema public cascade', 'create schema public', ...statements])
    await sql.raw(text).execute(db)
}

/** A store of the table. */
export function people({ db }: TestDatabase, options: PeopleOptions = {}) {
  return kyselyStore<unknown, User>({
    db,
    table: 'people',
    mapping,
    tenant: 'org',
    created: 'created',
    lastModified: 'modified',
    ...options,
  })
}

/** What a service over the table finds. */
export function check(database: TestDatabase, options: PeopleOptions = {}): Promise<readonly Finding[]> {
  return createScim({ authenticate: () => ({}), users: people(database, options) }).check()
}

/** The codes of what is found, with the lines of the configuration. */
export async function codesOf(found: Promise<readonly Finding[]>): Promise<readonly string[]> {
  return (await found).map(({ code, where }) => `${code} ${where}`)
}
