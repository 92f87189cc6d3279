import type { OptionNames } from '../../protocol/index.js'
import { assertKnownOptions, urns } from '../../protocol/index.js'
import { basicUser, rememberUser } from './basic/bodies.js'
import type { BasicAccount, BasicClient, BasicContext } from './basic/client.js'
import { accountPath, noteFailure, sendBasic, succeeded } from './basic/client.js'
import { findOrCreate } from './basic/find-or-create.js'
import { basicMapping } from './basic/mapping.js'
import type { BasicSimulator } from './basic/simulate.js'
import { simulateBasic } from './basic/simulate.js'
import { userSubject } from './directory.js'
import { readListReply } from './list-reply.js'
import type { SimulatorOptions } from './options.js'
import { simulatorOptionNames } from './options.js'
import { readAllPages } from './pages.js'
import type { ActionRun } from './result.js'

/** Options of {@link simulateGoogle}. */
export interface SimulateGoogleOptions extends SimulatorOptions {
  /** What becomes of users who lose the app: they are suspended, or deleted. Default: `suspend`. */
  readonly onRemoval?: 'suspend' | 'delete'
}

const optionNames = { ...simulatorOptionNames, onRemoval: true } satisfies OptionNames<SimulateGoogleOptions>

/** Both are named. (captured) */
const schemas = ['urn:scim:schemas:core:1.0', urns.user]

async function writeUser(context: BasicContext, run: ActionRun, account: BasicAccount): Promise<void> {
  const body = basicUser(context, account, { schemas })
  const reply = await sendBasic(context, run, 'PUT', accountPath('/Users', account), body)
  if (succeeded(run, userSubject(account), 'update', reply)) rememberUser(context, account)
  else account.state = 'failed'
}

/**
 * Google Workspace's auto-provisioning in a box: probes and reads `/Users`, creates with two schema URNs, and honours a
 * user who is suspended from the start. Groups only choose who is provisioned and are not pushed. (the probe and the
 * create are captured; lookups and updates are guessed)
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const google = simulateGoogle({ baseUrl, token })
 * const { accounts } = await google.importUsers()
 */
export function simulateGoogle(options: SimulateGoogleOptions): BasicSimulator {
  assertKnownOptions('simulateGoogle', options, optionNames)
  const { onRemoval = 'suspend' } = options
  if (onRemoval !== 'suspend' && onRemoval !== 'delete') {
    throw new TypeError('simulateGoogle: onRemoval must be "suspend" or "delete"')
  }
  const client: BasicClient = {
    async test(context, run) {
      const reply = await sendBasic(context, run, 'GET', '/Users')
      if (!succeeded(run, 'credentials', 'test', reply)) return
      const list = readListReply(reply.body)
      if (!list) noteFailure(run, 'credentials', 'test', reply, 'the reply is no ListResponse')
      for (const flaw of list?.flaws ?? []) noteFailure(run, 'credentials', 'test', reply, flaw)
    },
    // A user who is suspended already is created with active false.
    async push(context, run, account) {
      const body = basicUser(context, account, { schemas })
      if ((await findOrCreate(context, run, account, body)) === 'linked')
        await writeUser(context, run, account)
    },
    async withdraw(context, run, account) {
      if (onRemoval === 'suspend') {
        await writeUser(context, run, account)
        return
      }
      const reply = await sendBasic(context, run, 'DELETE', accountPath('/Users', account))
      account.state = succeeded(run, userSubject(account), 'delete', reply) ? 'deleted' : 'failed'
    },
    readUsers: (context, run) => readAllPages(run, '/Users', (path) => sendBasic(context, run, 'GET', path)),
  }
  return simulateBasic({
    simulator: 'simulateGoogle',
    provider: 'Google',
    options,
    headers: {
      authorization: `Bearer ${options.token}`,
      accept: 'application/json',
      contentType: 'application/json',
      userAgent: 'Google-Auto-Provisioning',
    },
    mapping: basicMapping,
    client,
  })
}
