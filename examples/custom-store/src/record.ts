import type { CommonAttributes, CompiledResourceType, Draft, Member, Projection, StoreContext } from 'scimkit'
import { isIndexed, keysIn, keysOf } from './keys.js'

/** A resource as scripts give it: its id, the fields and values that were asked for, its members as JSON. */
export type Row = readonly [id: string, fields: readonly (string | null)[], members: readonly string[]]

const metaFields = ['@version', '@created', '@lastModified'] as const

/** What a script reads of each resource: these fields, or all of them; and whether its members. */
export interface Wanted {
  readonly fields: readonly string[] | undefined
  readonly members: boolean
}

/** The fields that are needed for a reply. */
export function wantedBy(projection: Projection, { ordered, membership }: CompiledResourceType): Wanted {
  const kept = ordered.filter(({ name }) => name !== 'id' && name !== 'meta' && name !== membership?.name)
  const included = kept.filter((attribute) => attribute.name === 'schemas' || projection.includes(attribute))
  return {
    fields:
      included.length === kept.length ? undefined : [...metaFields, ...included.map(({ name }) => name)],
    members: membership !== undefined && projection.includes(membership),
  }
}

/** All of a resource. Members are many, and only read where they are needed. */
export const everything = (members: boolean): Wanted => ({ fields: undefined, members })

/** What a filter looks at. */
export function wantedFor(mentioned: ReadonlySet<string>, { membership }: CompiledResourceType): Wanted {
  const fields = [...mentioned].filter(
    (name) => name !== 'id' && name !== 'meta' && name !== membership?.name,
  )
  return {
    fields: [...metaFields, ...fields],
    members: membership !== undefined && mentioned.has(membership.name),
  }
}

/** Makes a resource of a row. */
export function toResource<R extends CommonAttributes>(
  [id, values, members]: Row,
  { fields }: Wanted,
  { membership }: CompiledResourceType,
): R {
  const found = fields
    ? fields.map((field, at) => [field, values[at]] as const)
    : values.flatMap((field, at) =>
        at % 2 === 0 && field !== null ? [[field, values[at + 1]] as const] : [],
      )
  const own = new Map(found)
  const attributes = found.flatMap(([field, value]) =>
    field.startsWith('@') || value === null || value === undefined ? [] : [[field, JSON.parse(value)]],
  )
  const [version = '', created = '', lastModified = ''] = metaFields.map((field) => own.get(field) ?? '')
  const list = members.map((text) => JSON.parse(text) as Member).sort((a, b) => (a.value < b.value ? -1 : 1))
  return complete({
    ...Object.fromEntries(attributes),
    ...(membership && list.length > 0 && { [membership.name]: list }),
    id,
    meta: { version, created, lastModified },
  })
}

/** A draft with what the store adds is a resource; no type can say so of an R that is not known here. */
export function complete<R extends CommonAttributes>(parts: Pick<CommonAttributes, 'id' | 'meta'>): R {
  return parts as unknown as R
}

/** A member as its text is stored: always written in the same way, so that texts can be compared. */
export function memberText({ value, type, display }: Member): string {
  return JSON.stringify({ value, type, display })
}

/** What a write stores of a resource: of an update only the attributes that differ. */
export function toFields(draft: Draft<CommonAttributes>, { resourceType, changes }: StoreContext) {
  const values = draft as Readonly<Record<string, unknown>>
  const { ordered, membership, unique } = resourceType
  const isChanged = (name: string) =>
    !changes || name === 'schemas' || [...changes].some((path) => isWithin(path, name))
  const written = ordered.filter(
    ({ name }) => name !== 'id' && name !== 'meta' && name !== membership?.name && isChanged(name),
  )
  const uniqueKeys = unique.flatMap((attribute) =>
    keysIn(draft, attribute).map((key) => ({ key, path: attribute.path })),
  )
  const indexed = ordered.filter(isIndexed).flatMap((attribute) => keysIn(draft, attribute))
  return {
    set: written.flatMap(({ name }) =>
      values[name] === undefined ? [] : [[name, JSON.stringify(values[name])]],
    ),
    unset: written.flatMap(({ name }) => (values[name] === undefined ? [name] : [])),
    unique: uniqueKeys,
    uniqueText: JSON.stringify(uniqueKeys),
    indexed,
    indexedText: JSON.stringify(indexed),
    members:
      membership && (!changes || changes.has(membership.path))
        ? ((values[membership.name] ?? []) as readonly Member[])
        : undefined,
  }
}

/** Whether a path such as `name.givenName`, or one of an extension, is within an attribute. */
function isWithin(path: string, name: string): boolean {
  return path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}:`)
}

/** The key of a resource of any type of the tenant. */
export function recordKey(context: StoreContext, typeName: string, id: string): string {
  return `${keysOf(context).baseOf(typeName)}id:${id}`
}
