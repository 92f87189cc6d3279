import type { UnknownObject } from '../../../protocol/index.js'
import { isEqual, urns } from '../../../protocol/index.js'
import { isSuccessful } from '../client.js'
import { userSubject } from '../directory.js'
import { idOf } from '../list-reply.js'
import type { MappedValues } from '../mapping.js'
import { getValue, isEmpty, mapUserValues, setValue } from '../mapping.js'
import type { EntraContext, EntraRun, EntraUser } from './context.js'
import { day, isInScope } from './context.js'
import { managerPath } from './mapping.js'
import { match } from './match.js'
import type { ValueChange } from './patch.js'
import { patchBody, valueOperations } from './patch.js'
import { failReply, failStep, sendAsEntra } from './send.js'

/** The step that has an escrow of its own: the first pass does not end it. */
const managerStep = 'manager'

/** How long Entra keeps a deleted user. (documented) */
const recycleTime = 30 * day

function pathOf({ link }: EntraUser): string {
  return `/Users/${encodeURIComponent(link ?? '')}`
}

/** What the user would have in the app: empty source values are skipped, so nothing is ever cleared. (documented) */
export function wantedValues(context: EntraContext, { user, exported }: EntraUser): MappedValues {
  return { ...exported, ...mapUserValues(context.mapping, user.profile) }
}

/** Whether a DELETE is due for a user whom Entra has kept for 30 days, or who was deleted for good. */
export function isDeletionDue({ clock }: EntraContext, user: EntraUser): boolean {
  const { link, isPurged, deletedAt, wasOutOfScope } = user
  const isOver = isPurged || (deletedAt !== undefined && clock.now() - deletedAt >= recycleTime)
  return link !== undefined && isOver && !wasOutOfScope
}

/** The first pass for one user. */
export async function provisionUser(
  context: EntraContext,
  entraRun: EntraRun,
  user: EntraUser,
): Promise<void> {
  if (user.isGone) return
  if (isDeletionDue(context, user)) {
    await deleteUser(context, entraRun, user)
    return
  }
  const isWanted = isInScope(context, user)
  const active = isWanted && user.isEnabled
  if (user.link === undefined || entraRun.isOnDemand) {
    if (!isWanted) return
    const hit = await matchUser(context, entraRun, user)
    if (hit === 'failed') return
    if (hit) {
      connect(context, user, hit)
    } else if (user.link === undefined) {
      if (active) await createUser(context, entraRun, user)
      else finish(user)
      return
    }
  }
  if (!isWanted && context.skipOutOfScopeDeletions) {
    finish(user)
    return
  }
  await updateUser(context, entraRun, user, active, isWanted)
}

/** Asks by each matching attribute in turn, until one has a hit. */
async function matchUser(context: EntraContext, entraRun: EntraRun, user: EntraUser) {
  const values = {
    userName: user.user.profile.userName,
    ...mapUserValues(context.mapping, user.user.profile),
  }
  for (const attribute of context.matching) {
    const value = (values as MappedValues)[attribute]
    if (value === undefined) continue
    const request = { object: user, subject: userSubject(user), endpoint: '/Users', attribute } as const
    const hit = await match(context, entraRun, { ...request, value: String(value) })
    if (hit !== undefined) return hit
  }
  return undefined
}

/** Takes over an account: what it has already is not sent again. */
function connect(context: EntraContext, user: EntraUser, hit: UnknownObject): void {
  user.link = idOf(hit)
  user.exportedName = String(hit.userName)
  user.exportedActive = typeof hit.active === 'boolean' ? hit.active : undefined
  const paths = Object.keys(mapUserValues(context.mapping, user.user.profile))
  const there = paths.map((path) => [path, getValue(hit, path)] as const)
  user.exported = Object.fromEntries(there.filter(([, value]) => !isEmpty(value)))
}

