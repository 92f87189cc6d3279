// Everything the bench knows about scimkit's own interface, in one place.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** @throws when the package has not been built */
export function assertBuilt() {
  if (!existsSync(cli)) {
    throw new Error('scimkit is not built: run `npm run build` first, or pass --peers-only')
  }
}

/** What node is started with to serve the memory store with so many users. */
export function serveArguments({ port, token, users }) {
  return [cli, 'serve', '--port', String(port), '--token', token, '--seed', String(users)]
}

/** The README's example, as a bundler sees it. */
export const program = `
export { attribute, bearerTokens, createScim, defineExtension, memoryStore } from 'scimkit'
export { expressHandler } from 'scimkit/express'
`

/**
 * What the in-process rows call.
 *
 * @typedef {object} InProcess
 * @property {(filter: string) => (user: object) => boolean} compile parses, binds to the User schema and compiles
 * @property {(user: object, operations: object[]) => object} patch leaves the user as it is
 */

/** @returns {Promise<InProcess>} */
export async function inProcess() {
  const scimkit = await import('scimkit')
  const user = scimkit.compileResourceType(scimkit.userResourceType)
  return {
    compile: (filter) => scimkit.readFilter(user, filter).matches,
    patch: (resource, operations) => scimkit.applyPatch(user, resource, operations),
  }
}
