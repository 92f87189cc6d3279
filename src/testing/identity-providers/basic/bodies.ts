import { urns } from '../../../protocol/index.js'
import type { MutableResource } from '../mapping.js'
import { mapUserValues, setValue, userWith } from '../mapping.js'
import type { BasicAccount, BasicContext } from './client.js'

/** A whole user as a client of this kind writes one. */
export function basicUser(
  { mapping }: BasicContext,
  { user, isAssigned, isEnabled }: BasicAccount,
  more: MutableResource = {},
): MutableResource {
  const body = userWith(mapUserValues(mapping, user.profile))
  if (user.profile.email) setValue(body, 'emails[type eq "work"].primary', true)
  return { ...body, userName: user.profile.userName, active: isAssigned && isEnabled, ...more }
}

export function patchOf(...operations: readonly object[]): object {
  return { schemas: [urns.patchOp], Operations: operations }
}

/** Keeps what has been sent. */
export function rememberUser({ mapping }: BasicContext, account: BasicAccount): void {
  account.pushed = mapUserValues(mapping, account.user.profile)
  account.state = account.isAssigned && account.isEnabled ? 'active' : 'inactive'
}
