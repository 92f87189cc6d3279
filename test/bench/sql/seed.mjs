// Fills scimkit's tables within the database, which takes a minute where requests would take hours.
import { createHash } from 'node:crypto'

/** Of the group with every user, and of that with ten. */
export const bigGroup = idOf('group', 1)
export const smallGroup = idOf('group', 2)

/** @param {number} number from 1; the same user that {@link seed} makes */
export function subject(number) {
  const userName = `user.${number}@example.com`
  return { id: idOf('user', number), userName, externalId: `00u${number}` }
}

/** Ids without an order, like those of users that came one by one. */
function idOf(kind, number) {
  const digest = createHash('md5').update(`${kind} ${number}`).digest('hex')
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

const document = `jsonb_build_object(
  'name', jsonb_build_object('givenName', 'Ada', 'familyName', 'Berg'),
  'displayName', 'Ada Berg',
  'locale', 'en-US',
  'active', true,
  'emails', jsonb_build_array(
    jsonb_build_object('value', 'user.' || n || '@example.com', 'type', 'work', 'primary', true)))`

/** @param {import('pg').Pool} pool tables are there and empty */
export async function seed(pool, users) {
  // One connection, whose settings hold for all of it: the rows are known to refer to what is there.
  const client = await pool.connect()
  try {
    await client.query('set session_replication_role = replica')
    await client.query(`insert into scim_users (tenant, id, version, created, last_modified, user_name, external_id, document)
      select '', md5('user ' || n)::uuid, 1, date_trunc('milliseconds', now()), date_trunc('milliseconds', now()),
        'user.' || n || '@example.com', '00u' || n, ${document}
      from generate_series(1, ${users}) as n`)
    await client.query(`insert into scim_groups (tenant, id, version, created, last_modified, display_name, document)
      select '', md5('group ' || n)::uuid, 1, date_trunc('milliseconds', now()), date_trunc('milliseconds', now()),
        'Group ' || n, '{}'
      from generate_series(1, 2) as n`)
    await client.query(`insert into scim_members (tenant, group_id, member_id, type)
      select '', '${bigGroup}', id::text, 'User' from scim_users`)
    await client.query(`insert into scim_members (tenant, group_id, member_id, type)
      select '', '${smallGroup}', id::text, 'User' from scim_users limit 10`)
    await client.query('vacuum analyze')
    await client.query('checkpoint')
  } finally {
    client.release(true)
  }
}
