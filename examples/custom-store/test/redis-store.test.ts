import { after, test } from 'node:test'
import { storeContract } from 'scimkit/testing'
import { connect } from '../src/redis.js'
import { redisStores } from '../src/redis-store.js'
import { startRedis } from './redis-server.js'

const server = await startRedis()
const redis = connect(server.url)
after(() => redis.quit().finally(server.stop))

const stores = redisStores(redis)
// What a store does not claim is not tried, and shown as skipped.
for (const { name, run } of storeContract(() => stores))
  test(name, (t) => run().then((untried) => (untried === undefined ? undefined : t.skip(untried))))
