import type { UnknownObject } from '../../../protocol/index.js'
import { userSubject } from '../directory.js'
import { filterString, idOf } from '../list-reply.js'
import type { ActionRun } from '../result.js'
import { rememberUser } from './bodies.js'
import type { BasicAccount, BasicContext } from './client.js'
import { findByFilter, sendBasic, takeCreated } from './client.js'

/** Looks a user up by name, and creates one where there is none. `linked`: there is one, who is still to be written. */
export async function findOrCreate(
  context: BasicContext,
  run: ActionRun,
  account: BasicAccount,
  body: UnknownObject,
): Promise<'linked' | 'created' | 'failed'> {
  if (account.link !== undefined && account.state !== 'deleted') return 'linked'
  const subject = userSubject(account)
  const filter = `userName eq ${filterString(account.user.profile.userName)}`
  const hit = await findByFilter(context, run, subject, '/Users', filter)
  if (hit !== 'failed') {
    account.link = idOf(hit)
    if (account.link !== undefined) return 'linked'
    const reply = await sendBasic(context, run, 'POST', '/Users', body)
    account.link = takeCreated(context, run, subject, '/Users', reply)
  }
  if (hit === 'failed' || account.link === undefined) {
    account.state = 'failed'
    return 'failed'
  }
  rememberUser(context, account)
  return 'created'
}
