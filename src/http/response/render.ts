import { isObject } from '../../protocol/index.js'
import type {
  CommonAttributes,
  CompiledAttribute,
  CompiledResourceType,
  Projection,
} from '../../schema/index.js'
import { toETag } from '../etag.js'

type Values = Readonly<Record<string, unknown>>

/** The URI of a resource (RFC 7644 section 3.1). */
export function locationOf(baseUrl: string, type: CompiledResourceType, id: string): string {
  return `${baseUrl}${type.endpoint}/${plainId.test(id) ? id : encodeURIComponent(id)}`
}

/** An id that stands in a path as it is. */
const plainId = /^[\w.~-]*$/

/** An attribute that refers to other resources, or an extension with such attributes inside. */
interface Referring {
  readonly name: string
  /** The sub-attribute that holds the URI. */
  readonly reference: CompiledAttribute | undefined
  readonly inside: readonly Referring[]
}

function referringIn(attributes: Iterable<CompiledAttribute>): readonly Referring[] {
  return [...attributes].flatMap((attribute) => {
    const reference = attribute.subAttributes.get('$ref')
    const inside = attribute.isExtension ? referringIn(attribute.subAttributes.values()) : []
    return reference || inside.length > 0 ? [{ name: attribute.name, reference, inside }] : []
  })
}

/** Fills in what a resource can not know of itself: where it and those that it refers to are. */
export function renderer(types: readonly CompiledResourceType[]) {
  const referring = new Map(types.map((type) => [type, referringIn(type.ordered)]))
  const byName = new Map(types.map((type) => [type.name, type]))
  // Most replies show the same resource at the same place in the same way.
  const texts = new WeakMap<
    object,
    { readonly baseUrl: string; readonly version: string; readonly text: string }
  >()

  function target(reference: CompiledAttribute, element: Values): CompiledResourceType | undefined {
    const named = typeof element.type === 'string' ? byName.get(element.type) : undefined
    if (named && reference.referenceTypes.includes(named.name)) return named
    for (const name of reference.referenceTypes) {
      const type = byName.get(name)
      if (type) return type
    }
    return undefined
  }

  function withReference(value: unknown, reference: CompiledAttribute, baseUrl: string): unknown {
    if (!isObject(value) || typeof value.value !== 'string') return value
    const type = target(reference, value)
    return type ? Object.assign({}, value, { $ref: locationOf(baseUrl, type, value.value) }) : value
  }

  function withReferences(values: Values, referring: readonly Referring[], baseUrl: string): Values {
    let output: Record<string, unknown> | undefined
    for (const { name, reference, inside } of referring) {
      const value = values[name]
      if (value === undefined) continue
      let next: unknown = value
      if (!reference) next = isObject(value) ? withReferences(value, inside, baseUrl) : value
      else if (Array.isArray(value)) next = value.map((each) => withReference(each, reference, baseUrl))
      else next = withReference(value, reference, baseUrl)
      if (next === value) continue
      output ??= { ...values }
      output[name] = next
    }
    return output ?? values
  }

  /** A resource as a client sees it. */
  function present(
    resource: CommonAttributes,
    type: CompiledResourceType,
    projection: Projection,
    baseUrl: string,
  ): Values {
    const { meta } = resource
    // What the registry describes is looked up by name.
    const shown = withReferences(resource as unknown as Values, referring.get(type) ?? [], baseUrl)
    return projection.apply({
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
    type: CompiledResourceType,
    projection: Projection,
    baseUrl: string,
  ): string {
    return JSON.stringify(present(resource, type, projection, baseUrl))
  }

  /** The JSON texts of some elements of a multi-valued attribute as a client sees them. */
  function renderElements(
    elements: readonly unknown[],
    attribute: CompiledAttribute,
    type: CompiledResourceType,
    projection: Projection,
    baseUrl: string,
  ): readonly string[] {
    const shown = withReferences({ [attribute.name]: elements }, referring.get(type) ?? [], baseUrl)
    const list = projection.apply(shown)[attribute.name]
    return Array.isArray(list) ? list.map((element) => JSON.stringify(element)) : []
  }

  /** The same, kept for the next reader where it looks the same to everyone. */
  function renderKept(
    resource: CommonAttributes,
    type: CompiledResourceType,
    projection: Projection,
    baseUrl: string,
  ): string {
    if (!projection.isDefault) return render(resource, type, projection, baseUrl)
    const known = texts.get(resource)
    // A store that changes what it has handed out is not to be believed by its object alone.
    if (known?.baseUrl === baseUrl && known.version === resource.meta.version) return known.text
    const text = render(resource, type, projection, baseUrl)
    texts.set(resource, { baseUrl, version: resource.meta.version, text })
    return text
  }

  return { render, renderKept, renderElements }
}

export type Renderer = ReturnType<typeof renderer>
