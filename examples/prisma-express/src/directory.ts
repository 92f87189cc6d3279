import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { ScimError, type ScimOptions } from 'scimkit'
import { childTable, column, kyselyStore, mapGroup, mapUser } from 'scimkit/kysely'
import type { PrismaClient, Team, TeamMember, User } from './generated/prisma/client.js'

/** Where each SCIM attribute of a user lives. `role` has no line: who may do what is this service's own business. */
const users = mapUser<User>()({
  userName: 'email',
  'emails[type eq "work"].value': column('workEmail', { primary: true }),
  externalId: 'externalId',
  'name.givenName': 'firstName',
  'name.familyName': 'lastName',
  title: 'jobTitle',
  // Whoever is invited or on leave is active for the identity provider, and stays what they are here.
  active: column('status', {
    read: (status) => status !== 'TERMINATED',
    write: (active) => (active ? 'ACTIVE' : 'TERMINATED'),
    filter: { true: { not: 'TERMINATED' }, false: 'TERMINATED' },
  }),
  overflow: 'scim',
})

const teams = mapGroup<Team>()({
  displayName: 'name',
  externalId: 'externalId',
  members: childTable<TeamMember>('TeamMember', { key: 'teamId', columns: { value: 'userId' } }),
})

/** Ids as Prisma's `cuid()` gives them would do as well: any text that is never given twice. */
const id = { column: 'id', type: 'text', generate: () => `scim_${randomUUID()}` } as const
const times = { created: 'createdAt', lastModified: 'updatedAt' } as const

/** Users and groups for SCIM, over the service's own tables; of no company but the caller's. */
export function directory(pool: pg.Pool) {
  const table = { db: pool, id, tenant: 'company', ...times } as const
  return {
    users: kyselyStore({
      ...table,
      table: 'User',
      mapping: users,
      // Bots and the deleted are not there for the identity provider.
      where: { deletedAt: null, isBot: false },
      softDelete: { set: { deletedAt: () => new Date(), status: 'TERMINATED' }, revive: true },
    }),
    groups: kyselyStore({ ...table, table: 'Team', mapping: teams }),
  }
}

/** What this service asks of changes, whoever makes them. */
export function rules(prisma: PrismaClient): Pick<ScimOptions, 'before' | 'onConflict'> {
  /** Somebody has to be able to pay the bills. */
  async function keepAnOwner(company: string | undefined, userId: string): Promise<void> {
    const owners = await prisma.user.findMany({
      where: { company: company ?? '', role: 'OWNER', deletedAt: null, status: { not: 'TERMINATED' } },
      select: { id: true },
    })
    if (owners.length === 1 && owners[0]?.id === userId) {
      throw ScimError.forbidden('The last owner of a company can be neither deactivated nor deleted')
    }
  }
  return {
    // Whoever was invited has a row already: the user of the identity provider is that one, who keeps role and state.
    onConflict: async ({ existing: { id } }) => {
      const user = await prisma.user.findUnique({ where: { id }, select: { status: true } })
      return user?.status === 'INVITED' ? 'link' : 'reject'
    },
    before: {
      'user.update': async ({ before, after, tenant }) => {
        if (before.active && after.active === false) await keepAnOwner(tenant, before.id)
      },
      'user.delete': ({ before, tenant }) => keepAnOwner(tenant, before.id),
    },
  }
}
