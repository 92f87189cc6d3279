import type { UnknownObject } from '../../../protocol/index.js'
import { urns } from '../../../protocol/index.js'
import type { Reply } from '../client.js'
import { isSuccessful } from '../client.js'
import { groupSubject } from '../directory.js'
import { filterString, idOf, queryString, readListReply } from '../list-reply.js'
import type { ActionRun } from '../result.js'
import type { OktaContext, PushedGroup } from './context.js'
import { addProblem, sendAsOkta } from './context.js'

/** Members in one PATCH. (field report) */
const membersPerPatch = 256

interface Member {
  readonly id: string
  readonly value: string
  readonly display: string
}

function pathOf({ link }: PushedGroup): string {
  return `/Groups/${encodeURIComponent(link ?? '')}`
}

/** The members that Okta can push: those who have an account in the app and are active there. */
function pushableMembers(context: OktaContext, { group }: PushedGroup): readonly Member[] {
  return [...group.members].flatMap((id) => {
    const appUser = context.appUsers.get(id)
    const isThere =
      appUser?.link !== undefined && appUser.assignments.size > 0 && appUser.status !== 'deactivated'
    return isThere ? [{ id, value: appUser.link ?? '', display: appUser.user.profile.userName }] : []
  })
}

function onWire(members: readonly Member[]): readonly UnknownObject[] {
  return members.map(({ value, display }) => ({ value, display }))
}

function check(run: ActionRun, pushed: PushedGroup, reply: Reply): boolean {
  if (isSuccessful(reply)) {
    pushed.state = 'pushed'
    return true
  }
  pushed.state = 'error'
  const lost = reply.status === 400 ? '; Okta takes it as permanent, and this change is lost' : ''
  const said = reply.status === undefined ? reply.failure : `answered ${reply.status}`
  const detail = reply.detail === undefined ? '' : ` (${reply.detail})`
  addProblem(run, groupSubject(pushed), 'group push', reply, `group push: ${said}${detail}${lost}`)
  return false
}

/** Remembers whom the server has now. */
function rememberMembers(
  context: OktaContext,
  pushed: PushedGroup,
  members: readonly Member[],
  isWhole: boolean,
): void {
  const now = new Set(members.map(({ id }) => id))
  for (const id of pushed.members) {
    const link = context.appUsers.get(id)?.link
    if (!now.has(id) && link !== undefined) pushed.removed.add(link)
  }
  pushed.members.clear()
  for (const { id, value } of members) {
    pushed.members.add(id)
    pushed.removed.delete(value)
  }
  pushed.isWhole = isWhole
  pushed.pushedName = pushed.group.displayName
}

/** A first push: looks the group up by its name, and creates it or links to it. */
export async function firstPush(context: OktaContext, run: ActionRun, pushed: PushedGroup): Promise<void> {
  const { displayName } = pushed.group
  const filter = `displayName eq ${filterString(displayName)}`
  const reply = await sendAsOkta(
    context,
    run,
    'GET',
    `/Groups${queryString({ filter, startIndex: 1, count: 100 })}`,
  )
  const list = reply.status === 200 ? readListReply(reply.body) : undefined
  if (!list && reply.status !== 404) {
    check(
      run,
      pushed,
      reply.status === 200 ? { ...reply, status: undefined, failure: 'lookup: no ListResponse' } : reply,
    )
    return
  }
  if (reply.status === 404) {
    run.warnings.push(
      `${groupSubject(pushed)}: the lookup of nothing is answered 404; Okta takes it, and Entra puts the whole job into quarantine`,
    )
  }
  const hits = list?.resources ?? []
  if (hits.length > 1) {
    const message = `group push: ${hits.length} groups have the displayName`
    addProblem(run, groupSubject(pushed), 'group push', reply, message)
    pushed.state = 'error'
    return
  }
  const id = idOf(hits[0])
  if (id !== undefined) {
    pushed.link = id
    await linkGroup(context, run, pushed)
    return
  }
  await createGroup(context, run, pushed)
}

async function createGroup(context: OktaContext, run: ActionRun, pushed: PushedGroup): Promise<void> {
  const members = pushableMembers(context, pushed)
  const first = context.style === 'aiw' ? members : []
  const body = { schemas: [urns.group], displayName: pushed.group.displayName, members: onWire(first) }
  const reply = await sendAsOkta(context, run, 'POST', '/Groups', body)
  if (!check(run, pushed, reply)) return
  const id = idOf(reply.body)
  if (id === undefined) {
    addProblem(run, groupSubject(pushed), 'group push', reply, 'group push: the reply has no id')
    pushed.state = 'error'
    return
  }
  pushed.link = id
  context.created.add(pathOf(pushed))
  rememberMembers(context, pushed, first, true)
  if (context.style === 'oin') await addInParts(context, run, pushed, members, true)
}

