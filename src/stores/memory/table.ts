import type { Filter } from '../../filter/index.js'
import { ScimError } from '../../protocol/index.js'
import type { Attribute, CommonAttributes, ResourceType } from '../../schema/index.js'
import { findAttribute, readValue } from '../../schema/index.js'
import type { ListQuery, ListResult } from '../store.js'
import { sorted } from './order.js'

/** Which resources have a value of one attribute. */
interface Index {
  readonly attribute: Attribute
  readonly unique: boolean
  readonly ids: Map<string, Set<string>>
}

function keyIn(index: Index, value: unknown): string | undefined {
  if (typeof value !== 'string') return value === undefined || value === null ? undefined : String(value)
  return index.attribute.caseExact ? value : value.toLowerCase()
}

/** The resources of one tenant, in the order of their creation, with the indexes that lookups need. */
export class Table<R extends CommonAttributes> {
  private readonly rows = new Map<string, R>()
  private readonly indexes: readonly Index[]

  constructor(type: ResourceType) {
    const external = findAttribute(type, 'externalId')
    const attributes = external && !type.unique.includes(external) ? [...type.unique, external] : type.unique
    this.indexes = attributes.map((attribute) => ({
      attribute,
      unique: type.unique.includes(attribute),
      ids: new Map(),
    }))
  }

  get(id: string): R | undefined {
    return this.rows.get(id)
  }

  insert(resource: R): void {
    if (this.rows.has(resource.id)) throw ScimError.uniqueness('id')
    this.assertUnique(resource)
    this.rows.set(resource.id, resource)
    for (const index of this.indexes) this.enter(index, resource)
  }

  update(before: R, after: R): void {
    this.assertUnique(after)
    this.rows.set(after.id, after)
    for (const index of this.indexes) {
      if (
        keyIn(index, readValue(before, index.attribute)) === keyIn(index, readValue(after, index.attribute))
      )
        continue
      this.leave(index, before)
      this.enter(index, after)
    }
  }

  remove(resource: R): void {
    this.rows.delete(resource.id)
    for (const index of this.indexes) this.leave(index, resource)
  }

  page(query: ListQuery): ListResult<R> {
    const { filter, sort, startIndex, count } = query
    if (!filter && !sort) return { resources: this.slice(startIndex, count), totalResults: this.rows.size }
    let matching = filter ? this.matching(filter) : [...this.rows.values()]
    if (sort) matching = sorted(matching, sort)
    return {
      resources: matching.slice(startIndex - 1, startIndex - 1 + count),
      totalResults: matching.length,
    }
  }

  private slice(startIndex: number, count: number): R[] {
    const page: R[] = []
    if (count === 0 || startIndex > this.rows.size) return page
    let position = 0
    for (const row of this.rows.values()) {
      position++
      if (position < startIndex) continue
      page.push(row)
      if (page.length === count) break
    }
    return page
  }

  private matching(filter: Filter): readonly R[] {
    const ids = this.candidates(filter)
    const output: R[] = []
    if (ids) {
      for (const id of ids) {
        const row = this.rows.get(id)
        if (row && filter.matches(row)) output.push(row)
      }
    } else {
      for (const row of this.rows.values()) if (filter.matches(row)) output.push(row)
    }
    return output
  }

  /** The ids that an index gives for one of the filter's equalities; undefined where none does. */
  private candidates(filter: Filter): Iterable<string> | undefined {
    for (const { attribute, value } of filter.equalities) {
      if (attribute.keys.length === 1 && attribute.name === 'id') return [String(value)]
      for (const index of this.indexes) {
        if (index.attribute === attribute) return index.ids.get(keyIn(index, value) ?? '') ?? []
      }
    }
    return undefined
  }

  private assertUnique(resource: R): void {
    for (const index of this.indexes) {
      if (!index.unique) continue
      const key = keyIn(index, readValue(resource, index.attribute))
      const holders = key === undefined ? undefined : index.ids.get(key)
      if (holders && !holders.has(resource.id)) throw ScimError.uniqueness(index.attribute.path)
    }
  }

  private enter(index: Index, resource: R): void {
    const key = keyIn(index, readValue(resource, index.attribute))
    if (key === undefined) return
    const holders = index.ids.get(key)
    if (holders) holders.add(resource.id)
    else index.ids.set(key, new Set([resource.id]))
  }

  private leave(index: Index, resource: R): void {
    const key = keyIn(index, readValue(resource, index.attribute))
    const holders = key === undefined ? undefined : index.ids.get(key)
    if (!holders || key === undefined) return
    holders.delete(resource.id)
    if (holders.size === 0) index.ids.delete(key)
  }
}
