import { sql } from 'kysely'
import { expect } from 'vitest'
import { type Program, said, start } from '../cli/program.js'
import type { TestDatabase } from '../stores/kysely/databases.js'
import type { Addition, Load } from './load.js'

/** A process that serves SCIM over a database. */
export interface Served {
  readonly program: Program
  readonly base: string
}

export async function serveProcess({ url = '' }: TestDatabase, ...more: string[]): Promise<Served> {
  const program = start(['node_modules/.bin/tsx', 'test/stress/server.ts', url, ...more])
  const [, base = ''] = await said(program, /^listening on (http:\S+)$/m)
  return { program, base }
}

interface UserRow {
  readonly id: string
  readonly name: string
  readonly version: number | string
  /** A list, as the text of JSON. */
  readonly phones: string | null
}

/** What is in the rows, after all. */
export async function stored({ db }: TestDatabase) {
  const users = await sql<UserRow>`
    select id, user_name as name, version, document ->> 'phoneNumbers' as phones from scim_users`.execute(db)
  const groups = await sql<{ id: string; version: number | string }>`
    select id, version from scim_groups`.execute(db)
  const members = await sql<Addition>`
    select group_id as id, member_id as value from scim_members`.execute(db)
  const phones = users.rows.flatMap(({ id, phones }): readonly Addition[] =>
    JSON.parse(phones ?? '[]').map(({ value }: { value: string }) => ({ id, value })),
  )
  return { users: users.rows, groups: groups.rows, phones, members: members.rows }
}

/** Waits until every event was delivered. */
export async function drained({ db }: TestDatabase): Promise<void> {
  const waiting = async () => {
    const { rows } = await sql`select state, count(*) as number from scim_events group by state`.execute(db)
    return rows
  }
  await expect.poll(waiting, { timeout: 60_000, interval: 100 }).toEqual([])
}

/** Additions as texts, to be compared. */
export function texts(additions: readonly Addition[]): readonly string[] {
  return additions.map(({ id, value }) => `${id} ${value}`).sort()
}

/** What of the first list is not in the second. */
export function missing(wanted: readonly string[], there: readonly string[]): readonly string[] {
  const all = new Set(there)
  return wanted.filter((one) => !all.has(one))
}

export function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000))
}

/** What the handlers of events were given, as they wrote it down. */
async function deliveries({ db }: TestDatabase) {
  const { rows } = await sql<{ id: string; name: string; resource: string; written: string }>`
    select distinct id, name, resource_id as resource, written from delivered`.execute(db)
  return rows.map((row) => ({ ...row, written: JSON.parse(row.written) as readonly string[] }))
}

/**
 * Compares a database with what clients were told, once every event has been delivered: each write that was acknowledged
 * is there, and each that is there has had its event, also those that no client was told of.
 */
export async function assertNothingLost(database: TestDatabase, load: Load): Promise<void> {
  await drained(database)
  const rows = await stored(database)
  expect(missing(texts(load.phones), texts(rows.phones))).toEqual([])
  expect(missing(texts(load.members), texts(rows.members))).toEqual([])
  const created = [...load.created.values()].map(({ id }) => id)
  const users = rows.users.map(({ id }) => id)
  expect(missing(created, users)).toEqual([])

  const events = await deliveries(database)
  const of = (name: string) => events.filter((event) => event.name === name)
  expect(
    of('user.created')
      .map(({ resource }) => resource)
      .sort(),
  ).toEqual(users.sort())
  const written = (name: string) =>
    of(name).flatMap(({ resource, written }) => written.map((value) => ({ id: resource, value })))
  expect([...new Set(texts(written('user.updated')))]).toEqual(texts(rows.phones))
  expect([...new Set(texts(written('group.updated')))]).toEqual(texts(rows.members))
  // Each change counts the version of its resource up by one, and makes one event.
  const changes = [...rows.users, ...rows.groups].reduce((sum, { version }) => sum + Number(version), 0)
  expect(events.length).toBe(changes)
}
