import type { Attribute } from '../../schema/index.js'
import { attributeNamed, readValue } from '../../schema/index.js'
import type { Sort } from '../store.js'

/** The text or number that an attribute's value sorts by (RFC 7644 section 3.4.2.3). */
function keyOf(resource: unknown, one: Attribute): string | number | undefined {
  // A sub-attribute of a multi-valued attribute sorts by the primary element, or the first.
  const many = one.multiValued ? one : one.parent?.multiValued ? one.parent : undefined
  let value = readValue(resource, many ?? one)
  if (many && Array.isArray(value)) {
    value = value.find((element) => element?.primary === true) ?? value[0]
    if (many !== one) value = readValue(value, { ...one, keys: [one.name] })
  }
  if (one.type === 'complex') {
    const inner = attributeNamed(one.subAttributes, 'value')
    return inner && keyOf(value, { ...inner, keys: [inner.name], parent: undefined })
  }
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return undefined
  if (one.type === 'dateTime') return Date.parse(value)
  return one.caseExact ? value : value.toLowerCase()
}

/** The resources in the asked-for order: missing values last when ascending, equal ones by `id`. */
export function sorted<R extends { readonly id: string }>(resources: readonly R[], sort: Sort): readonly R[] {
  const sign = sort.order === 'ascending' ? 1 : -1
  const keyed = resources.map((resource) => ({ resource, key: keyOf(resource, sort.attribute) }))
  keyed.sort((a, b) => {
    if (a.key !== b.key) {
      if (a.key === undefined) return sign
      if (b.key === undefined) return -sign
      return a.key < b.key ? -sign : sign
    }
    return a.resource.id < b.resource.id ? -1 : 1
  })
  return keyed.map(({ resource }) => resource)
}
