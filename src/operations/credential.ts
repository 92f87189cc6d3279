import type { CommonAttributes } from '../schema/index.js'
import type { OperationContext } from './context.js'
import { readHash } from './hook-results.js'
import type { HashPassword } from './hooks.js'

type Attributes = Readonly<Record<string, unknown>>

/**
 * Makes the function that turns the password in a request into what may be stored. The host's hook is called once per
 * request and password; without a hook, the password is not stored.
 */
export function credentialOf(context: OperationContext) {
  const { service, endpoint } = context
  const name = endpoint.type.credential?.name
  let hashed: { readonly clear: string; readonly hash: Promise<string> } | undefined

  /** Returns the same object where the password has not changed. */
  return async <R extends Attributes | CommonAttributes>(
    before: CommonAttributes | undefined,
    after: R,
  ): Promise<R> => {
    const stored = valueIn(before, name)
    const clear = valueIn(after, name)
    // A PUT without the password keeps it, so that only a PATCH removes it.
    if (name === undefined || clear === stored || clear === undefined) return after
    if (typeof clear === 'string' && service.hashPassword) {
      // A hook that is asked again may have given another one.
      if (hashed?.clear !== clear) hashed = { clear, hash: hashOf(context, service.hashPassword, clear) }
      return { ...after, [name]: await hashed.hash }
    }
    context.note('credential', name, 'not stored: the service has no hashPassword hook')
    // What remains is an R without an optional attribute, or with the value that it had before.
    const rest = Object.fromEntries(Object.entries(after).filter(([key]) => key !== name)) as R
    return stored === undefined ? rest : { ...rest, [name]: stored }
  }
}

async function hashOf(
  { tenant, callbackSignal: signal }: OperationContext,
  hashPassword: HashPassword,
  password: string,
): Promise<string> {
  return readHash(await hashPassword(password, { tenant, signal }))
}

function valueIn(resource: object | undefined, name: string | undefined): unknown {
  return resource === undefined || name === undefined ? undefined : (resource as Attributes)[name]
}
