import { enterpriseUserExtension } from 'scimkit'
import { column, deliverEvents, eventsTable, kyselyStore, mapUser, reference } from 'scimkit/kysely'
import type { Database } from './database.js'
import { type Employee, revokeSessions } from './employees.js'

/** Where each SCIM attribute lives. */
const mapping = mapUser<Employee>()({
  userName: 'login',
  externalId: 'okta_id',
  'name.givenName': 'first_name',
  'name.familyName': 'last_name',
  displayName: 'display_name',
  title: 'job_title',
  // Who is deactivated in Okta is terminated here, and keeps the row.
  active: column('status', {
    read: (status) => status !== 'TERMINATED',
    write: (active) => (active ? 'ACTIVE' : 'TERMINATED'),
    filter: { true: { not: 'TERMINATED' }, false: 'TERMINATED' },
  }),
  // The work address is the one that Okta says is primary; not every app of Okta's sends a type with it.
  'emails[primary eq true].value': 'work_email',
  [enterpriseUserExtension.urn]: {
    employeeNumber: 'employee_number',
    department: 'department',
    manager: reference('manager_id', { displayName: 'display_name' }),
  },
  overflow: 'profile',
})

const table = {
  table: 'employees',
  mapping,
  // One company: everybody in the table is its employee.
  tenant: false,
  created: 'created_at',
  lastModified: 'updated_at',
} as const

/** Users for SCIM, over the service's own employees table. */
export async function openDirectory(db: Database) {
  await eventsTable(db).migrate()
  return kyselyStore({ ...table, db, outbox: true })
}

/** Does what follows from changes by SCIM, also from those before a crash, until the signal ends it. */
export function followEvents(db: Database, signal: AbortSignal): Promise<void> {
  return deliverEvents(
    db,
    {
      'user.created': ({ after }) => console.log(`employee ${after.id}: joined`),
      // However Okta says it: by PATCH, by PUT, or by deleting a user who is active.
      'user.deactivated': async ({ before }) => {
        console.log(
          `employee ${before.id}: terminated, sessions revoked: ${await revokeSessions(db, before.id)}`,
        )
      },
      'user.reactivated': ({ after }) => console.log(`employee ${after.id}: is back`),
      'user.deleted': ({ before }) => console.log(`employee ${before.id}: deleted`),
    },
    { signal, pollInterval: 250, timeout: 4000, lease: 5000 },
  )
}
