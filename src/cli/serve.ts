import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import { nodeHandler } from '../adapters/node.js'
import { createConnections } from '../connections/index.js'
import { bearerTokens, createScim } from '../index.js'
import type { RequestLog } from '../portal/index.js'
import { createRequestLog } from '../portal/index.js'
import type { Data } from './data.js'
import { printing } from './log-request.js'
import { openData } from './open.js'
import { isLoopback, localPortal } from './portal.js'
import { someUsers } from './seed.js'
import type { ServeOptions } from './serve-options.js'
import { UsageError } from './usage-error.js'

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** @throws UsageError when the address cannot be listened on. */
function listen(server: Server, { port, host }: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? 'is in use; choose another with --port'
          : `cannot be used (${error.code})`
      reject(new UsageError(`port ${port} on ${host} ${reason}`))
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

/**
 * Serves until the process is told to end.
 *
 * @throws UsageError when the data cannot be opened or the address not be listened on.
 */
export async function serve(options: ServeOptions): Promise<void> {
  let stop: () => void = () => process.exit(0)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop())
  const data = await openData(options.place, options.names)
  try {
    await data.load(someUsers(options.seed))
    const served = await serveData(data, options)
    stop = () => end(served, data)
  } catch (error) {
    await data.close()
    throw error
  }
}

/** What is running. */
interface Served {
  readonly server: Server
  readonly log: RequestLog
}

async function serveData(data: Data, options: ServeOptions): Promise<Served> {
  const { host, basePath, verbose, personalData } = options
  const token = options.token ?? randomBytes(32).toString('base64url')
  const byToken = bearerTokens([{ token, actor: 'api-token' }])
  const connections = createConnections({ store: data.connections })
  const log = createRequestLog({ store: data.log, secret: data.logSecret() })
  const scim = createScim({
    authenticate: async (request) => (await byToken(request)) ?? connections.authenticate(request),
    users: data.users,
    groups: data.groups,
    log: verbose ? printing(log, { basePath, personalData }) : log,
  })
  const portal = isLoopback(host) ? localPortal({ scim, connections, log, basePath }) : undefined
  const handler = nodeHandler(scim, { basePath })
  const server = createServer(portal ? portal.listener(handler) : handler)
  const port = await listen(server, options)
  console.log(`scimkit serving SCIM at http://${inUrl(host)}:${port}${basePath}`)
  if (options.token === undefined) console.log(`API token: ${token}`)
  if (portal) console.log(`Portal, opened once: http://${inUrl(host)}:${port}${portal.newLink()}`)
  console.log(`Data: ${data.where}`)
  return { server, log }
}

function end({ server, log }: Served, data: Data): void {
  server.close(async () => {
    await log.flush()
    await data.close()
    process.exit(0)
  })
  server.closeIdleConnections()
  // What is still being answered has a moment to finish.
  setTimeout(() => server.closeAllConnections(), 2000).unref()
}
