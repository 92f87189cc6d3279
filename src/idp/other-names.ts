import type { UnknownObject } from '../protocol/index.js'
import type { CompiledResourceType } from '../schema/index.js'
import { attributeNamed } from '../schema/index.js'

const exactNames = new WeakMap<CompiledResourceType, ReadonlySet<string>>()

/** The names of attributes as they are written nearly always: a look-up in any case makes a text for each. */
function exactNamesOf(type: CompiledResourceType): ReadonlySet<string> {
  let names = exactNames.get(type)
  if (!names) {
    names = new Set([...type.attributes.values()].map(({ name }) => name))
    exactNames.set(type, names)
  }
  return names
}

/** More names than any client has for what is no attribute here: what comes after them is unknown. */
const maxOtherNames = 1000

/** What was found in the objects that several rules look at, one after the other. */
const otherNames = new WeakMap<
  UnknownObject,
  { readonly type: CompiledResourceType; readonly names: string[] }
>()
const none: readonly string[] = []

/** The names at the top of a resource that are no attribute's own, also not of one that the store leaves out. */
export function otherNamesIn(object: UnknownObject, type: CompiledResourceType): readonly string[] {
  const known = otherNames.get(object)
  if (known?.type === type) return known.names
  const exact = exactNamesOf(type)
  let names: string[] | undefined
  for (const name in object) {
    if (exact.has(name) || attributeNamed(type.attributes, name)) continue
    names ??= []
    if (names.push(name) === maxOtherNames) break
  }
  if (!names) return none
  otherNames.set(object, { type, names })
  return names
}
