import type { UnknownObject } from '../../protocol/index.js'
import { isEqual, isObject } from '../../protocol/index.js'
import { getValue, isEmpty } from './mapping.js'
import type { ProviderGroup, ProviderUser, StateDifference } from './result.js'

/** A value in a message: short, and told from text that looks like it. */
export function showValue(value: unknown): string {
  if (isEmpty(value)) return 'nothing'
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value))
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** A difference, with a sentence made of its two sides where none is given. */
export function difference(
  provider: string,
  subject: string,
  path: string,
  sides: { readonly provider: unknown; readonly server: unknown },
  message?: string,
): StateDifference {
  const sentence = `${path} is ${showValue(sides.provider)} in ${provider} and ${showValue(sides.server)} on the server`
  return { subject, path, ...sides, message: `${subject}: ${message ?? sentence}` }
}

function isSame(expected: unknown, actual: unknown): boolean {
  if (isEmpty(expected) && isEmpty(actual)) return true
  // A reference that is mapped as a bare id is an object on the server.
  if (isObject(actual) && !isObject(expected)) return isSame(expected, actual.value)
  return isEqual(expected, actual)
}

/** How a user on the server differs from what an identity provider has sent. */
export function compareUser(
  provider: string,
  user: ProviderUser,
  actual: UnknownObject,
): readonly StateDifference[] {
  const subject = `user ${user.userName}`
  const found: StateDifference[] = []
  const expected: Record<string, unknown> = { userName: user.userName, ...user.values }
  for (const [path, value] of Object.entries(expected)) {
    const server = getValue(actual, path)
    if (!isSame(value, server)) found.push(difference(provider, subject, path, { provider: value, server }))
  }
  if (user.active !== undefined && actual.active !== user.active) {
    const sides = { provider: user.active, server: actual.active }
    const isText = typeof actual.active === 'string' || typeof actual.active === 'number'
    found.push(
      difference(
        provider,
        subject,
        'active',
        sides,
        isText ? `active must be a boolean in replies, and is ${showValue(actual.active)}` : undefined,
      ),
    )
  }
  return found
}

/** What an identity provider has done to the members of a group. */
export interface MembersClaim {
  /** Whether it has written the whole list, so that there may be no other member. */
  readonly isWhole: boolean
  /** The server's ids of those whom it has taken out. */
  readonly removed: ReadonlySet<string>
}

export function compareGroup(
  provider: string,
  group: ProviderGroup,
  actual: UnknownObject,
  claim: MembersClaim,
): readonly StateDifference[] {
  const subject = `group ${group.displayName}`
  const found: StateDifference[] = []
  if (actual.displayName !== group.displayName) {
    const sides = { provider: group.displayName, server: actual.displayName }
    found.push(difference(provider, subject, 'displayName', sides))
  }
  const list: readonly unknown[] = Array.isArray(actual.members) ? actual.members : []
  const ids = list.flatMap((one) => (isObject(one) && typeof one.value === 'string' ? [one.value] : []))
  const missing = group.members.filter((id) => !ids.includes(id))
  const extra = ids.filter((id) => !group.members.includes(id) && (claim.isWhole || claim.removed.has(id)))
  const repeated = ids.filter((id, index) => ids.indexOf(id) !== index)
  const sides = { provider: group.members, server: ids }
  if (missing.length > 0) {
    const message = `the server lacks ${missing.length} of ${group.members.length} members: ${showValue(missing)}`
    found.push(difference(provider, subject, 'members', sides, message))
  }
  if (extra.length > 0) {
    const message = `the server has members that ${provider} has taken out or never put in: ${showValue(extra)}`
    found.push(difference(provider, subject, 'members', sides, message))
  }
  if (repeated.length > 0) {
    const message = `the server has members more than once: ${showValue([...new Set(repeated)])}`
    found.push(difference(provider, subject, 'members', sides, message))
  }
  return found
}
