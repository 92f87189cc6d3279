import { urns } from '../../../protocol/index.js'
import { isSuccessful } from '../client.js'
import { groupSubject } from '../directory.js'
import { idOf } from '../list-reply.js'
import type { EntraContext, EntraGroup, EntraRun } from './context.js'
import { match } from './match.js'
import { memberOperations, patchBody, valueOperations } from './patch.js'
import { failReply, failStep, sendAsEntra } from './send.js'

/** An old schema that Entra names beside the core one. (documented) */
const extraSchema = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'

function pathOf({ link }: EntraGroup): string {
  return `/Groups/${encodeURIComponent(link ?? '')}`
}

/** The first pass for one group: it is matched, created, renamed or deleted. Whether members can follow. */
export async function provisionGroup(
  context: EntraContext,
  entraRun: EntraRun,
  group: EntraGroup,
): Promise<boolean> {
  if (group.isGone) return false
  if (!group.isAssigned || group.isDeleted) {
    if (group.link !== undefined && !context.skipOutOfScopeDeletions)
      await deleteGroup(context, entraRun, group)
    return false
  }
  if (group.link === undefined || entraRun.isOnDemand) {
    const value = group.group.displayName
    const request = { object: group, subject: groupSubject(group), endpoint: '/Groups', value } as const
    const hit = await match(context, entraRun, { ...request, attribute: 'displayName' })
    if (hit === 'failed') return false
    if (hit) {
      group.link = idOf(hit)
      group.exportedName = String(hit.displayName)
    } else if (group.link === undefined && !(await createGroup(context, entraRun, group))) {
      return false
    }
  }
  if (group.exportedName === group.group.displayName) return true
  const change = { path: 'displayName', value: group.group.displayName, isNew: false }
  const body = patchBody(valueOperations(context, entraRun, [change]))
  const reply = await sendAsEntra(context, entraRun, 'PATCH', pathOf(group), body)
  if (!isSuccessful(reply)) {
    failReply(context, entraRun, group, groupSubject(group), 'rename', reply)
    return false
  }
  group.exportedName = group.group.displayName
  return true
}

async function createGroup(context: EntraContext, entraRun: EntraRun, group: EntraGroup): Promise<boolean> {
  const { id: externalId, displayName } = group.group
  const body = {
    schemas: [urns.group, extraSchema],
    externalId,
    displayName,
    meta: { resourceType: 'Group' },
  }
  const reply = await sendAsEntra(context, entraRun, 'POST', '/Groups', body)
  const id = idOf(reply.body)
  if (!isSuccessful(reply)) {
    failReply(context, entraRun, group, groupSubject(group), 'create', reply)
    return false
  }
  if (id === undefined) {
    const code = 'SystemForCrossDomainIdentityManagementServiceIncompatible'
    const message = 'create: the reply has no id'
    failStep(context, entraRun, group, {
      subject: groupSubject(group),
      step: 'create',
      code,
      status: reply.status,
      message,
    })
    return false
  }
  group.link = id
  context.created.add(pathOf(group))
  group.exportedName = displayName
  return true
}

async function deleteGroup(context: EntraContext, entraRun: EntraRun, group: EntraGroup): Promise<void> {
  const reply = await sendAsEntra(context, entraRun, 'DELETE', pathOf(group))
  if (!isSuccessful(reply) && reply.status !== 404) {
    failReply(context, entraRun, group, groupSubject(group), 'delete', reply)
    return
  }
  context.created.delete(pathOf(group))
  group.isGone = true
  group.escrow = undefined
  group.isChanged = false
}

/** The members of a group who are connected; others follow in a later cycle. */
export function connectedMembers(context: EntraContext, { group }: EntraGroup): readonly string[] {
  return [...group.members].filter((id) => {
    const user = context.users.get(id)
    return user?.link !== undefined && !user.isGone
  })
}

/** The second pass for one group that is there: its members. */
export async function provisionMembers(
  context: EntraContext,
  entraRun: EntraRun,
  group: EntraGroup,
  only?: ReadonlySet<string>,
): Promise<void> {
  const isMeant = (id: string) => only === undefined || only.has(id)
  const wanted = connectedMembers(context, group)
  const added = wanted.filter((id) => !group.exportedMembers.has(id) && isMeant(id))
  const removed = [...group.exportedMembers].filter((id) => !group.group.members.has(id) && isMeant(id))
  const isDone =
    (await changeMembers(context, entraRun, group, 'Add', added)) &&
    (await changeMembers(context, entraRun, group, 'Remove', removed))
  if (!isDone) return
  group.escrow = undefined
  group.isChanged = wanted.length < group.group.members.size
}

async function changeMembers(
  context: EntraContext,
  entraRun: EntraRun,
  group: EntraGroup,
  verb: 'Add' | 'Remove',
  ids: readonly string[],
): Promise<boolean> {
  const { membersPerPatch } = context
  for (let start = 0; start < ids.length; start += membersPerPatch) {
    const part = ids.slice(start, start + membersPerPatch)
    const links = part.flatMap((id) => context.users.get(id)?.link ?? [])
    const body = patchBody(memberOperations(context, entraRun, verb, links))
    const reply = await sendAsEntra(context, entraRun, 'PATCH', pathOf(group), body)
    if (!isSuccessful(reply)) {
      failReply(
        context,
        entraRun,
        group,
        groupSubject(group),
        verb === 'Add' ? 'add members' : 'remove members',
        reply,
      )
      return false
    }
    for (const id of part) {
      if (verb === 'Add') group.exportedMembers.add(id)
      else group.exportedMembers.delete(id)
    }
    for (const link of links) {
      if (verb === 'Add') group.removed.delete(link)
      else group.removed.add(link)
    }
  }
  return true
}
