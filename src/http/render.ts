import { isObject } from '../protocol/index.js'
import type { Attribute, CommonAttributes, Projection, ResourceType } from '../schema/index.js'
import { toETag } from './etag.js'

type Values = Readonly<Record<string, unknown>>

/** The URI of a resource (RFC 7644 section 3.1). */
export function locationOf(baseUrl: string, type: ResourceType, id: string): string {
  return `${baseUrl}${type.endpoint}/${encodeURIComponent(id)}`
}

/** Fills in what a resource can not know of itself: where it and those that it refers to are. */
export function renderer(types: readonly ResourceType[]) {
  const byName = new Map(types.map((type) => [type.name, type]))
  // Most replies show the same resource at the same place in the same way.
  const texts = new WeakMap<object, { readonly baseUrl: string; readonly text: string }>()

  function target(reference: Attribute, element: Values): ResourceType | undefined {
    const named = typeof element.type === 'string' ? byName.get(element.type) : undefined
    if (named && reference.referenceTypes.includes(named.name)) return named
    for (const name of reference.referenceTypes) {
      const type = byName.get(name)
      if (type) return type
    }
    return undefined
  }

  function withReference(value: unknown, reference: Attribute, baseUrl: string): unknown {
    if (!isObject(value) || typeof value.value !== 'string') return value
    const type = target(reference, value)
    return type ? { ...value, $ref: locationOf(baseUrl, type, value.value) } : value
  }

  function withReferences(values: Values, attributes: Iterable<Attribute>, baseUrl: string): Values {
    let output: Record<string, unknown> | undefined
    for (const one of attributes) {
      const value = values[one.name]
      if (value === undefined || one.type !== 'complex') continue
      const reference = one.subAttributes.get('$ref')
      let next: unknown = value
      if (one.isExtension && isObject(value))
        next = withReferences(value, one.subAttributes.values(), baseUrl)
      else if (reference && Array.isArray(value))
        next = value.map((each) => withReference(each, reference, baseUrl))
      else if (reference) next = withReference(value, reference, baseUrl)
      if (next !== value) {
        output ??= { ...values }
        output[one.name] = next
      }
    }
    return output ?? values
  }

  /** A resource as a client sees it. */
  function present(
    resource: CommonAttributes,
    type: ResourceType,
    wanted: Projection,
    baseUrl: string,
  ): Values {
    const { meta } = resource
    const shown = withReferences(resource as unknown as Values, type.attributes.values(), baseUrl)
    return wanted.apply({
      ...shown,
      meta: {
        resourceType: type.name,
        created: meta.created,
        lastModified: meta.lastModified,
        version: toETag(meta.version),
        location: locationOf(baseUrl, type, resource.id),
      },
    })
  }

  /** The JSON text of a resource as a client sees it. */
  function render(
    resource: CommonAttributes,
    type: ResourceType,
    wanted: Projection,
    baseUrl: string,
  ): string {
    if (!wanted.isDefault) return JSON.stringify(present(resource, type, wanted, baseUrl))
    const known = texts.get(resource)
    if (known?.baseUrl === baseUrl) return known.text
    const text = JSON.stringify(present(resource, type, wanted, baseUrl))
    texts.set(resource, { baseUrl, text })
    return text
  }

  return render
}

export type Render = ReturnType<typeof renderer>
