import type { UnknownObject } from '../../../protocol/index.js'
import { isSuccessful } from '../client.js'
import { userSubject } from '../directory.js'
import { filterString, idOf, queryString, readListReply } from '../list-reply.js'
import type { MappedValues, MutableResource } from '../mapping.js'
import { mapUserValues, userWith } from '../mapping.js'
import type { ActionRun } from '../result.js'
import type { AppUser, OktaContext } from './context.js'
import { addProblem, sendAsOkta } from './context.js'

import { pushWhole, remember } from './updates.js'

/** What looking a user up has found: nobody, one, or nothing that could be used. */
type Lookup = { readonly hit: UnknownObject | undefined } | 'failed'

async function lookUp(context: OktaContext, run: ActionRun, appUser: AppUser): Promise<Lookup> {
  const { userName } = appUser.user.profile
  const subject = userSubject(appUser)
  const filter = `userName eq ${filterString(userName)}`
  const reply = await sendAsOkta(
    context,
    run,
    'GET',
    `/Users${queryString({ filter, startIndex: 1, count: 100 })}`,
  )
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
async function create(
  context: OktaContext,
  run: ActionRun,
  appUser: AppUser,
  isAgain = false,
): Promise<boolean> {
  const values = mapUserValues(context.mapping, appUser.user.profile)
  const subject = userSubject(appUser)
  const reply = await sendAsOkta(context, run, 'POST', '/Users', createBody(appUser, values))
  if (reply.status === undefined && !isAgain) {
    const lookup = await lookUp(context, run, appUser)
    if (lookup === 'failed') return false
    return lookup.hit ? linkTo(context, run, appUser, lookup.hit) : create(context, run, appUser, true)
  }
  if (!isSuccessful(reply) || reply.failure !== undefined) {
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

/** Takes over an account that is there: it gets the whole profile, and is made active. */
async function linkTo(
  context: OktaContext,
  run: ActionRun,
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
    addProblem(run, userSubject(appUser), 'lookup', reply, 'lookup: the user in the reply has no id')
    return false
  }
  appUser.link = id
  appUser.pushedName = String(hit.userName)
  return pushWhole(context, run, appUser, true, 'update')
}

/** Assigns: looks up, and creates or links. */
export async function provision(context: OktaContext, run: ActionRun, appUser: AppUser): Promise<void> {
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
