import type { OptionNames } from '../../protocol/index.js'
import { assertKnownOptions, urns } from '../../protocol/index.js'
import { basicUser, patchOf, rememberUser } from './basic/bodies.js'
import type { BasicAccount, BasicClient, BasicContext, BasicGroup } from './basic/client.js'
import {
  accountPath,
  findByFilter,
  membersToChange,
  noteFailure,
  rememberMembers,
  sendBasic,
  succeeded,
  takeCreated,
} from './basic/client.js'
import { findOrCreate } from './basic/find-or-create.js'
import { basicMapping } from './basic/mapping.js'
import type { BasicSimulator } from './basic/simulate.js'
import { simulateBasic } from './basic/simulate.js'
import { groupSubject, userSubject } from './directory.js'
import { filterString, idOf, readListReply } from './list-reply.js'
import type { SimulatorOptions } from './options.js'
import { simulatorOptionNames } from './options.js'
import type { ActionRun } from './result.js'

/** Options of {@link simulateOneLogin}. */
export interface SimulateOneLoginOptions extends SimulatorOptions {
  /** What the administrator has chosen for users who are removed. Default: `suspend`. */
  readonly onRemoval?: 'delete' | 'suspend' | 'nothing'
  /** What the administrator's JSON template names as schemas. Default: the URN of SCIM 1.0 alone, as often seen. */
  readonly schemas?: readonly string[]
}

const optionNames = {
  ...simulatorOptionNames,
  onRemoval: true,
  schemas: true,
} satisfies OptionNames<SimulateOneLoginOptions>

const removals = ['delete', 'suspend', 'nothing']

/**
 * OneLogin in a box: looks each user up, creates or overwrites, and deletes or suspends by choice. What is sent is an
 * administrator's template. (documented in part; PUT and its shape are guessed)
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const oneLogin = simulateOneLogin({ baseUrl, token, onRemoval: 'delete' })
 * await oneLogin.assign({ userName: 'ada@example.com', email: 'ada@example.com' })
 */
export function simulateOneLogin(options: SimulateOneLoginOptions): BasicSimulator {
  assertKnownOptions('simulateOneLogin', options, optionNames)
  const { onRemoval = 'suspend', schemas = ['urn:scim:schemas:core:1.0'] } = options
  if (!removals.includes(onRemoval)) {
    throw new TypeError('simulateOneLogin: onRemoval must be "delete", "suspend" or "nothing"')
  }

  async function write(context: BasicContext, run: ActionRun, account: BasicAccount): Promise<void> {
    const body = basicUser(context, account, { schemas })
    const reply = await sendBasic(context, run, 'PUT', accountPath('/Users', account), body)
    if (succeeded(run, userSubject(account), 'update', reply)) rememberUser(context, account)
    else account.state = 'failed'
  }

  const client: BasicClient = {
    async test(context, run) {
      const filter = `userName eq ${filterString(`nobody-${crypto.randomUUID()}@example.com`)}`
      const hit = await findByFilter(context, run, 'credentials', '/Users', filter)
      if (hit && hit !== 'failed') {
        const reply = {
          status: 200,
          body: hit,
          isEmpty: false,
          retryAfter: undefined,
          failure: undefined,
          detail: undefined,
        }
        noteFailure(run, 'credentials', 'test', reply, 'a filter for nobody must find nobody')
      }
    },
    async push(context, run, account) {
      const body = basicUser(context, account, { schemas })
      if ((await findOrCreate(context, run, account, body)) === 'linked') await write(context, run, account)
    },
    async withdraw(context, run, account) {
      if (onRemoval === 'nothing') {
        account.state = 'left'
        return
      }
      if (onRemoval === 'suspend') {
        await write(context, run, account)
        return
      }
      const reply = await sendBasic(context, run, 'DELETE', accountPath('/Users', account))
      account.state = succeeded(run, userSubject(account), 'delete', reply) ? 'deleted' : 'failed'
    },
    pushGroup: pushListedGroup,
  }
  return simulateBasic({
    simulator: 'simulateOneLogin',
    provider: 'OneLogin',
    options,
    headers: {
      authorization: `Bearer ${options.token}`,
      accept: 'application/json',
      contentType: 'application/json',
      userAgent: undefined,
    },
    mapping: basicMapping,
    client,
  })
}

/** Reads the list of groups, creates the group where it is not in it, and patches its members. (documented) */
async function pushListedGroup(context: BasicContext, run: ActionRun, group: BasicGroup): Promise<void> {
  const subject = groupSubject(group)
  const { displayName } = group.group
  if (group.link === undefined) {
    const reply = await sendBasic(context, run, 'GET', '/Groups')
    if (!succeeded(run, subject, 'lookup', reply)) return
    const hit = readListReply(reply.body)?.resources.find((one) => one.displayName === displayName)
    group.link = idOf(hit)
  }
  if (group.link === undefined) {
    const body = { schemas: [urns.group], displayName }
    const reply = await sendBasic(context, run, 'POST', '/Groups', body)
    group.link = takeCreated(context, run, subject, '/Groups', reply)
  }
  if (group.link === undefined) {
    group.state = 'failed'
    return
  }
  group.state = 'pushed'
  const { added, removed } = membersToChange(context, group)
  const operations = [
    ...removed.map((id) => ({ op: 'remove', path: `members[value eq ${filterString(id)}]` })),
    ...(added.length > 0 ? [{ op: 'add', path: 'members', value: added.map((value) => ({ value })) }] : []),
  ]
  if (operations.length === 0) return
  const reply = await sendBasic(context, run, 'PATCH', accountPath('/Groups', group), patchOf(...operations))
  if (succeeded(run, subject, 'members', reply)) rememberMembers(context, group)
  else group.state = 'failed'
}
