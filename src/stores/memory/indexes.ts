import { foldText, isObject, ScimError } from '../../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../../schema/index.js'
import { chainOf, findAttribute, instantKey, readValue } from '../../schema/index.js'
import { MultiMap } from './multi-map.js'

/** Which resources have a value of one attribute. */
interface Index<Row extends object> {
  readonly attribute: CompiledAttribute
  readonly unique: boolean
  readonly rows: MultiMap<Row>
  /** What a resource is found by. */
  readonly keysIn: (resource: object) => readonly string[]
}

const none: readonly string[] = []

/** What values that are equal have in common. */
function keyOf({ type, caseExact }: CompiledAttribute, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') return String(value)
  if (type === 'dateTime') return instantKey(value) ?? value
  return caseExact ? value : foldText(value)
}

/** All values of an attribute, also inside of multi-valued ones. */
function* valuesIn(value: unknown, [next, ...rest]: readonly CompiledAttribute[]): Generator<unknown> {
  if (Array.isArray(value)) for (const element of value) yield* valuesIn(element, next ? [next, ...rest] : [])
  else if (!next) yield value
  else if (isObject(value)) yield* valuesIn(value[next.name], rest)
}

function keyReader(attribute: CompiledAttribute): (resource: object) => readonly string[] {
  const chain = chainOf(attribute)
  if (chain.some(({ multiValued }) => multiValued)) {
    return (resource) => [
      ...new Set([...valuesIn(resource, chain)].flatMap((value) => keyOf(attribute, value) ?? [])),
    ]
  }
  return (resource) => {
    const key = keyOf(attribute, readValue(resource, attribute))
    return key === undefined ? none : [key]
  }
}

/** Finds resources by the values of attributes that are unique, and by `externalId`. */
export class Indexes<Row extends object> {
  private readonly all: readonly Index<Row>[]

  constructor(type: CompiledResourceType) {
    const external = findAttribute(type, 'externalId')
    const unique = type.unique.filter((attribute) => attribute.type !== 'complex')
    const attributes = external && !unique.includes(external) ? [...unique, external] : unique
    this.all = attributes.map((attribute) => ({
      attribute,
      unique: unique.includes(attribute),
      rows: new MultiMap(),
      keysIn: keyReader(attribute),
    }))
  }

  /** The rows with a value; undefined where the attribute is not indexed. */
  find(attribute: CompiledAttribute, value: unknown): ReadonlySet<Row> | readonly Row[] | undefined {
    const index = this.all.find((one) => one.attribute === attribute)
    return index && (index.rows.find(keyOf(attribute, value) ?? '') ?? [])
  }

  /** @throws ScimError `uniqueness` when another row has a value that only one may have. */
  assertUnique(resource: object, own: Row | undefined): void {
    for (const { unique, keysIn, rows, attribute } of this.all) {
      if (!unique) continue
      for (const key of keysIn(resource))
        if (rows.hasOther(key, own)) throw ScimError.uniqueness(attribute.path)
    }
  }

  /** Enters what a row is now in the place of what it was; undefined is not there. */
  change(row: Row, before: object | undefined, after: object | undefined): void {
    for (const { keysIn, rows } of this.all) {
      const had = before ? keysIn(before) : none
      const has = after ? keysIn(after) : none
      if (had.length < 2 && has.length < 2 && had[0] === has[0]) continue
      const kept = new Set(has)
      for (const key of had) if (!kept.has(key)) rows.remove(key, row)
      for (const key of has) rows.add(key, row)
    }
  }
}
