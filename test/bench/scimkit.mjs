// Everything the bench knows about scimkit's own interface, in one place.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('../..', import.meta.url))
const cliOf = (checkout) => join(checkout, 'dist/cli/main.js')

/** @throws when the package has not been built */
export function assertBuilt(checkout = here) {
  if (!existsSync(cliOf(checkout))) {
    throw new Error(
      `scimkit is not built in ${checkout}: run \`npm run build\` there first, or pass --peers-only`,
    )
  }
}

/** What node is started with to serve the memory store with so many users. */
export function serveArguments({ port, token, users, checkout = here }) {
  const [listen, seed] = [String(port), String(users)]
  return [cliOf(checkout), 'serve', '--store', 'memory', '--port', listen, '--token', token, '--seed', seed]
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
  const user = scimkit.userResourceType
  return {
    compile: (filter) => scimkit.bindFilter(user, filter).matches,
    patch: (resource, operations) => scimkit.applyPatch(user, resource, operations),
  }
}

/**
 * What the rows about whole requests call.
 *
 * @typedef {object} Requests
 * @property {() => Service} service a new one, over memory stores
 *
 * @typedef {object} Service
 * @property {(method: string, target: string, body?: string) => Promise<{ status: number, body?: string }>} ask
 *   what an adapter hands over and gets back; `target` is the path below the mount, with the query
 * @property {(user: object) => Promise<string>} createUser straight into the store, which says the id
 * @property {(group: object) => Promise<string>} createGroup with its members as they are to be stored
 */

/** @returns {Promise<Requests>} */
export async function requests() {
  const scimkit = await import('scimkit')
  const token = 'bench-token'
  const baseUrl = 'https://scim.example.com/scim/v2'
  const headers = new Map([
    ['authorization', `Bearer ${token}`],
    ['accept', 'application/scim+json'],
  ])
  const headersWithBody = new Map([...headers, ['content-type', 'application/scim+json']])

  function service() {
    const users = scimkit.memoryStore()
    const groups = scimkit.memoryStore()
    const scim = scimkit.createScim({ authenticate: scimkit.bearerTokens([{ token }]), users, groups })
    return {
      ask(method, target, body) {
        const [path, query = ''] = target.split('?')
        const sent = body === undefined ? headers : headersWithBody
        return scim.handle({
          method,
          path,
          query,
          baseUrl,
          header: (name) => sent.get(name),
          body: async () => (body === undefined ? { kind: 'none' } : { kind: 'text', text: body }),
        })
      },
      createUser: creator(users, '/Users'),
      createGroup: creator(groups, '/Groups'),
    }
  }

  /** What a service tells its stores, which is all that seeding one directly needs. */
  async function contextAt(path) {
    let seen
    const list = async (_query, context) => {
      seen = context
      return { resources: [], totalResults: 0 }
    }
    const store = { ...scimkit.memoryStore(), list }
    const authenticate = scimkit.bearerTokens([{ token }])
    const probe = scimkit.createScim({ authenticate, users: store, groups: store })
    const header = (name) => headers.get(name)
    await probe.handle({
      method: 'GET',
      path,
      query: '',
      baseUrl,
      header,
      body: async () => ({ kind: 'none' }),
    })
    return seen
  }

  function creator(store, path) {
    const context = contextAt(path)
    return async ({ id: _id, meta: _meta, ...draft }) => (await store.create(draft, await context)).id
  }

  return { service }
}
