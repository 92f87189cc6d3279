import { isJsonObject, type JsonObject } from '../../json.js'
import type { Wire } from '../../wire.js'
import { valuesAt } from '../attributes.js'
import { valueAtPath } from './paths.js'

// What a server makes of operations in capitals, as far as it was seen: a PATCH may fail for many other reasons.

export function isCapital({ op }: JsonObject): boolean {
  return typeof op === 'string' && op !== op.toLowerCase()
}

/** Whether a resource has the value that an operation gives. */
export function hasEffect(resource: JsonObject, { path, value }: JsonObject): boolean {
  if (typeof path !== 'string') return false
  if (path === 'members' && Array.isArray(value)) {
    const members = valuesAt(resource, path)
    return value.filter(isJsonObject).every((one) => members.includes(String(one.value)))
  }
  const isPlain = ['string', 'boolean', 'number'].includes(typeof value)
  // Entra writes booleans as texts.
  return isPlain && String(valueAtPath(resource, path)).toLowerCase() === String(value).toLowerCase()
}

/** After a PATCH that was refused: capitals are the reason where the same in small letters is taken. */
export async function observeRefusal(
  wire: Wire,
  path: string,
  operations: readonly JsonObject[],
): Promise<void> {
  if (!operations.some(isCapital)) return
  const small = operations.map((one) => ({ ...one, op: String(one.op).toLowerCase() }))
  const { status } = await wire.patch(path, small)
  if (status < 300) wire.observe('capital-operations', 'refused')
}