/** Adds members in requests of at most 256, as catalogue apps get them. */
async function addInParts(
  context: OktaContext,
  run: ActionRun,
  pushed: PushedGroup,
  members: readonly Member[],
  isWhole: boolean,
): Promise<void> {
  for (let start = 0; start < members.length; start += membersPerPatch) {
    const value = onWire(members.slice(start, start + membersPerPatch))
    if (!(await patch(context, run, pushed, [{ op: 'add', path: 'members', value }]))) return
    rememberMembers(context, pushed, members.slice(0, start + membersPerPatch), isWhole)
  }
}

async function patch(
  context: OktaContext,
  run: ActionRun,
  pushed: PushedGroup,
  operations: readonly UnknownObject[],
): Promise<boolean> {
  const body = { schemas: [urns.patchOp], Operations: operations }
  return check(run, pushed, await sendAsOkta(context, run, 'PATCH', pathOf(pushed), body))
}

/** An existing group is taken over; its old members stay until *Push Now*. (read) */
async function linkGroup(context: OktaContext, run: ActionRun, pushed: PushedGroup): Promise<void> {
  const members = pushableMembers(context, pushed)
  if (context.style === 'aiw') {
    await putGroup(context, run, pushed, members, false)
    return
  }
  if (context.renameGroups && !(await rename(context, run, pushed))) return
  pushed.state = 'pushed'
  await addInParts(context, run, pushed, members, false)
}

function rename(context: OktaContext, run: ActionRun, pushed: PushedGroup): Promise<boolean> {
  const value = { id: pushed.link, displayName: pushed.group.displayName }
  return patch(context, run, pushed, [{ op: 'replace', value }])
}

/** GET and PUT, with the full list of members, or added to those that are there. */
async function putGroup(
  context: OktaContext,
  run: ActionRun,
  pushed: PushedGroup,
  members: readonly Member[],
  isWhole: boolean,
): Promise<void> {
  const read = await sendAsOkta(context, run, 'GET', pathOf(pushed))
  if (read.status !== 200 || !read.body) {
    check(run, pushed, read.status === 200 ? { ...read, status: undefined } : read)
    return
  }
  const there: readonly unknown[] = Array.isArray(read.body.members) ? read.body.members : []
  const own = onWire(members)
  const others = isWhole
    ? []
    : there.filter((one) => !own.some(({ value }) => value === (one as UnknownObject)?.value))
  const body = { ...read.body, displayName: pushed.group.displayName, members: [...others, ...own] }
  if (!check(run, pushed, await sendAsOkta(context, run, 'PUT', pathOf(pushed), body))) return
  rememberMembers(context, pushed, members, isWhole)
}

/** Pushes changed members and a changed name. */
export async function pushChanges(context: OktaContext, run: ActionRun, pushed: PushedGroup): Promise<void> {
  const members = pushableMembers(context, pushed)
  const added = members.filter(({ id }) => !pushed.members.has(id))
  const kept = new Set(members.map(({ id }) => id))
  const removed = [...pushed.members].filter((id) => !kept.has(id))
  const isRenamed = pushed.pushedName !== pushed.group.displayName
  if (added.length === 0 && removed.length === 0 && !isRenamed) return
  if (context.style === 'aiw') {
    await putGroup(context, run, pushed, members, true)
    return
  }
  // A rename comes with every change of members. (read)
  if (!(await rename(context, run, pushed))) return
  pushed.pushedName = pushed.group.displayName
  const removals = removed.map((id) => ({
    op: 'remove',
    path: `members[value eq ${filterString(context.appUsers.get(id)?.link ?? '')}]`,
  }))
  const first = added.slice(0, Math.max(0, membersPerPatch - removals.length))
  const operations = [
    ...removals,
    ...(first.length > 0 ? [{ op: 'add', path: 'members', value: onWire(first) }] : []),
  ]
  if (operations.length > 0 && !(await patch(context, run, pushed, operations))) return
  for (let start = first.length; start < added.length; start += membersPerPatch) {
    const value = onWire(added.slice(start, start + membersPerPatch))
    if (!(await patch(context, run, pushed, [{ op: 'add', path: 'members', value }]))) return
  }
  rememberMembers(context, pushed, members, pushed.isWhole)
}

/** *Push Now*: the server's group becomes Okta's. */
export async function pushWholeGroup(
  context: OktaContext,
  run: ActionRun,
  pushed: PushedGroup,
): Promise<void> {
  const members = pushableMembers(context, pushed)
  if (context.style === 'aiw') {
    await putGroup(context, run, pushed, members, true)
    return
  }
  const operation = { op: 'replace', path: 'members', value: onWire(members) }
  if (await patch(context, run, pushed, [operation])) rememberMembers(context, pushed, members, true)
}

/** Ends a push, and deletes the server's group where that is chosen. */
export async function unlinkGroup(
  context: OktaContext,
  run: ActionRun,
  pushed: PushedGroup,
  isDeleted: boolean,
): Promise<void> {
  if (isDeleted && !check(run, pushed, await sendAsOkta(context, run, 'DELETE', pathOf(pushed)))) return
  pushed.state = isDeleted ? 'deleted' : 'not pushed'
  if (!isDeleted) pushed.link = undefined
  pushed.members.clear()
  pushed.removed.clear()
}
