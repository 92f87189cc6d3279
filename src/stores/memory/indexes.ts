import { ScimError } from '../../protocol/index.js'
import type { Attribute, ResourceType } from '../../schema/index.js'
import { findAttribute, readValue } from '../../schema/index.js'
import { IdSets } from './id-sets.js'

/** Which resources have a value of one attribute. */
interface Index {
  readonly attribute: Attribute
  readonly unique: boolean
  readonly ids: IdSets
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
      ids: new IdSets(),
    }))
  }

  /** The ids of the resources with a value; undefined where the attribute is not indexed. */
  find(attribute: Attribute, value: unknown): Iterable<string> | undefined {
    const index = this.all.find((one) => one.attribute === attribute)
    return index && (index.ids.find(keyIn(index, value) ?? '') ?? [])
  }

  /** @throws ScimError `uniqueness` when another resource has a value that only one may have. */
  assertUnique(resource: Resource): void {
    for (const index of this.all) {
      if (!index.unique) continue
      const key = keyIn(index, readValue(resource, index.attribute))
      if (key !== undefined && index.ids.hasOther(key, resource.id))
        throw ScimError.uniqueness(index.attribute.path)
    }
  }

  /** Enters what a resource is now in the place of what it was; undefined is not there. */
  change(before: Resource | undefined, after: Resource | undefined): void {
    for (const index of this.all) {
      const had = before && keyIn(index, readValue(before, index.attribute))
      const has = after && keyIn(index, readValue(after, index.attribute))
      if (had === has) continue
      if (before && had !== undefined) index.ids.remove(had, before.id)
      if (after && has !== undefined) index.ids.add(has, after.id)
    }
  }
}
