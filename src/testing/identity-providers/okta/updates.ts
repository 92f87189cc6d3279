import type { UnknownObject } from '../../../protocol/index.js'
import { urns } from '../../../protocol/index.js'
import type { Reply } from '../client.js'
import { isSuccessful } from '../client.js'
import { userSubject } from '../directory.js'
import { readListReply } from '../list-reply.js'
import type { MappedValues, MutableResource } from '../mapping.js'
import { clearValue, isEmpty, mapUserValues, readMappedPath, setValue } from '../mapping.js'
import type { ActionRun } from '../result.js'
import type { AppUser, OktaContext } from './context.js'
import { addProblem, sendAsOkta } from './context.js'

/** Okta's pause between the GET and the PUT of an update. (captured) */
const pauseBeforePut = 200

/** Keeps what has been pushed. */
export function remember(appUser: AppUser, values: MappedValues): void {
  appUser.pushed = values
  appUser.pushedName = appUser.user.profile.userName
}

/** The profile and the state in one write, as each kind of app has it. */
export async function pushWhole(
  context: OktaContext,
  run: ActionRun,
  appUser: AppUser,
  active: boolean,
  step: string,
): Promise<boolean> {
  const values = mapUserValues(context.mapping, appUser.user.profile)
  const changes = { values, cleared: clearedPaths(appUser.pushed, values) }
  const isDone =
    context.style === 'aiw'
      ? await putMerged(context, run, appUser, { ...changes, active, step })
      : await patchValue(context, run, appUser, patchOf(appUser, changes, { active }), step)
  if (isDone) remember(appUser, values)
  return isDone
}

function clearedPaths(before: MappedValues, after: MappedValues): readonly string[] {
  return Object.keys(before).filter((path) => isEmpty(after[path]))
}

interface Changes {
  readonly values: MappedValues
  readonly cleared: readonly string[]
}

function writeChanges(resource: MutableResource, { values, cleared }: Changes): void {
  for (const path of cleared) clearValue(resource, path)
  for (const [path, value] of Object.entries(values)) setValue(resource, path, value)
}

interface Put extends Changes {
  readonly active?: boolean
  readonly password?: string
  readonly step: string
}

/** GET, and PUT of what it gave with Okta's values merged over it. (captured) */
async function putMerged(context: OktaContext, run: ActionRun, appUser: AppUser, put: Put): Promise<boolean> {
  const path = `/Users/${encodeURIComponent(appUser.link ?? '')}`
  const subject = userSubject(appUser)
  const read = await sendAsOkta(context, run, 'GET', path)
  if (read.status !== 200 || !read.body) {
    addProblem(run, subject, put.step, read)
    return false
  }
  if (readListReply(read.body)) {
    run.warnings.push(`${subject}: GET ${path} is answered with a ListResponse, which is put back as it is`)
  }
  const body: MutableResource = { ...read.body }
  writeChanges(body, put)
  body.userName = appUser.user.profile.userName
  if (put.active !== undefined) body.active = put.active
  if (put.password !== undefined) body.password = put.password
  await context.clock.wait(pauseBeforePut)
  return check(run, subject, put.step, await sendAsOkta(context, run, 'PUT', path, body))
}

/** The value of a PATCH without path: whole top-level attributes. */
function patchOf(appUser: AppUser, changes: Changes, more: UnknownObject): MutableResource {
  const body: MutableResource = {}
  writeChanges(body, changes)
  if (appUser.pushedName !== appUser.user.profile.userName) body.userName = appUser.user.profile.userName
  return { ...body, ...more }
}

async function patchValue(
  context: OktaContext,
  run: ActionRun,
  appUser: AppUser,
  value: UnknownObject,
  step: string,
): Promise<boolean> {
  const body = { schemas: [urns.patchOp], Operations: [{ op: 'replace', value }] }
  const path = `/Users/${encodeURIComponent(appUser.link ?? '')}`
  return check(run, userSubject(appUser), step, await sendAsOkta(context, run, 'PATCH', path, body))
}

function check(run: ActionRun, subject: string, step: string, reply: Reply): boolean {
  if (isSuccessful(reply)) return true
  const message =
    reply.status === 501 && step === 'deactivate'
      ? 'deactivate: answered 501; Okta does not fall back to PUT and files a manual Deprovision task'
      : reply.status === 404
        ? `${step}: answered 404; the user is not found, and Okta keeps the link`
        : undefined
  addProblem(run, subject, step, reply, message)
  return false
}

/** Pushes a profile that has changed; nothing where no mapped value has. */
export async function pushProfile(context: OktaContext, run: ActionRun, appUser: AppUser): Promise<void> {
  const values = mapUserValues(context.mapping, appUser.user.profile)
  const changed = Object.entries(values).filter(([path, value]) => appUser.pushed[path] !== value)
  const cleared = clearedPaths(appUser.pushed, values)
  const isRenamed = appUser.pushedName !== appUser.user.profile.userName
  if (changed.length === 0 && cleared.length === 0 && !isRenamed) return
  const isDone =
    context.profileUpdates === 'put'
      ? await putMerged(context, run, appUser, { values, cleared, step: 'update' })
      : await patchValue(
          context,
          run,
          appUser,
          patchOf(appUser, withNeighbours({ values, cleared }, changed), {}),
          'update',
        )
  if (isDone) remember(appUser, values)
  appUser.hasTask = !isDone
}

/** A changed element takes the others of its attribute with it: a PATCH without path replaces the whole attribute. */
function withNeighbours(
  { values, cleared }: Changes,
  changed: readonly (readonly [string, unknown])[],
): Changes {
  const nameOf = (path: string) => {
    const { schema, attribute } = readMappedPath(path)
    return `${schema ?? ''}:${attribute}`
  }
  const names = new Set([...changed.map(([path]) => path), ...cleared].map(nameOf))
  const kept = Object.entries(values).filter(([path]) => names.has(nameOf(path)))
  return { values: Object.fromEntries(kept), cleared }
}

/** Deactivates or activates an account that is linked. */
export async function setActive(
  context: OktaContext,
  run: ActionRun,
  appUser: AppUser,
  active: boolean,
): Promise<void> {
  const step = active ? 'reactivate' : 'deactivate'
  const isDone =
    context.style === 'aiw'
      ? await putMerged(context, run, appUser, { values: appUser.pushed, cleared: [], active, step })
      : await patchValue(context, run, appUser, { active }, step)
  appUser.hasTask = !isDone
}

export async function pushPassword(
  context: OktaContext,
  run: ActionRun,
  appUser: AppUser,
  password: string,
): Promise<void> {
  const isDone =
    context.style === 'aiw'
      ? await putMerged(context, run, appUser, {
          values: appUser.pushed,
          cleared: [],
          password,
          step: 'password',
        })
      : await patchValue(context, run, appUser, { password }, 'password')
  appUser.hasTask = !isDone
}
