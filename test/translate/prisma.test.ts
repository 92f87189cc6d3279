import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PrismaClient } from '../../examples/prisma-express/src/generated/prisma/client.js'
import { toPrisma } from '../../src/translate/index.js'
import { postgres, type TestDatabase } from '../stores/kysely/databases.js'
import { bind, filters, matching, type Person, people } from './people.js'

const migration = join(import.meta.dirname, '../../examples/prisma-express/prisma/migration.sql')

let database: TestDatabase
let pool: pg.Pool
let prisma: PrismaClient
beforeAll(async () => {
  database = await postgres()
  if (!database.pool) throw new Error('PostgreSQL has a pool')
  pool = database.pool
  await pool.query(readFileSync(migration, 'utf8'))
  // Two people of the test may have one name.
  await pool.query('drop index "User_company_email_key"; drop index "Invitation_company_email_key"')
  prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
})
afterAll(() => database.close())

/** Those attributes that the tables of the example have a place for: others are left out of what is stored. */
const fields = {
  id: 'id',
  userName: 'email',
  nickName: 'firstName',
  code: 'externalId',
  enabled: { field: 'isBot', nullable: false },
  joined: 'deletedAt',
  'name.givenName': 'lastName',
  'name.familyName': 'jobTitle',
  emails: {
    relation: 'invitations',
    fields: { value: { field: 'email', nullable: false }, primary: 'acceptedAt' },
  },
} as const

async function store(all: readonly Person[]): Promise<void> {
  await pool.query('truncate "User", "Invitation" cascade')
  for (const one of all) {
    await prisma.user.create({
      data: {
        ...{ id: one.id, company: 'acme', email: one.userName, isBot: one.enabled ?? false },
        ...{ firstName: one.nickName ?? null, externalId: one.code ?? null },
        ...{ lastName: one.name?.givenName ?? null, jobTitle: one.name?.familyName ?? null },
        deletedAt: one.joined === undefined ? null : new Date(one.joined),
        invitations: {
          create: (one.emails ?? []).map(({ value = '' }) => ({ company: 'acme', email: value })),
        },
      },
    })
  }
}

/** What is left of a person in these tables. */
function kept(one: Person): Person {
  const { level: _level, score: _score, tags: _tags, emails = [], enabled = false, ...rest } = one
  return { ...rest, enabled, emails: emails.map(({ value = '' }) => ({ value })) }
}

const foreign = /level|score|tags|type|primary/

it('toPrisma finds what the predicate does', { timeout: 60_000 }, async () => {
  const known = filters(false).filter((text) => !foreign.test(text))
  await fc.assert(
    fc.asyncProperty(people, fc.array(known, { minLength: 12, maxLength: 12 }), async (everyone, texts) => {
      const all = everyone.map(kept)
      await store(all)
      for (const text of texts) {
        const filter = bind(text)
        const found = await prisma.user.findMany({
          where: toPrisma(filter, { fields }),
          orderBy: { createdAt: 'asc' },
        })
        const ids = found.map(({ id }) => id).sort((a, b) => Number(a) - Number(b))
        expect(ids, text).toEqual(matching(filter, all))
      }
    }),
    { numRuns: 20 },
  )
})
