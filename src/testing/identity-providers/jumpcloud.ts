import { assertKnownOptions, urns } from '../../protocol/index.js'
import { basicUser, patchOf, rememberUser } from './basic/bodies.js'
import type { BasicAccount, BasicClient, BasicContext } from './basic/client.js'
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
import { filterString, idOf } from './list-reply.js'
import type { SimulatorOptions } from './options.js'
import { simulatorOptionNames } from './options.js'
import type { ActionRun } from './result.js'

/** What a server may answer a DELETE that it does not want. (guessed) */
const refusals = [404, 405, 501]

/** Makes a test user and a test group, and deletes both; a user who cannot be deleted is deactivated. (excerpt) */
async function testByWriting(context: BasicContext, run: ActionRun): Promise<void> {
  const mark = crypto.randomUUID().slice(0, 8)
  const user = { schemas: [urns.user], userName: `jumpcloud-test-${mark}@example.com`, active: true }
  const group = { schemas: [urns.group], displayName: `jumpcloud-test-${mark}` }
  for (const [endpoint, body] of [
    ['/Users', user],
    ['/Groups', group],
  ] as const) {
    const made = await sendBasic(context, run, 'POST', endpoint, body)
    const id = takeCreated(context, run, 'credentials', endpoint, made)
    if (id === undefined) continue
    const path = `${endpoint}/${encodeURIComponent(id)}`
    const gone = await sendBasic(context, run, 'DELETE', path)
    if (gone.status === 204 || gone.status === 200) context.created.delete(path)
    else if (endpoint === '/Users' && refusals.includes(gone.status ?? 0)) {
      const off = await sendBasic(context, run, 'PUT', path, { ...body, active: false })
      succeeded(run, 'credentials', 'test', off)
    } else noteFailure(run, 'credentials', 'test', gone)
  }
}

async function writeUser(context: BasicContext, run: ActionRun, account: BasicAccount): Promise<void> {
  const reply = await sendBasic(
    context,
    run,
    'PUT',
    accountPath('/Users', account),
    basicUser(context, account),
  )
  if (succeeded(run, userSubject(account), 'update', reply)) rememberUser(context, account)
  else account.state = 'failed'
}

const client: BasicClient = {
  test: testByWriting,
  async push(context, run, account) {
    const body = basicUser(context, account)
    if ((await findOrCreate(context, run, account, body)) === 'linked') await writeUser(context, run, account)
  },
  withdraw: writeUser,
  /** A group of the same name is taken over, and one without members is not made. (excerpt) */
  async pushGroup(context, run, group) {
    const subject = groupSubject(group)
    const { displayName } = group.group
    const { added, removed } = membersToChange(context, group)
    if (group.link === undefined) {
      if (added.length === 0) return
      const filter = `displayName eq ${filterString(displayName)}`
      const hit = await findByFilter(context, run, subject, '/Groups', filter)
      if (hit === 'failed') {
        group.state = 'failed'
        return
      }
      group.link = idOf(hit)
      if (group.link === undefined) {
        const body = { schemas: [urns.group], displayName, members: [] }
        const reply = await sendBasic(context, run, 'POST', '/Groups', body)
        group.link = takeCreated(context, run, subject, '/Groups', reply)
      }
    }
    if (group.link === undefined) {
      group.state = 'failed'
      return
    }
    group.state = 'pushed'
    const operations = [
      { op: 'replace', path: 'displayName', value: displayName },
      ...(removed.length > 0
        ? [{ op: 'remove', path: 'members', value: removed.map((value) => ({ value })) }]
        : []),
      ...(added.length > 0 ? [{ op: 'add', path: 'members', value: added.map((value) => ({ value })) }] : []),
    ]
    const reply = await sendBasic(
      context,
      run,
      'PATCH',
      accountPath('/Groups', group),
      patchOf(...operations),
    )
    if (succeeded(run, subject, 'members', reply)) rememberMembers(context, group)
    else group.state = 'failed'
  },
  async deleteGroup(context, run, group) {
    const reply = await sendBasic(context, run, 'DELETE', accountPath('/Groups', group))
    if (succeeded(run, groupSubject(group), 'delete', reply)) group.state = 'deleted'
  },
}

/**
 * JumpCloud in a box: tests a connection by making a user and a group, looks up before it creates, and deactivates
 * instead of deleting. (documented in part; PUT and what follows a refused DELETE are guessed)
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const jumpCloud = simulateJumpCloud({ baseUrl, token })
 * const { problems } = await jumpCloud.testCredentials()
 */
export function simulateJumpCloud(options: SimulatorOptions): BasicSimulator {
  assertKnownOptions('simulateJumpCloud', options, simulatorOptionNames)
  return simulateBasic({
    simulator: 'simulateJumpCloud',
    provider: 'JumpCloud',
    options,
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
