// Fills scimkit's tables in a file, in one transaction.

import { bigGroup, smallGroup, subject } from './seed.mjs'
import { openSqlite } from './sqlite.mjs'

/** @param {string} file tables are there and empty */
export function seedSqlite(file, users) {
  const database = openSqlite(file)
  const now = new Date().toISOString()
  database.exec('begin immediate')
  const user = database.prepare(
    "insert into scim_users (tenant, id, version, created, last_modified, user_name, user_name_key, external_id, document) values ('', ?, 1, ?, ?, ?, ?, ?, ?)",
  )
  const group = database.prepare(
    "insert into scim_groups (tenant, id, version, created, last_modified, display_name, display_name_key, document) values ('', ?, 1, ?, ?, ?, lower(?), '{}')",
  )
  const member = database.prepare(
    "insert into scim_members (tenant, group_id, member_id, type) values ('', ?, ?, 'User')",
  )
  for (const [index, id] of [bigGroup, smallGroup].entries())
    group.run([id, now, now, `Group ${index + 1}`, `Group ${index + 1}`])
  for (let number = 1; number <= users; number++) {
    const { id, userName, externalId } = subject(number)
    const document = JSON.stringify({
      name: { givenName: 'Ada', familyName: 'Berg' },
      displayName: 'Ada Berg',
      locale: 'en-US',
      active: true,
      emails: [{ value: userName, type: 'work', primary: true }],
    })
    user.run([id, now, now, userName, userName, externalId, document])
    member.run([bigGroup, id])
    if (number <= 10) member.run([smallGroup, id])
  }
  database.exec('commit')
  database.exec('analyze')
  database.close()
}
