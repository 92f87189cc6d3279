import { after, test } from 'node:test'
import type { Group, User } from 'scimkit'
import { storeContract } from 'scimkit/testing'
import { fiveMethods } from '../src/five-methods.js'
import { connect } from '../src/redis.js'
import { startRedis } from './redis-server.js'

const server = await startRedis()
const redis = connect(server.url)
after(() => redis.quit().finally(server.stop))

const stores = {
  users: fiveMethods<User>(redis, 'userName'),
  groups: fiveMethods<Group>(redis, 'displayName'),
}
// What a store does not claim is not tried, and shown as skipped.
for (const { name, run } of storeContract(() => stores))
  test(name, (t) => run().then((untried) => (untried === undefined ? undefined : t.skip(untried))))
