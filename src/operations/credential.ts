import type { CommonAttributes } from '../schema/index.js'
import type { Call, Endpoint, Service } from './context.js'

type Attributes = Readonly<Record<string, unknown>>

/**
 * Turns the secret that a request brings into what may be stored. The host's hook sees it once per request; without
 * a hook it is not stored at all.
 */
export function credentialOf(service: Service, endpoint: Endpoint, call: Call) {
  const name = endpoint.type.credential?.name
  let hashed: Promise<string> | undefined

  /** The same resource where the secret has not changed. */
  return async <R extends Attributes | CommonAttributes>(
    before: CommonAttributes | undefined,
    after: R,
  ): Promise<R> => {
    const had = valueIn(before, name)
    const clear = valueIn(after, name)
    // Nothing, where there was something, is what the client asked for: a PUT that leaves it out keeps it.
    if (name === undefined || clear === had || clear === undefined) return after
    if (typeof clear === 'string' && service.hashPassword) {
      hashed ??= Promise.resolve(service.hashPassword(clear, { tenant: call.tenant }))
      return { ...after, [name]: await hashed }
    }
    call.note('credential', name, 'not stored: the service has no hashPassword hook')
    // What remains is an R without an optional attribute, or with the value that it had before.
    const rest = Object.fromEntries(Object.entries(after).filter(([key]) => key !== name)) as R
    return had === undefined ? rest : { ...rest, [name]: had }
  }
}

function valueIn(resource: object | undefined, name: string | undefined): unknown {
  return resource === undefined || name === undefined ? undefined : (resource as Attributes)[name]
}