async function createUser(context: EntraContext, entraRun: EntraRun, user: EntraUser): Promise<void> {
  const { userName } = user.user.profile
  const values = mapUserValues(context.mapping, user.user.profile)
  const body: Record<string, unknown> = {
    schemas: [urns.user, urns.enterpriseUser],
    userName,
    active: true,
    meta: { resourceType: 'User' },
    roles: [],
  }
  for (const [path, value] of Object.entries(values)) setValue(body, path, value)
  if (values['emails[type eq "work"].value'] !== undefined)
    setValue(body, 'emails[type eq "work"].primary', true)
  const reply = await sendAsEntra(context, entraRun, 'POST', '/Users', body)
  if (!isSuccessful(reply)) {
    failReply(context, entraRun, user, userSubject(user), 'create', reply)
    return
  }
  const id = idOf(reply.body)
  if (id === undefined) {
    const code = 'SystemForCrossDomainIdentityManagementServiceIncompatible'
    const message = 'create: the reply has no id'
    failStep(context, entraRun, user, {
      subject: userSubject(user),
      step: 'create',
      code,
      status: reply.status,
      message,
    })
    return
  }
  user.link = id
  context.created.add(pathOf(user))
  user.exported = values
  user.exportedName = userName
  user.exportedActive = true
  finish(user)
}

/** The values that differ from what was last exported. */
function changesOf(context: EntraContext, user: EntraUser, isWanted: boolean): readonly ValueChange[] {
  const changes: ValueChange[] = []
  const { userName } = user.user.profile
  if (!isWanted) return changes
  if (userName !== user.exportedName) changes.push({ path: 'userName', value: userName, isNew: false })
  for (const [path, value] of Object.entries(mapUserValues(context.mapping, user.user.profile))) {
    const before = user.exported[path]
    if (!isEqual(before, value)) changes.push({ path, value, isNew: before === undefined })
  }
  return changes
}

async function updateUser(
  context: EntraContext,
  entraRun: EntraRun,
  user: EntraUser,
  active: boolean,
  isWanted: boolean,
): Promise<void> {
  const values = changesOf(context, user, isWanted)
  const activation = active === user.exportedActive ? [] : [{ path: 'active', value: active, isNew: false }]
  const changes = [...values, ...activation]
  if (changes.length > 0) {
    const body = patchBody(valueOperations(context, entraRun, changes))
    const reply = await sendAsEntra(context, entraRun, 'PATCH', pathOf(user), body)
    if (!isSuccessful(reply)) {
      failReply(context, entraRun, user, userSubject(user), active ? 'update' : 'disable', reply)
      return
    }
  }
  if (isWanted) {
    user.exported = wantedValues(context, user)
    user.exportedName = user.user.profile.userName
  }
  user.exportedActive = active
  finish(user)
}

async function deleteUser(context: EntraContext, entraRun: EntraRun, user: EntraUser): Promise<void> {
  const reply = await sendAsEntra(context, entraRun, 'DELETE', pathOf(user))
  if (!isSuccessful(reply) && reply.status !== 404) {
    failReply(context, entraRun, user, userSubject(user), 'delete', reply)
    return
  }
  context.created.delete(pathOf(user))
  user.isGone = true
  finish(user)
}

function finish(user: EntraUser): void {
  if (user.escrow?.step !== managerStep) user.escrow = undefined
  user.isChanged = false
}

/** The second pass: the manager, who must be connected too. */
export async function provisionManager(
  context: EntraContext,
  entraRun: EntraRun,
  user: EntraUser,
): Promise<void> {
  const isHeld = user.escrow !== undefined && user.escrow.step !== managerStep
  if (user.link === undefined || user.isGone || isHeld || !isInScope(context, user)) return
  const { manager } = user.user.profile
  const target = manager ? context.directory.userByName(manager) : undefined
  if (target?.id === (user.exportedManager ?? undefined)) return
  const link = target && context.users.get(target.id)?.link
  if (target && link === undefined) {
    user.isChanged = true
    return
  }
  // The bare id, and an empty one where there is no manager any more. (Logic App suite; the removal's form is inferred)
  const change = { path: managerPath, value: link ?? '', isNew: !user.exportedManager }
  const body = patchBody(valueOperations(context, entraRun, [change]))
  const reply = await sendAsEntra(context, entraRun, 'PATCH', pathOf(user), body)
  if (!isSuccessful(reply)) {
    failReply(context, entraRun, user, userSubject(user), managerStep, reply)
    return
  }
  user.exportedManager = target?.id ?? null
  user.escrow = undefined
}
