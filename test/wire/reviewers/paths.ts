import { type Json, urn } from '../case.js'

// The names that Microsoft's suites have for what a service keeps: worked out from its schemas, put into bodies, and
// looked up in replies (github.com/AzureAD/SCIMReferenceCode, SCIMTests_Workflow.json).

interface Described {
  readonly name: string
  readonly type: string
  readonly multiValued: boolean
  readonly mutability: string
  readonly canonicalValues?: readonly string[]
  readonly subAttributes?: readonly Described[]
}

/** The attributes that a resource in a list of schemas describes. */
function attributesOf(schema: Json): readonly Described[] {
  return schema.attributes as readonly Described[]
}

function pathsOf({ name, type, multiValued, subAttributes = [] }: Described): readonly string[] {
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

/** What a mapping can name of a type of resources: its own schema, and as extensions all that belong to none. */
export function flatten(schemas: readonly Json[], core: string, isWritable = false): readonly string[] {
  const kept = ({ mutability }: Described) =>
    !isWritable || (mutability !== 'readOnly' && mutability !== 'writeOnly')
  return schemas.flatMap((schema) => {
    const attributes = attributesOf(schema).filter(kept)
    if (schema.id === core) return attributes.flatMap(pathsOf)
    const isOther = schema.id === urn.user || schema.id === urn.group
    return isOther ? [] : attributes.map(({ name }) => `${schema.id}:${name}`)
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

const pattern = /^(?:(urn:.+):)?(\w+)(?:\[(\w+) eq "([^"]*)"\])?(?:\.(\w+))?$/

function placeOf(path: string): Place {
  const [, schema, attribute, key, value, sub] = pattern.exec(path) ?? []
  if (attribute === undefined) throw new Error(`${path} is no path`)
  return { schema, attribute, key, value, sub }
}

function isSelected(element: Json, key: string, value: string | undefined): boolean {
  return String(element[key]).toLowerCase() === value?.toLowerCase()
}

/** What a resource has at a path. */
export function valueAt(resource: Json, path: string): unknown {
  const { schema, attribute, key, value, sub } = placeOf(path)
  const object = (schema === undefined ? resource : resource[schema]) as Json | undefined
  const found = object?.[attribute]
  if (found === undefined || found === null) return undefined
  if (key === undefined) return sub === undefined ? found : (found as Json)[sub]
  const element = (found as readonly Json[]).find((one) => isSelected(one, key, value))
  return element?.[sub ?? 'value']
}

type Draft = Record<string, unknown>

/** A body that has these values, by their paths; the first element of each list is the primary one. */
export function bodyOf(core: string, values: Readonly<Record<string, unknown>>): Json {
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
): readonly Json[] {
  const entries = Object.entries(values)
  if (form === 'an operation for each') return entries.map(([path, value]) => ({ op, path, value }))
  const isAlone = ([path]: readonly [string, unknown]) => path.includes('[')
  const rest = entries.filter((one) => !isAlone(one))
  return [
    ...entries.filter(isAlone).map(([path, value]) => ({ op, path, value })),
    ...(rest.length > 0 ? [{ op, value: Object.fromEntries(rest) }] : []),
  ]
}
