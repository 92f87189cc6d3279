import type { CompiledAttribute, CompiledResourceType, Filter } from 'scimkit'
import { visitFilter } from 'scimkit/filter'
import { isIndexed, keyOfValue } from './keys.js'

/** A look into an index: the resource with an id or a unique value, those with an indexed value or with a member. */
export interface LookUp {
  readonly by: 'id' | 'unique' | 'index' | 'member'
  readonly key: string
}

export interface Candidates {
  /** They find every match, and maybe others: `filter.matches` has the last word. Undefined: all have to be read. */
  readonly lookUps: readonly LookUp[] | undefined
  /** The names of the attributes that the filter looks at; of one inside another, the outer one's. */
  readonly mentioned: ReadonlySet<string>
}

/** What has to be read to find what a filter matches. */
export function candidates(filter: Filter, type: CompiledResourceType): Candidates {
  const member = type.membership?.subAttributes.get('value')
  const mentioned = new Set<string>()
  const mention = ({ keys: [name] }: CompiledAttribute) => name !== undefined && mentioned.add(name)
  const lookUps = visitFilter<readonly LookUp[] | undefined>(filter, {
    // One condition that can be looked up is enough: the one that takes the fewest look-ups.
    and: (parts) =>
      parts.reduce((best, part) => (!best || (part && part.length < best.length) ? part : best), undefined),
    // Each must be.
    or: (parts) => (parts.every((part) => part !== undefined) ? parts.flat() : undefined),
    not: () => undefined,
    present(attribute) {
      mention(attribute)
      return undefined
    },
    compare({ op, attribute, value }) {
      mention(attribute)
      if (op !== 'eq') return undefined
      if (attribute.path === 'id') return [{ by: 'id', key: String(value) }]
      if (attribute === member) return [{ by: 'member', key: String(value) }]
      const key = keyOfValue(attribute, value)
      if (key === undefined) return undefined
      if (type.unique.includes(attribute)) return [{ by: 'unique', key }]
      return isIndexed(attribute) ? [{ by: 'index', key }] : undefined
    },
    some(attribute, condition) {
      mention(attribute)
      return condition(this)
    },
  })
  return { lookUps, mentioned }
}
