import { createServer } from 'node:http'
import { bearerTokens, createScim } from 'scimkit'
import { nodeHandler } from 'scimkit/node'
import { connect } from './redis.js'
import { redisStores } from './redis-store.js'

function fail(reason: string): never {
  console.error(reason)
  process.exit(1)
}

const { SCIM_TOKEN: token, PORT: port = '3000', REDIS_URL: url = 'redis://127.0.0.1:6379' } = process.env
if (!token)
  fail(
    'SCIM_TOKEN is not set. It is the secret that clients send: SCIM_TOKEN=$(openssl rand -hex 32) npm start',
  )

const redis = connect(url)
// The URL may hold a password, so it is not said.
await redis.ping().catch(() => fail('Redis cannot be reached: is it running, and is REDIS_URL right?'))

const scim = createScim({
  authenticate: bearerTokens([{ token, tenant: 'acme', actor: 'identity-provider' }]),
  ...redisStores(redis),
  on: {
    'user.created': ({ after }) => console.log(`user ${after.id}: joined`),
    'user.deactivated': ({ before }) => console.log(`user ${before.id}: deactivated`),
    'user.deleted': ({ before }) => console.log(`user ${before.id}: deleted`),
  },
})

const server = createServer(nodeHandler(scim, { basePath: '/scim/v2' }))
server.on('error', (error) => fail(`port ${port} cannot be listened on: ${error.message}`))
server.listen(Number(port), () => console.log(`SCIM at http://localhost:${port}/scim/v2`))

/** Answers what has been asked, and closes the connection. */
function stop(): void {
  server.close(async () => {
    await redis.quit().catch(() => undefined)
    process.exit(0)
  })
  server.closeIdleConnections()
  setTimeout(() => server.closeAllConnections(), 2000).unref()
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
