import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../../src/index.js'
import { attribute, defineExtension, urns } from '../../../src/index.js'
import { mapResource } from '../../../src/mapping/index.js'
import type { InferExtensions } from '../../../src/schema/index.js'
import { kyselyStore } from '../../../src/stores/kysely/index.js'
import { serve } from '../../http/service.js'
import { openPool, postgres } from './databases.js'

// Prisma's times have no zone and are UTC; a session in India read and wrote them five and a half hours off.

const badge = defineExtension('urn:example:params:scim:schemas:extension:badge:2.0:User', {
  until: attribute.dateTime(),
})
type Person = User & InferExtensions<readonly [typeof badge]>

interface Row {
  readonly login: string
  readonly until: Date | null
}

interface Opened {
  readonly db: Kysely<unknown>
  close(): Promise<void>
}

const zones = ['Asia/Kolkata', 'America/St_Johns', 'UTC'] as const

async function openPglite(zone: string): Promise<Opened> {
  const client = new PGlite()
  await client.exec(`set time zone '${zone}'`)
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: client }) })
  return { db, close: () => db.destroy() }
}

async function openPostgres(zone: string): Promise<Opened> {
  const database = await postgres()
  const pool = openPool({ connectionString: database.url ?? '', options: `-c timezone=${zone}`, max: 4 })
  pool.on('error', () => {})
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  return {
    db,
    async close() {
      await pool.end()
      await database.close()
    },
  }
}

const types = ['timestamp(3)', 'timestamp', 'timestamptz(3)', 'timestamptz'] as const
const cases = [
  ...zones.map((zone) => ({ database: 'PostgreSQL', zone, open: openPostgres })),
  { database: 'PGlite', zone: zones[0], open: openPglite },
]

