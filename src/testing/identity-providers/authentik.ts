import type { UnknownObject } from '../../protocol/index.js'
import { assertKnownOptions, getMember, isEqual, isObject, urns } from '../../protocol/index.js'
import { basicUser, patchOf, rememberUser } from './basic/bodies.js'
import type { BasicAccount, BasicClient, BasicContext, BasicGroup } from './basic/client.js'
import {
  accountPath,
  findByFilter,
  linkedMembers,
  rememberMembers,
  sendBasic,
  succeeded,
  takeCreated,
} from './basic/client.js'
import { basicMapping } from './basic/mapping.js'
import type { BasicSimulator } from './basic/simulate.js'
import { simulateBasic } from './basic/simulate.js'
import { groupSubject, userSubject } from './directory.js'
import { filterString, idOf } from './list-reply.js'
import type { SimulatorOptions } from './options.js'
import { simulatorOptionNames } from './options.js'
import type { ActionRun } from './result.js'

/** What authentik reads of the server's configuration. */
interface Features {
  readonly patch: boolean
  readonly filter: boolean
  /** Operations in one request. */
  readonly maxOperations: number
}

/** Everything is unsupported where the configuration cannot be read. (code) */
const nothing: Features = { patch: false, filter: false, maxOperations: 0 }

/**
 * authentik in a box: reads the server's configuration first, writes users with PUT, links after a 409, and deletes.
 * (client source; what follows a 404 of a DELETE is inferred)
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const authentik = simulateAuthentik({ baseUrl, token })
 * await authentik.assign({ userName: 'ada', email: 'ada@example.com' })
 */
