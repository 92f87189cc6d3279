import type { OptionNames } from '../../protocol/index.js'
import { assertKnownOptions, urns } from '../../protocol/index.js'
import { basicUser, patchOf, rememberUser } from './basic/bodies.js'
import type { BasicAccount, BasicClient, BasicContext, BasicGroup } from './basic/client.js'
import {
  accountPath,
  linkedMembers,
  noteFailure,
  rememberMembers,
  sendBasic,
  succeeded,
  takeCreated,
} from './basic/client.js'
import { basicMapping } from './basic/mapping.js'
import type { BasicSimulator } from './basic/simulate.js'
import { simulateBasic } from './basic/simulate.js'
import type { Reply } from './client.js'
import { groupSubject, userSubject } from './directory.js'
import { readListReply } from './list-reply.js'
import type { SimulatorOptions } from './options.js'
import { simulatorOptionNames } from './options.js'
import type { ActionRun } from './result.js'

/** Options of {@link simulateKeycloak}. */
export interface SimulateKeycloakOptions extends SimulatorOptions {
  /** How what exists is written. Default: `put`. */
  readonly updates?: 'put' | 'patch'
}

const optionNames = { ...simulatorOptionNames, updates: true } satisfies OptionNames<SimulateKeycloakOptions>

/** Of the reply to a create, without which the extension fails. (code) */
const needed = ['id', 'userName', 'displayName', 'active']

/** Attempts where no reply comes at all. (code) */
const attempts = 10

/** Five seconds for a connection, a request and a socket. (code) */
const timeoutMs = 5000

async function sendPatiently(
  context: BasicContext,
  run: ActionRun,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply> {
  for (let attempt = 1; ; attempt++) {
    const reply = await sendBasic(context, run, method, path, body)
    if (reply.status !== undefined || attempt === attempts) return reply
    const wait = 500 * 2 ** (attempt - 1)
    run.waits.push(wait)
    await context.clock.wait(wait)
  }
}

/**
 * Keycloak with the mitodl/keycloak-scim extension in a box: creates without looking, writes with PUT or PATCH, deletes,
 * and gives up after five seconds. (client source)
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const keycloak = simulateKeycloak({ baseUrl, token, updates: 'patch' })
 * await keycloak.assign({ userName: 'ada', email: 'ada@example.com' })
 */
export function simulateKeycloak(options: SimulateKeycloakOptions): BasicSimulator {
  assertKnownOptions('simulateKeycloak', options, optionNames)
  const { updates = 'put' } = options
  if (updates !== 'put' && updates !== 'patch') {
    throw new TypeError('simulateKeycloak: updates must be "put" or "patch"')
  }

  async function create(context: BasicContext, run: ActionRun, account: BasicAccount): Promise<void> {
    const subject = userSubject(account)
    const reply = await sendPatiently(context, run, 'POST', '/Users', basicUser(context, account))
    account.link = takeCreated(context, run, subject, '/Users', reply)
    const missing = needed.filter((name) => reply.body?.[name] === undefined)
    if (account.link === undefined || missing.length > 0) {
      if (account.link !== undefined)
        noteFailure(run, subject, 'create', reply, `the reply lacks ${missing.join(', ')}`)
      account.state = 'failed'
      return
    }
    rememberUser(context, account)
  }

  async function update(context: BasicContext, run: ActionRun, account: BasicAccount): Promise<void> {
    const { schemas, ...value } = basicUser(context, account)
    const path = accountPath('/Users', account)
    const reply =
      updates === 'put'
        ? await sendPatiently(context, run, 'PUT', path, { schemas, ...value, id: account.link })
        : await sendPatiently(context, run, 'PATCH', path, patchOf({ op: 'replace', value }))
    if (succeeded(run, userSubject(account), 'update', reply)) rememberUser(context, account)
    else account.state = 'failed'
  }

  async function pushGroup(context: BasicContext, run: ActionRun, group: BasicGroup): Promise<void> {
    const subject = groupSubject(group)
    const { displayName } = group.group
    const members = linkedMembers(context, group).map(({ link }) => ({ value: link }))
    const whole = { schemas: [urns.group], displayName, members }
    if (group.link === undefined) {
      const reply = await sendPatiently(context, run, 'POST', '/Groups', whole)
      group.link = takeCreated(context, run, subject, '/Groups', reply)
      if (group.link === undefined) {
        group.state = 'failed'
        return
      }
    } else {
      // A group that has become empty is patched with a removal of all.
      const operation =
        members.length === 0
          ? { op: 'remove', path: 'members' }
          : { op: 'replace', path: 'members', value: members }
      const path = accountPath('/Groups', group)
      const reply =
        updates === 'put'
          ? await sendPatiently(context, run, 'PUT', path, { ...whole, id: group.link })
          : await sendPatiently(
              context,
              run,
              'PATCH',
              path,
              patchOf({ op: 'replace', value: { displayName } }, operation),
            )
      if (!succeeded(run, subject, 'update', reply)) {
        group.state = 'failed'
        return
      }
    }
    group.state = 'pushed'
    rememberMembers(context, group)
  }

  const client: BasicClient = {
    // It has no test of its own.
    test: async () => undefined,
    push: (context, run, account) =>
      account.link === undefined || account.state === 'deleted'
        ? create(context, run, account)
        : update(context, run, account),
    async withdraw(context, run, account) {
      const reply = await sendPatiently(context, run, 'DELETE', accountPath('/Users', account))
      account.state = succeeded(run, userSubject(account), 'delete', reply) ? 'deleted' : 'failed'
    },
    pushGroup,
    async deleteGroup(context, run, group) {
      const reply = await sendPatiently(context, run, 'DELETE', accountPath('/Groups', group))
      if (succeeded(run, groupSubject(group), 'delete', reply)) group.state = 'deleted'
    },
    /** One list, without paging: what is not in it does not exist for Keycloak. */
    async readUsers(context, run) {
      const reply = await sendPatiently(context, run, 'GET', '/Users')
      const list = reply.status === 200 ? readListReply(reply.body) : undefined
      if (!list) {
        noteFailure(run, 'import of /Users', 'import', reply)
        return undefined
      }
      const { resources, totalResults = resources.length } = list
      if (resources.length < totalResults) {
        const reason = `${resources.length} of ${totalResults} users are in the only list that is read`
        noteFailure(run, 'import of /Users', 'import', reply, reason)
      }
      return resources
    },
  }
  return simulateBasic({
    simulator: 'simulateKeycloak',
    provider: 'Keycloak',
    options: { timeoutMs, ...options },
    headers: {
      authorization: `Bearer ${options.token}`,
      accept: 'application/scim+json',
      contentType: 'application/scim+json',
      userAgent: undefined,
    },
    mapping: basicMapping,
    client,
  })
}
