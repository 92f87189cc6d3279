import { urns } from '../../../../protocol/index.js'
import { isJsonObject, type JsonObject } from '../../json.js'
import type { TargetAttribute } from '../../target.js'

// The names that Microsoft's suites have for what a service keeps: worked out from its schemas, put into bodies, and
// looked up in replies (github.com/AzureAD/SCIMReferenceCode, SCIMTests_Workflow.json).

function pathsIn({ name, type, multiValued, subAttributes }: TargetAttribute): readonly string[] {
  if (name === 'manager' || name === 'members') return [name]
  if (type !== 'complex') return type === 'reference' ? [] : [name]
  if (!multiValued) {
    const simple = subAttributes.filter((sub) => sub.type !== 'complex' && sub.type !== 'reference')
    return simple.map((sub) => `${name}.${sub.name}`)
  }
  const types = subAttributes.find((sub) => sub.name === 'type')?.canonicalValues ?? []
  const subs = subAttributes.map((sub) => sub.name).filter((sub) => sub !== 'primary')
  if (types.length === 0) return subs.map((sub) => `${name}[primary eq "True"].${sub}`)
  const others = subs.filter((sub) => sub !== 'type')
  return types.flatMap((one) => others.map((sub) => `${name}[type eq "${one}"].${sub}`))
}

/** The attributes of a schema, by its URN. */
export interface DescribedSchema {
  readonly id: string
  readonly attributes: readonly TargetAttribute[]
}

/** What a mapping can name of a type of resources: its own schema, and as extensions all that belong to none. */
export function flatten(
  schemas: readonly DescribedSchema[],
  core: string,
  isWritable = false,
): readonly string[] {
  const kept = ({ mutability }: TargetAttribute) =>
    !isWritable || (mutability !== 'readOnly' && mutability !== 'writeOnly')
  return schemas.flatMap(({ id, attributes }) => {
    const own = attributes.filter(kept)
    if (id === core) return own.flatMap(pathsIn)
    const isOther = id === urns.user || id === urns.group
    return isOther ? [] : own.map(({ name }) => `${id}:${name}`)
  })
}

interface Place {
  readonly schema: string | undefined
  readonly attribute: string
  /** What selects the element of a multi-valued attribute: `type` or `primary`, and its value. */
  readonly key: string | undefined
  readonly value: string | undefined
  readonly sub: string | undefined
}

const pattern = /^(?:(urn:.+):)?(\w+)(?:\[(\w+) eq "([^"]*)"\])?(?:\.(\$?\w+))?$/

function placeOf(path: string): Place {
  const [, schema, attribute, key, value, sub] = pattern.exec(path) ?? []
  if (attribute === undefined) throw new Error(`${path} is no path`)
  return { schema, attribute, key, value, sub }
}

function isSelected(element: JsonObject, key: string, value: string | undefined): boolean {
  return String(element[key]).toLowerCase() === value?.toLowerCase()
}

/** What a resource has at a path. */
export function valueAtPath(resource: JsonObject, path: string): unknown {
  const { schema, attribute, key, value, sub } = placeOf(path)
  const object = schema === undefined ? resource : resource[schema]
  const found = isJsonObject(object) ? object[attribute] : undefined
  if (found === undefined || found === null) return undefined
  if (key === undefined) return sub === undefined ? found : isJsonObject(found) ? found[sub] : undefined
  if (!Array.isArray(found)) return undefined
  const element = found.filter(isJsonObject).find((one) => isSelected(one, key, value))
  return element?.[sub ?? 'value']
}

type Draft = Record<string, unknown>

/** A body that has these values, by their paths; the first element of each list is the primary one. */
export function resourceFrom(core: string, values: Readonly<Record<string, unknown>>): JsonObject {
  const extensions = Object.keys(values).flatMap((path) => placeOf(path).schema ?? [])
  const body: Draft = { schemas: [core, ...new Set(extensions)] }
  for (const [path, value] of Object.entries(values)) {
    const { schema, attribute, key, value: selected, sub } = placeOf(path)
    if (schema !== undefined) body[schema] ??= {}
    const object = (schema === undefined ? body : body[schema]) as Draft
    if (key === undefined && sub === undefined) object[attribute] = value
    else if (key === undefined) object[attribute] = { ...(object[attribute] as object), [sub ?? '']: value }
    else {
      const elements = (object[attribute] ?? []) as Draft[]
      object[attribute] = elements
      let element = elements.find((one) => isSelected(one, key, selected))
      if (!element) {
        // Microsoft's clients write it as a text.
        element = {
          ...(elements.length === 0 && { primary: 'true' }),
          ...(key === 'type' && { type: selected }),
        }
        elements.push(element)
      }
      element[sub ?? 'value'] = value
    }
  }
  return body
}

/** How a client puts new values: an operation for each path, or brackets alone and the rest in one without a path. */
export type Form = 'an operation for each' | 'one operation for most'

/** The operations that set values, by their paths. */
export function operationsOf(
  values: Readonly<Record<string, unknown>>,
  form: Form,
  op = 'replace',
): readonly JsonObject[] {
  const entries = Object.entries(values)
  if (form === 'an operation for each') return entries.map(([path, value]) => ({ op, path, value }))
  const isAlone = ([path]: readonly [string, unknown]) => path.includes('[')
  const rest = entries.filter((one) => !isAlone(one))
  return [
    ...entries.filter(isAlone).map(([path, value]) => ({ op, path, value })),
    ...(rest.length > 0 ? [{ op, value: Object.fromEntries(rest) }] : []),
  ]
}
