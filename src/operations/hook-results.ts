import type { Authenticate, Caller } from '../auth/index.js'
import type { Profile } from '../idp/index.js'
import { isProfile } from '../idp/index.js'
import { HostFault } from '../protocol/index.js'
import type { ConflictDecision, Identity } from './hooks.js'
import { isPlainObject, kindOf } from './kind-of.js'

// What the host's hooks return is checked here: TypeScript believes them, and a wrong kind must never let anybody in.

function wrongResult(hook: string, rule: string, returned: unknown): HostFault {
  return new HostFault(`${hook} must return ${rule}, and returned ${kindOf(returned)}`)
}

/** Whether a value is undefined or text that is not empty. */
function isOptionalText(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '')
}

/** The caller that `authenticate` returned; undefined: none (401). @throws HostFault for what is no caller. */
export function readCaller(returned: Awaited<ReturnType<Authenticate>>): Caller | undefined {
  if (returned === undefined || returned === null || returned === false) return undefined
  if (!isPlainObject(returned)) {
    throw wrongResult('authenticate', 'a plain object with tenant and actor, or nothing', returned)
  }
  const { tenant, actor, connection }: Caller = returned
  if (!isOptionalText(tenant)) {
    throw wrongResult('authenticate', 'a tenant that is text, not empty, or undefined', tenant)
  }
  if (!isOptionalText(actor)) {
    throw wrongResult('authenticate', 'an actor that is text, not empty, or undefined', actor)
  }
  if (!isOptionalText(connection)) {
    throw wrongResult('authenticate', 'a connection that is text, not empty, or undefined', connection)
  }
  return returned
}

/** @throws HostFault for what is no profile. */
export function readProfile(returned: Profile): Profile {
  if (isProfile(returned)) return returned
  // An async function is refused, and its own failure must not end the process.
  Promise.resolve(returned).catch(() => {})
  throw wrongResult('profile', 'a profile, such as lenient() or strict(), and not a promise of one', returned)
}

/** The resource that `identify` has found; undefined for none. @throws HostFault for what is no identity. */
export function readIdentity(returned: Identity | undefined): Identity | undefined {
  if (returned === undefined || returned === null) return undefined
  const { id, resourceType } = returned
  if (typeof id !== 'string' || id === '' || !isOptionalText(resourceType)) {
    throw wrongResult('identify', '{ id } or { id, resourceType }, each text, or undefined', returned)
  }
  return returned
}

/** @throws HostFault for what is no boolean: 'no' and {} are as good as true otherwise. */
export function readPermission(returned: boolean): boolean {
  if (typeof returned === 'boolean') return returned
  throw wrongResult('authorize', 'true or false', returned)
}

/** @throws HostFault for all but the three words. */
export function readDecision(returned: ConflictDecision): ConflictDecision {
  if (returned === 'reject' || returned === 'link' || returned === 'reactivate') return returned
  throw wrongResult('onConflict', '"reject", "link" or "reactivate"', returned)
}

/** @throws HostFault for what is no text, or an empty one: a password that is cleared is not a password. */
export function readHash(returned: string): string {
  if (typeof returned === 'string' && returned !== '') return returned
  throw wrongResult('hashPassword', 'text that is not empty', returned)
}
