import type { UnknownObject } from '../../protocol/index.js'
import { isObject, toJson } from '../../protocol/index.js'
import type {
  CommonAttributes,
  CompiledAttribute,
  CompiledResourceType,
  Meta,
  Projection,
} from '../../schema/index.js'
import { toETag } from '../etag.js'

/** The URI of a resource (RFC 7644 section 3.1). A store may hand out any text as an id. */
export function locationOf(baseUrl: string, type: CompiledResourceType, id: string): string {
  return `${baseUrl}${type.endpoint}/${plainId.test(id) ? id : encodeURIComponent(id.toWellFormed())}`
}

/** An id that needs no encoding in a path. */
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

/** Renders resources as clients see them, with the locations of the resource and of those that it refers to. */
export function renderer(types: readonly CompiledResourceType[]) {
  const referring = new Map(types.map((type) => [type, referringIn(type.ordered)]))
  const byName = new Map(types.map((type) => [type.name, type]))
  // Most replies show a resource that has not changed, in the same way as before.
  const texts = new WeakMap<
    object,
    { readonly baseUrl: string; readonly version: string; readonly text: string }
  >()

  function target(reference: CompiledAttribute, element: UnknownObject): CompiledResourceType | undefined {
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

  function withReferences(
    values: UnknownObject,
    referring: readonly Referring[],
    baseUrl: string,
  ): UnknownObject {
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

  /** The `meta` of a resource as a client sees it. */
  function presentMeta(id: string, meta: Meta, type: CompiledResourceType, baseUrl: string) {
    return {
      resourceType: type.name,
      created: meta.created,
      lastModified: meta.lastModified,
      version: toETag(meta.version),
      location: locationOf(baseUrl, type, id),
    }
  }

  /** A resource as a client sees it. */
  function present(
    resource: CommonAttributes,
    type: CompiledResourceType,
    projection: Projection,
    baseUrl: string,
  ): UnknownObject {
    // The registry describes the resource; its attributes are looked up by name.
    const shown = withReferences(resource as unknown as UnknownObject, referring.get(type) ?? [], baseUrl)
    const meta = presentMeta(resource.id, resource.meta, type, baseUrl)
    return projection.apply({ ...shown, meta })
  }

  /** The JSON text of a resource as a client sees it. */
  function render(
    resource: CommonAttributes,
    type: CompiledResourceType,
    projection: Projection,
    baseUrl: string,
  ): string {
    return toJson(present(resource, type, projection, baseUrl))
  }

  /** The JSON text of a resource of which no more than `id` and `meta` can be shown. */
  function renderBare(
    id: string,
    meta: Meta | undefined,
    type: CompiledResourceType,
    baseUrl: string,
  ): string {
    const schemas = [type.definition.schema.urn]
    return toJson({ schemas, id, meta: meta && presentMeta(id, meta, type, baseUrl) })
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
    return Array.isArray(list) ? list.map(toJson) : []
  }

  /** The same, from a cache where the projection is the default one. Texts over `max` characters are not kept. */
  function renderCached(
    resource: CommonAttributes,
    type: CompiledResourceType,
    projection: Projection,
    baseUrl: string,
    max = Number.POSITIVE_INFINITY,
  ): string {
    if (!projection.isDefault) return render(resource, type, projection, baseUrl)
    const cached = texts.get(resource)
    // The version is compared too: a store may change the object that it has handed out.
    if (cached?.baseUrl === baseUrl && cached.version === resource.meta.version) return cached.text
    const text = render(resource, type, projection, baseUrl)
    if (text.length <= max) texts.set(resource, { baseUrl, version: resource.meta.version, text })
    return text
  }

  return { render, renderBare, renderCached, renderElements }
}

export type Renderer = ReturnType<typeof renderer>