describe.each(cases)('times in $database with the session in $zone', ({ zone, open }) => {
  let database: Opened
  beforeAll(async () => {
    database = await open(zone)
  })
  afterAll(() => database.close())

  describe.each(types)('in columns of the type %s', (type) => {
    const table = `People ${type}`
    const isZoned = type.startsWith('timestamptz')
    const stored = (text: string) => (isZoned ? `${text}Z` : text)
    let scim: ReturnType<typeof serve>
    beforeAll(async () => {
      await sql
        .raw(
          `create table "${table}" (id uuid primary key, org text not null, login text not null, "createdAt" ${type} not null, "updatedAt" ${type} not null, until ${type})`,
        )
        .execute(database.db)
      const users = kyselyStore<unknown, Person>({
        db: database.db,
        table,
        tenant: 'org',
        created: 'createdAt',
        lastModified: 'updatedAt',
        mapping: mapResource<Row, Person>()({ userName: 'login', [badge.urn]: { until: 'until' } }),
      })
      scim = serve({ users, extensions: { User: [badge] }, onWarning: () => {} } as Parameters<
        typeof serve
      >[0])
    })

    const utc = async (column: string, id: string) => {
      const { rows } = await sql<{ text: string }>`select to_char(${
        isZoned ? sql`${sql.ref(column)} at time zone 'UTC'` : sql.ref(column)
      }, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as text from ${sql.table(table)} where id = ${id}`.execute(
        database.db,
      )
      return rows[0]?.text
    }

    it('are UTC when they are written', async () => {
      const start = Date.now()
      const { id, meta } = await scim.createUser({ [badge.urn]: { until: '2031-05-06T07:08:09.123+05:45' } })
      expect(Math.abs(Date.parse(meta.lastModified) - start)).toBeLessThan(60_000)
      expect(await utc('createdAt', id)).toBe(meta.lastModified)
      expect(await utc('updatedAt', id)).toBe(meta.lastModified)
      expect(await utc('until', id)).toBe('2031-05-06T01:23:09.123Z')
      const patched = await scim.patch(`/Users/${id}`, [
        { op: 'replace', path: `${badge.urn}:until`, value: '2030-01-01T00:00:00-03:30' },
      ])
      expect(patched.body).toMatchObject({ [badge.urn]: { until: '2030-01-01T03:30:00.000Z' } })
      expect(await utc('updatedAt', id)).toBe(patched.body.meta.lastModified)
      expect(await utc('createdAt', id)).toBe(meta.lastModified)
      expect(Math.abs(Date.parse(patched.body.meta.lastModified) - start)).toBeLessThan(60_000)
    })

    it('are UTC when they are read, and compared and sorted as such', async () => {
      // Around the hour that the session's clock may skip, or have twice.
      const times = [
        '2024-03-10T02:30:00',
        '2024-03-10T03:00:00',
        '2024-11-03T01:15:00',
        '2024-11-03T02:15:00',
      ]
      for (const [index, time] of times.entries()) {
        await sql`insert into ${sql.table(table)} values (${crypto.randomUUID()}, 'acme', ${`u${index}`}, ${stored(time)}, ${stored(time)}, ${stored(time)})`.execute(
          database.db,
        )
      }
      const names = async (query: string) => {
        const { status, body } = await scim.get(`/Users?sortBy=meta.created&${query}`)
        expect(status).toBe(200)
        return body.Resources.map(({ userName }) => userName)
      }
      const filter = (text: string) => names(`filter=${encodeURIComponent(`userName sw "u" and ${text}`)}`)
      expect(await filter('meta.created gt "2000-01-01T00:00:00Z"')).toContain('u0')
      expect(await filter('meta.created lt "2024-12-01T00:00:00Z"')).toEqual(['u0', 'u1', 'u2', 'u3'])
      expect(await filter('meta.created eq "2024-03-10T02:30:00Z"')).toEqual(['u0'])
      expect(await filter('meta.created eq "2024-03-10T08:00:00+05:30"')).toEqual(['u0'])
      expect(
        await filter(
          'meta.created ge "2024-11-03T02:15:00.000000Z" and meta.created lt "2025-01-01T00:00:00Z"',
        ),
      ).toEqual(['u3'])
      expect(await filter(`${badge.urn}:until lt "2024-03-10T08:15:00+05:30"`)).toEqual(['u0'])
      expect(await filter('meta.created sw "2024-03-10T03"')).toEqual(['u1'])
      const { body } = await scim.get('/Users?filter=userName%20eq%20"u2"')
      expect(body.Resources[0]).toMatchObject({
        meta: { created: expect.stringMatching(/^2024-11-03T01:15:00(?:\.0+)?Z$/) },
        [badge.urn]: { until: expect.stringMatching(/^2024-11-03T01:15:00(?:\.0+)?Z$/) },
      })
      // Page by page, with the place of each page in its cursor.
      const seen: unknown[] = []
      const old = encodeURIComponent('meta.created lt "2025-01-01T00:00:00Z"')
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const page = await scim.get(`/Users?sortBy=meta.created&count=1&filter=${old}&cursor=${cursor}`)
        expect(page.status).toBe(200)
        seen.push(...page.body.Resources.map(({ userName }) => userName))
        cursor = page.body.nextCursor as string | undefined
      }
      expect(seen).toEqual(['u0', 'u1', 'u2', 'u3'])
    })

    it('may be infinite, and do not keep a row from being read', async () => {
      const id = crypto.randomUUID()
      await sql`insert into ${sql.table(table)} values (${id}, 'acme', 'forever', ${stored('2024-01-01T00:00:00')}, ${stored('2024-01-01T00:00:00')}, 'infinity')`.execute(
        database.db,
      )
      const { status, body } = await scim.get(`/Users/${id}`)
      expect([status, body[badge.urn]]).toEqual([200, undefined])
    })
  })
})

describe('a day without a time', () => {
  it('is its first moment in UTC', async () => {
    const database = await openPostgres('Asia/Kolkata')
    try {
      await sql
        .raw(
          'create table people (id uuid primary key, org text not null, login text not null, created timestamptz not null, modified timestamptz not null, until date)',
        )
        .execute(database.db)
      const users = kyselyStore<unknown, Person>({
        db: database.db,
        table: 'people',
        tenant: 'org',
        created: 'created',
        lastModified: 'modified',
        mapping: mapResource<Row, Person>()({ userName: 'login', [badge.urn]: { until: 'until' } }),
      })
      const scim = serve({ users, extensions: { User: [badge] }, onWarning: () => {} } as Parameters<
        typeof serve
      >[0])
      const made = await scim.createUser({
        schemas: [urns.user],
        [badge.urn]: { until: '2031-05-06T00:00:00Z' },
      })
      expect(made).toMatchObject({ [badge.urn]: { until: '2031-05-06T00:00:00.000Z' } })
    } finally {
      await database.close()
    }
  })
})
