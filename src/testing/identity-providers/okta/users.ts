import type { UnknownObject } from '../../../protocol/index.js'
import { urns } from '../../../protocol/index.js'
import type { Reply } from '../client.js'
import { idOf, query, quoted, readListReply } from '../list-reply.js'
import type { MappedValues, MutableResource } from '../mapping.js'
import { clearValue, isEmpty, mapUserValues, readAttributePath, setValue, userWith } from '../mapping.js'
import type { Run } from '../result.js'
import type { AppUser, OktaContext } from './context.js'
import { addProblem, isSuccess, send } from './context.js'

/** Okta's pause between the GET and the PUT of an update. (captured) */
const pauseBeforePut = 200

export function subjectOf({ user }: AppUser): string {
  return `user ${user.profile.userName}`
}

/** What looking a user up has found: nobody, one, or nothing that could be used. */
type Lookup = { readonly hit: UnknownObject | undefined } | 'failed'

async function lookUp(context: OktaContext, run: Run, appUser: AppUser): Promise<Lookup> {
  const { userName } = appUser.user.profile
  const subject = subjectOf(appUser)
  const filter = `userName eq ${quoted(userName)}`
  const reply = await send(context, run, 'GET', `/Users${query({ filter, startIndex: 1, count: 100 })}`)
  if (reply.status === 404) {
    run.warnings.push(
      `${subject}: the lookup of nobody is answered 404; Okta takes it, and Entra puts the whole job into quarantine`,
    )
    return { hit: undefined }
  }
  const list = reply.status === 200 ? readListReply(reply.body) : undefined
  if (!list) {
    const message =
      reply.status === 200 && !reply.failure ? 'lookup: the reply is no ListResponse' : undefined
    addProblem(run, subject, 'lookup', reply, message)
    return 'failed'
  }
  for (const flaw of list.flaws) run.warnings.push(`${subject}: in the reply to the lookup ${flaw}`)
  const { resources } = list
  if (resources.length > 1) {
    addProblem(run, subject, 'lookup', reply, `lookup: ${resources.length} users have the userName`)
    return 'failed'
  }
  const [hit] = resources
  if (hit && String(hit.userName).toLowerCase() !== userName.toLowerCase()) {
    addProblem(run, subject, 'lookup', reply, 'lookup: the user in the reply has another userName')
    return 'failed'
  }
  return { hit }
}

function createBody({ user }: AppUser, values: MappedValues): MutableResource {
  const { userName, password } = user.profile
  return {
    ...userWith(values),
    userName,
    externalId: user.id,
    groups: [],
    // Sent also where password sync is off.
    password: typeof password === 'string' ? password : 'Placeholder-1mz050nq',
    active: true,
  }
}

/** POSTs a user. Without a reply Okta sends it again, after another lookup. (field report; order inferred) */
async function create(context: OktaContext, run: Run, appUser: AppUser, isAgain = false): Promise<boolean> {
  const values = mapUserValues(context.mapping, appUser.user.profile)
  const subject = subjectOf(appUser)
  const reply = await send(context, run, 'POST', '/Users', createBody(appUser, values))
  if (reply.status === undefined && !isAgain) {
    const lookup = await lookUp(context, run, appUser)
    if (lookup === 'failed') return false
    return lookup.hit ? linkTo(context, run, appUser, lookup.hit) : create(context, run, appUser, true)
  }
  if (!isSuccess(reply) || reply.failure !== undefined) {
    addProblem(run, subject, 'create', reply)
    return false
  }
  const id = idOf(reply.body)
  if (id === undefined) {
    addProblem(run, subject, 'create', reply, 'Create new user returned empty user.')
    return false
  }
  if (reply.status !== 201)
    run.warnings.push(`${subject}: the create is answered ${reply.status} instead of 201`)
  if (id.includes('bulkId')) run.warnings.push(`${subject}: an id must not contain "bulkId"`)
  context.created.add(`/Users/${encodeURIComponent(id)}`)
  appUser.link = id
  remember(appUser, values)
  return true
}

function remember(appUser: AppUser, values: MappedValues): void {
  appUser.pushed = values
  appUser.pushedName = appUser.user.profile.userName
}

/** Takes over an account that is there: it gets the whole profile, and is made active. */
async function linkTo(
  context: OktaContext,
  run: Run,
  appUser: AppUser,
  hit: UnknownObject,
): Promise<boolean> {
  const id = idOf(hit)
  if (id === undefined) {
    const reply = {
      status: 200,
      body: hit,
      isEmpty: false,
      retryAfter: undefined,
      failure: undefined,
      detail: undefined,
    }
    addProblem(run, subjectOf(appUser), 'lookup', reply, 'lookup: the user in the reply has no id')
    return false
  }
  appUser.link = id
  appUser.pushedName = String(hit.userName)
  return pushWhole(context, run, appUser, true, 'update')
}

/** Assigns: looks up, and creates or links. */
export async function provision(context: OktaContext, run: Run, appUser: AppUser): Promise<void> {
  const lookup = await lookUp(context, run, appUser)
  if (lookup === 'failed') {
    appUser.hasTask = true
    return
  }
  const isDone = lookup.hit
    ? await linkTo(context, run, appUser, lookup.hit)
    : await create(context, run, appUser)
  appUser.hasTask = !isDone
}

/** The profile and the state in one write, as each kind of app has it. */
async function pushWhole(
  context: OktaContext,
  run: Run,
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
async function putMerged(context: OktaContext, run: Run, appUser: AppUser, put: Put): Promise<boolean> {
  const path = `/Users/${encodeURIComponent(appUser.link ?? '')}`
  const subject = subjectOf(appUser)
  const read = await send(context, run, 'GET', path)
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
  return check(run, subject, put.step, await send(context, run, 'PUT', path, body))
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
  run: Run,
  appUser: AppUser,
  value: UnknownObject,
  step: string,
): Promise<boolean> {
  const body = { schemas: [urns.patchOp], Operations: [{ op: 'replace', value }] }
  const path = `/Users/${encodeURIComponent(appUser.link ?? '')}`
  return check(run, subjectOf(appUser), step, await send(context, run, 'PATCH', path, body))
}

function check(run: Run, subject: string, step: string, reply: Reply): boolean {
  if (isSuccess(reply)) return true
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
export async function pushProfile(context: OktaContext, run: Run, appUser: AppUser): Promise<void> {
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
    const { schema, attribute } = readAttributePath(path)
    return `${schema ?? ''}:${attribute}`
  }
  const names = new Set([...changed.map(([path]) => path), ...cleared].map(nameOf))
  const kept = Object.entries(values).filter(([path]) => names.has(nameOf(path)))
  return { values: Object.fromEntries(kept), cleared }
}

/** Deactivates or activates an account that is linked. */
export async function setActive(
  context: OktaContext,
  run: Run,
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
  run: Run,
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