export function simulateAuthentik(options: SimulatorOptions): BasicSimulator {
  assertKnownOptions('simulateAuthentik', options, simulatorOptionNames)
  let known: Features | undefined

  async function features(context: BasicContext, run: ActionRun): Promise<Features> {
    if (known) return known
    const reply = await sendBasic(context, run, 'GET', '/ServiceProviderConfig')
    known = succeeded(run, 'server', 'configuration', reply) ? readFeatures(reply.body) : nothing
    return known
  }

  /** The body of the last write of each user; the same again is not sent. */
  const written = new Map<string, UnknownObject>()

  function bodyOf(context: BasicContext, account: BasicAccount): UnknownObject {
    return basicUser(context, account, { externalId: account.user.id })
  }

  async function create(context: BasicContext, run: ActionRun, account: BasicAccount): Promise<void> {
    const subject = userSubject(account)
    const body = bodyOf(context, account)
    const reply = await sendBasic(context, run, 'POST', '/Users', body)
    if (reply.status === 409) {
      // The value has no quotes. (issue 25056)
      const filter = `userName eq ${account.user.profile.userName}`
      const hit = await findByFilter(context, run, subject, '/Users', filter)
      account.link = hit === 'failed' ? undefined : idOf(hit)
      if (account.link === undefined) {
        succeeded(run, subject, 'create', reply)
        account.state = 'failed'
        return
      }
      await update(context, run, account)
      return
    }
    account.link = takeCreated(context, run, subject, '/Users', reply)
    if (account.link === undefined) {
      account.state = 'failed'
      return
    }
    written.set(account.user.id, body)
    rememberUser(context, account)
  }

  async function update(context: BasicContext, run: ActionRun, account: BasicAccount): Promise<void> {
    const body = bodyOf(context, account)
    if (isEqual(written.get(account.user.id), body)) return
    const reply = await sendBasic(context, run, 'PUT', accountPath('/Users', account), {
      ...body,
      id: account.link,
    })
    if (reply.status === 404) {
      account.link = undefined
      await create(context, run, account)
      return
    }
    if (!succeeded(run, userSubject(account), 'update', reply)) {
      account.state = 'failed'
      return
    }
    written.set(account.user.id, body)
    rememberUser(context, account)
  }

  const client: BasicClient = {
    async test(context, run) {
      known = undefined
      await features(context, run)
    },
    async push(context, run, account) {
      await features(context, run)
      if (account.link === undefined || account.state === 'deleted') await create(context, run, account)
      else await update(context, run, account)
    },
    async withdraw(context, run, account) {
      const reply = await sendBasic(context, run, 'DELETE', accountPath('/Users', account))
      const isGone = reply.status === 404 || succeeded(run, userSubject(account), 'delete', reply)
      account.state = isGone ? 'deleted' : 'failed'
      written.delete(account.user.id)
    },
    async pushGroup(context, run, group) {
      await pushGroup(context, run, group, await features(context, run))
    },
    async deleteGroup(context, run, group) {
      const reply = await sendBasic(context, run, 'DELETE', accountPath('/Groups', group))
      if (succeeded(run, groupSubject(group), 'delete', reply)) group.state = 'deleted'
    },
  }
  return simulateBasic({
    simulator: 'simulateAuthentik',
    provider: 'authentik',
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

function readFeatures(config: UnknownObject | undefined): Features {
  const feature = (name: string) => {
    const value = config && getMember(config, name)
    return isObject(value) ? value : {}
  }
  const { maxOperations } = feature('bulk')
  // Without maxOperations nothing of the configuration is believed. (issue 25056)
  if (typeof maxOperations !== 'number') return nothing
  return {
    patch: feature('patch').supported === true,
    filter: feature('filter').supported === true,
    maxOperations,
  }
}

async function pushGroup(
  context: BasicContext,
  run: ActionRun,
  group: BasicGroup,
  { patch, filter, maxOperations }: Features,
): Promise<void> {
  const subject = groupSubject(group)
  const { id: externalId, displayName } = group.group
  const whole = { schemas: [urns.group], externalId, displayName }
  if (group.link === undefined) {
    const reply = await sendBasic(context, run, 'POST', '/Groups', whole)
    if (reply.status === 409 && filter) {
      const hit = await findByFilter(
        context,
        run,
        subject,
        '/Groups',
        `displayName eq ${filterString(displayName)}`,
      )
      group.link = hit === 'failed' ? undefined : idOf(hit)
    } else {
      group.link = takeCreated(context, run, subject, '/Groups', reply)
    }
  } else if (patch) {
    const operation = { op: 'replace', value: { ...whole, id: group.link } }
    const reply = await sendBasic(context, run, 'PATCH', accountPath('/Groups', group), patchOf(operation))
    succeeded(run, subject, 'update', reply)
  }
  if (group.link === undefined) {
    group.state = 'failed'
    return
  }
  group.state = 'pushed'
  await syncMembers(context, run, group, { patch, maxOperations })
}

/** Compares with the members that the server has, and sends one operation for each. (code) */
async function syncMembers(
  context: BasicContext,
  run: ActionRun,
  group: BasicGroup,
  { patch, maxOperations }: Pick<Features, 'patch' | 'maxOperations'>,
): Promise<void> {
  const subject = groupSubject(group)
  const read = await sendBasic(context, run, 'GET', accountPath('/Groups', group))
  if (!succeeded(run, subject, 'read', read)) {
    group.state = 'failed'
    return
  }
  const list: readonly unknown[] = Array.isArray(read.body?.members) ? read.body.members : []
  const there = list.flatMap((one) => (isObject(one) && typeof one.value === 'string' ? [one.value] : []))
  const wanted = linkedMembers(context, group).map(({ link }) => link)
  if (!patch) {
    const members = wanted.map((value) => ({ value }))
    const body = { ...read.body, displayName: group.group.displayName, members }
    const reply = await sendBasic(context, run, 'PUT', accountPath('/Groups', group), body)
    if (succeeded(run, subject, 'members', reply)) rememberMembers(context, group)
    else group.state = 'failed'
    return
  }
  const operations = [
    ...wanted
      .filter((value) => !there.includes(value))
      .map((value) => ({ op: 'add', path: 'members', value: [{ value }] })),
    ...there
      .filter((value) => !wanted.includes(value))
      .map((value) => ({ op: 'remove', path: 'members', value: [{ value }] })),
  ]
  const size = Math.max(1, maxOperations)
  for (let start = 0; start < operations.length; start += size) {
    const body = patchOf(...operations.slice(start, start + size))
    const reply = await sendBasic(context, run, 'PATCH', accountPath('/Groups', group), body)
    if (succeeded(run, subject, 'members', reply)) continue
    group.state = 'failed'
    return
  }
  rememberMembers(context, group)
}
