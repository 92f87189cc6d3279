import { ScimError } from '../../protocol/index.js'
import type { Attribute, ResourceType } from '../../schema/index.js'
import { findAttribute, readValue } from '../../schema/index.js'

/** Which resources have a value of one attribute. */
interface Index {
  readonly attribute: Attribute
  readonly unique: boolean
  readonly ids: Map<string, Set<string>>
}

type Resource = { readonly id: string }

function keyIn({ attribute }: Index, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' && !attribute.caseExact ? value.toLowerCase() : String(value)
}

/** Finds resources by the values of attributes that are unique, and by `externalId`. */
export class Indexes {
  private readonly all: readonly Index[]

  constructor(type: ResourceType) {
    const external = findAttribute(type, 'externalId')
    const attributes = external && !type.unique.includes(external) ? [...type.unique, external] : type.unique
    this.all = attributes.map((attribute) => ({
      attribute,
      unique: type.unique.includes(attribute),
      ids: new Map(),
    }))
  }

  /** The ids of the resources with a value; undefined where the attribute is not indexed. */
  find(attribute: Attribute, value: unknown): Iterable<string> | undefined {
    const index = this.all.find((one) => one.attribute === attribute)
    return index && (index.ids.get(keyIn(index, value) ?? '') ?? [])
  }

  /** @throws ScimError `uniqueness` when another resource has a value that only one may have. */
  assertUnique(resource: Resource): void {
    for (const index of this.all) {
      if (!index.unique) continue
      const key = keyIn(index, readValue(resource, index.attribute))
      const holders = key === undefined ? undefined : index.ids.get(key)
      if (holders && !holders.has(resource.id)) throw ScimError.uniqueness(index.attribute.path)
    }
  }

  /** Enters what a resource is now in the place of what it was; undefined is not there. */
  change(before: Resource | undefined, after: Resource | undefined): void {
    for (const index of this.all) {
      const had = before && keyIn(index, readValue(before, index.attribute))
      const has = after && keyIn(index, readValue(after, index.attribute))
      if (had === has) continue
      if (before && had !== undefined) remove(index.ids, had, before.id)
      if (after && has !== undefined) enter(index.ids, has, after.id)
    }
  }
}

/** Adds to the set under a key. */
export function enter(sets: Map<string, Set<string>>, key: string, id: string): void {
  const set = sets.get(key)
  if (set) set.add(id)
  else sets.set(key, new Set([id]))
}

/** Takes out of the set under a key. */
export function remove(sets: Map<string, Set<string>>, key: string, id: string): void {
  const set = sets.get(key)
  if (set?.delete(id) && set.size === 0) sets.delete(key)
}
