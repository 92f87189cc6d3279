import { isEqual } from '../../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../../schema/index.js'
import { instantKey } from '../../schema/index.js'
import { show } from './failure.js'

type Values = Readonly<Record<string, unknown>>

/** What the store gives itself, and what follows from the rest. */
const given: ReadonlySet<string> = new Set(['id', 'meta', 'schemas'])

/** Where two states of a resource differ. */
export interface Difference {
  readonly path: string
  readonly expected: unknown
  readonly got: unknown
}

function without(value: unknown, attribute: CompiledAttribute): unknown {
  // An instant can be written in several ways.
  if (attribute.type === 'dateTime' && typeof value === 'string') return instantKey(value) ?? value
  if (attribute.type !== 'complex' || typeof value !== 'object' || value === null) return value
  const output: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    const sub = attribute.subAttributes.get(key.toLowerCase())
    // `primary: false` says what its absence says.
    const isFalsePrimary = key === 'primary' && inner === false
    if (inner !== undefined && inner !== null && sub?.mutability !== 'readOnly' && !isFalsePrimary)
      output[key] = sub ? without(inner, sub) : inner
  }
  return output
}

/** A list in an order of its own: values have none (RFC 7643 section 2.4). */
function comparable(value: unknown, attribute: CompiledAttribute): unknown {
  if (!Array.isArray(value)) return without(value, attribute)
  const texts = value.map(
    (element) => [JSON.stringify(sorted(without(element, attribute))), element] as const,
  )
  return texts.map(([text]) => text).sort()
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function differenceIn(attribute: CompiledAttribute, expected: unknown, got: unknown): Difference | undefined {
  const { path } = attribute
  if (attribute.type === 'complex' && !attribute.multiValued) {
    const [a, b] = [expected ?? {}, got ?? {}] as [Values, Values]
    for (const sub of attribute.subAttributes.values()) {
      if (sub.mutability === 'readOnly') continue
      const found = differenceIn(sub, a[sub.name], b[sub.name])
      if (found) return found
    }
    return undefined
  }
  const isSame = isEqual(
    comparable(expected ?? undefined, attribute),
    comparable(got ?? undefined, attribute),
  )
  return isSame ? undefined : { path, expected, got }
}

/** The first attribute in which what a store gives differs from what it was given; what it gives itself aside. */
export function findDifference(
  type: CompiledResourceType,
  expected: object,
  got: object,
): Difference | undefined {
  for (const attribute of type.ordered) {
    const isAside = given.has(attribute.path) || attribute === type.memberOf || attribute === type.membership
    if (isAside) continue
    const [a, b] = [(expected as Values)[attribute.name], (got as Values)[attribute.name]]
    const found = differenceIn(attribute, a, b)
    if (found) return found
  }
  return undefined
}

/** A difference for a message. */
export function describeDifference({ path, expected, got }: Difference): string {
  return `${path}: ${show(got)} instead of ${show(expected)}`
}
