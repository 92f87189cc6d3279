import { isObject, ScimError } from '../../protocol/index.js'
import type { Attribute, ResourceType } from '../../schema/index.js'
import { belowMillisecond, chainOf, findAttribute, instantOf, readValue } from '../../schema/index.js'
import { IdSets } from './id-sets.js'

/** Which resources have a value of one attribute. */
interface Index {
  readonly attribute: Attribute
  readonly unique: boolean
  readonly ids: IdSets
  /** What a resource is found by. */
  readonly keysIn: (resource: Resource) => readonly string[]
}

type Resource = { readonly id: string }

const none: readonly string[] = []

/** What values that are equal have in common. */
function keyOf({ type, caseExact }: Attribute, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') return String(value)
  if (type === 'dateTime') return `${instantOf(value)} ${belowMillisecond(value)}`
  return caseExact ? value : value.toLowerCase()
}

/** All values of an attribute, also inside of multi-valued ones. */
function* valuesIn(value: unknown, [next, ...rest]: readonly Attribute[]): Generator<unknown> {
  if (Array.isArray(value)) for (const element of value) yield* valuesIn(element, next ? [next, ...rest] : [])
  else if (!next) yield value
  else if (isObject(value)) yield* valuesIn(value[next.name], rest)
}

function keyReader(one: Attribute): Index['keysIn'] {
  const chain = chainOf(one)
  if (chain.some(({ multiValued }) => multiValued)) {
    return (resource) => [
      ...new Set([...valuesIn(resource, chain)].flatMap((value) => keyOf(one, value) ?? [])),
    ]
  }
  return (resource) => {
    const key = keyOf(one, readValue(resource, one))
    return key === undefined ? none : [key]
  }
}

/** Finds resources by the values of attributes that are unique, and by `externalId`. */
export class Indexes {
  private readonly all: readonly Index[]

  constructor(type: ResourceType) {
    const external = findAttribute(type, 'externalId')
    const unique = type.unique.filter((one) => one.type !== 'complex')
    const attributes = external && !unique.includes(external) ? [...unique, external] : unique
    this.all = attributes.map((attribute) => ({
      attribute,
      unique: unique.includes(attribute),
      ids: new IdSets(),
      keysIn: keyReader(attribute),
    }))
  }

  /** The ids of the resources with a value; undefined where the attribute is not indexed. */
  find(attribute: Attribute, value: unknown): Iterable<string> | undefined {
    const index = this.all.find((one) => one.attribute === attribute)
    return index && (index.ids.find(keyOf(attribute, value) ?? '') ?? none)
  }

  /** @throws ScimError `uniqueness` when another resource has a value that only one may have. */
  assertUnique(resource: Resource): void {
    for (const { unique, keysIn, ids, attribute } of this.all) {
      if (!unique) continue
      for (const key of keysIn(resource))
        if (ids.hasOther(key, resource.id)) throw ScimError.uniqueness(attribute.path)
    }
  }

  /** Enters what a resource is now in the place of what it was; undefined is not there. */
  change(before: Resource | undefined, after: Resource | undefined): void {
    for (const { keysIn, ids } of this.all) {
      const had = before ? keysIn(before) : none
      const has = after ? keysIn(after) : none
      if (had.length < 2 && has.length < 2 && had[0] === has[0]) continue
      const kept = new Set(has)
      if (before) for (const key of had) if (!kept.has(key)) ids.remove(key, before.id)
      if (after) for (const key of has) ids.add(key, after.id)
    }
  }
}
