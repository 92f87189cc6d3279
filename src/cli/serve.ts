import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { nodeHandler } from '../adapters/node.js'
import type { Group, RequestEvent } from '../index.js'
import { bearerTokens, createScim, memoryStore } from '../index.js'
import type { ServeOptions } from './options.js'
import { UsageError } from './options.js'
import { seed } from './seed.js'

/** A request in a line, and a line for each thing that was done to it. */
function logRequest(event: RequestEvent): void {
  const { method, path, status, durationMs, operation, resourceType, trace, error } = event
  const what = [resourceType, operation].filter(Boolean).join(' ')
  const lines = trace.map(
    (one) => `  ${one.rule}${one.path === undefined ? '' : ` ${one.path}`}: ${one.message}`,
  )
  if (error !== undefined) lines.push(`  error: ${error}`)
  console.log(
    [`${method} ${path} ${status} ${durationMs.toFixed(1)}ms ${what}`.trimEnd(), ...lines].join('\n'),
  )
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/**
 * Serves until the process is told to end.
 *
 * @throws UsageError when the address can not be listened on.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { host, basePath, verbose } = options
  const token = options.token ?? randomBytes(32).toString('base64url')
  const users = memoryStore()
  await seed(users, options.seed)
  const scim = createScim({
    authenticate: bearerTokens([{ token, actor: 'api-token' }]),
    users,
    groups: memoryStore<Group>(),
    ...(verbose && { onRequest: logRequest }),
  })
  const server = createServer(nodeHandler(scim, { basePath }))
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? 'is in use; choose another with --port'
          : `can not be used (${error.code})`
      reject(new UsageError(`port ${options.port} on ${host} ${reason}`))
    })
    server.listen(options.port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : options.port)
    })
  })
  console.log(`scimkit serving SCIM at http://${inUrl(host)}:${port}${basePath}`)
  if (options.token === undefined) console.log(`API token: ${token}`)

  function stop(): void {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
    // What is still being answered has a moment to finish.
    setTimeout(() => server.closeAllConnections(), 2000).unref()
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}
