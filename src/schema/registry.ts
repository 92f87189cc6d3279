import { isSafeKey } from '../protocol/index.js'
import type {
  AttributeDefinition,
  AttributeDefinitions,
  AttributeType,
  Characteristics,
  ElementPlace,
  Mutability,
  Returned,
  Uniqueness,
} from './attribute.js'
import { attribute } from './attribute.js'
import type { ExtensionDefinition, ResourceTypeDefinition, SchemaDefinition } from './define.js'
import { descend, descendSingle } from './descend.js'

/**
 * A described attribute in its place in a resource, with every characteristic filled in. There is one object per
 * place, so two are the same attribute exactly when they are the same object.
 *
 * An extension is one of these too: complex, named by its URN, at the top of the resource, as it is in JSON. So
 * what walks resources needs no case for extensions.
 */
export interface CompiledAttribute {
  /** The canonical name; the URN for an extension. */
  readonly name: string
  /** The whole path in canonical case, such as `name.givenName` or `urn:…:2.0:User:manager.value`. */
  readonly path: string
  /** The object keys that lead to the value from the top of the resource, this attribute's last. */
  readonly keys: readonly string[]
  readonly type: AttributeType
  readonly multiValued: boolean
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: Mutability
  readonly returned: Returned
  readonly uniqueness: Uniqueness
  readonly canonicalValues: readonly string[]
  readonly referenceTypes: readonly string[]
  readonly description: string
  /** Of a store that keeps certain elements only: their places. Undefined: every element has one. */
  readonly places?: readonly ElementPlace[] | undefined
  /** Whether stored values may have keys of the host too, which nobody is shown. */
  readonly hasHostKeys?: boolean | undefined
  /** Whether this is a whole extension. */
  readonly isExtension: boolean
  /** The value that every resource of the type has. */
  readonly constant: string | undefined
  readonly parent: CompiledAttribute | undefined
  /** Sub-attributes by their names in lower case; empty for attributes that are not complex. */
  readonly subAttributes: ReadonlyMap<string, CompiledAttribute>
}

/** A resource type with its attributes looked up, made once from a {@link ResourceTypeDefinition}. */
export interface CompiledResourceType {
  readonly name: string
  /** Such as `/Users`. */
  readonly endpoint: string
  readonly definition: ResourceTypeDefinition
  /** The type before its store left something out; undefined where the store keeps everything. */
  readonly full?: CompiledResourceType | undefined
  /** The common attributes, the schema's and the extensions', by their names in lower case. */
  readonly attributes: ReadonlyMap<string, CompiledAttribute>
  /** The same, in the order in which a resource is written. */
  readonly ordered: readonly CompiledAttribute[]
  readonly extensions: readonly CompiledAttribute[]
  /** Every attribute, at any depth, of which two resources may not have the same value. */
  readonly unique: readonly CompiledAttribute[]
  /** Every attribute that keeps its first value, but for those inside the elements of multi-valued ones. */
  readonly immutable: readonly CompiledAttribute[]
  /** Every attribute of which the store keeps single elements only, or nothing. */
  readonly placed: readonly CompiledAttribute[]
  /** Every attribute, at any depth, that is in a reply only to clients that ask for it or write it. */
  readonly onRequest: readonly CompiledAttribute[]
  /** The attribute that switches a resource off. */
  readonly activation: CompiledAttribute | undefined
  /** The attribute that lists the resource's members. */
  readonly membership: CompiledAttribute | undefined
  /** Attributes that name a resource to people, the best first. */
  readonly labels: readonly CompiledAttribute[]
  /** The attribute that says which resources this one is a member of. */
  readonly memberOf: CompiledAttribute | undefined
  /** The attribute that holds a secret in clear text. */
  readonly credential: CompiledAttribute | undefined
}

/** The attributes that every resource has (RFC 7643 section 3.1). */
const before = {
  schemas: attribute.reference({
    description: 'The URIs of the schemas that the resource is made of.',
    multiValued: true,
    caseExact: false,
    // It follows from what the resource holds.
    mutability: 'readOnly',
    returned: 'always',
  }),
  id: attribute.string({
    description: 'A unique identifier for the resource, given by the service provider.',
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  externalId: attribute.string({
    description: 'An identifier for the resource as defined by the provisioning client.',
    caseExact: true,
  }),
}
const after = {
  meta: attribute.complex(
    {
      resourceType: attribute.string({ caseExact: true, mutability: 'readOnly' }),
      created: attribute.dateTime({ mutability: 'readOnly' }),
      lastModified: attribute.dateTime({ mutability: 'readOnly' }),
      version: attribute.string({ caseExact: true, mutability: 'readOnly' }),
      location: attribute.reference({ mutability: 'readOnly', referenceTypes: ['uri'] }),
    },
    { mutability: 'readOnly', description: 'What the service provider keeps about the resource.' },
  ),
}

/** Values of these types have a case that means something (RFC 7643 sections 2.3.6 and 2.3.7). */
const exactTypes: ReadonlySet<AttributeType> = new Set(['binary', 'reference'])

/** The path of a name inside of an attribute, or at the top of a resource. */
export function pathWithin(parent: CompiledAttribute | undefined, name: string): string {
  if (!parent) return name
  return `${parent.path}${parent.isExtension ? ':' : '.'}${name}`
}

function compileAttribute(
  name: string,
  definition: AttributeDefinition,
  parent: CompiledAttribute | undefined,
  isExtension: boolean,
): CompiledAttribute {
  const { options, type } = definition
  if (!isExtension && !/^[A-Za-z$][\w$-]*$/.test(name)) {
    throw new TypeError(`"${name}" is not an attribute name (RFC 7643 section 2.1)`)
  }
  // Every object seems to have a value for these.
  if (!isSafeKey(name) || name in {}) throw new TypeError(`"${name}" cannot be an attribute name`)
  if (type === 'complex' && parent && !parent.isExtension) {
    throw new TypeError(
      `${pathWithin(parent, name)}: a sub-attribute may not be complex (RFC 7643 section 2.3.8)`,
    )
  }
  const subAttributes = new Map<string, CompiledAttribute>()
  const compiled: CompiledAttribute = {
    name,
    path: pathWithin(parent, name),
    keys: parent ? [...parent.keys, name] : [name],
    type,
    multiValued: options.multiValued ?? false,
    required: options.required ?? false,
    caseExact: options.caseExact ?? exactTypes.has(type),
    mutability: options.mutability ?? 'readWrite',
    // What is only written is never returned (RFC 7643 section 7).
    returned: options.mutability === 'writeOnly' ? 'never' : (options.returned ?? 'default'),
    uniqueness: options.uniqueness ?? 'none',
    canonicalValues: options.canonicalValues ?? [],
    referenceTypes: options.referenceTypes ?? [],
    description: options.description ?? '',
    places: definition.places,
    hasHostKeys: definition.hasHostKeys,
    isExtension,
    constant: undefined,
    parent,
    subAttributes,
  }
  addAll(subAttributes, definition.subAttributes, compiled)
  return compiled
}

function addAll(
  into: Map<string, CompiledAttribute>,
  definitions: AttributeDefinitions,
  parent: CompiledAttribute | undefined,
): void {
  for (const [name, definition] of Object.entries(definitions))
    add(into, compileAttribute(name, definition, parent, false))
}

function add(into: Map<string, CompiledAttribute>, attribute: CompiledAttribute): void {
  const key = attribute.name.toLowerCase()
  if (into.has(key))
    throw new TypeError(`${attribute.path} is defined twice; attribute names differ by more than case`)
  into.set(key, attribute)
}

function extensionAttribute(extension: ExtensionDefinition): CompiledAttribute {
  const options: Characteristics = { required: extension.required, description: extension.description }
  return compileAttribute(
    extension.urn,
    { type: 'complex', options, subAttributes: extension.attributes },
    undefined,
    true,
  )
}

function named(
  type: ResourceTypeDefinition,
  attributes: ReadonlyMap<string, CompiledAttribute>,
  name: string | undefined,
) {
  if (name === undefined) return undefined
  const found = attributes.get(name.toLowerCase())
  if (!found) throw new TypeError(`Resource type ${type.name}: its schema has no attribute "${name}"`)
  return found
}

/** The attribute `meta`, whose `resourceType` is known before any resource is. */
function metaOf(name: string): CompiledAttribute {
  const meta = compileAttribute('meta', after.meta, undefined, false)
  const subAttributes = new Map(
    [...meta.subAttributes].map(([key, attribute]) => [
      key,
      key === 'resourcetype' ? { ...attribute, constant: name } : attribute,
    ]),
  )
  const whole = { ...meta, subAttributes }
  for (const [key, attribute] of subAttributes) subAttributes.set(key, { ...attribute, parent: whole })
  return whole
}

/** The common attributes, without a place where the store does not keep them. */
function commonOf({ notKept = [] }: ResourceTypeDefinition): AttributeDefinitions {
  if (notKept.length === 0) return before
  return Object.fromEntries(
    Object.entries(before).map(([name, one]) => [
      name,
      notKept.includes(name) ? { ...one, places: [] } : one,
    ]),
  )
}

const compiledTypes = new WeakMap<ResourceTypeDefinition, CompiledResourceType>()

/**
 * The lookup tables of a resource type. The same definition gives the same object, and a compiled type is returned
 * as it is.
 *
 * @throws TypeError when the definition contradicts itself, naming the attribute.
 */
export function compileResourceType(
  type: ResourceTypeDefinition | CompiledResourceType,
): CompiledResourceType {
  if ('definition' in type) return type
  const definition = type
  const known = compiledTypes.get(definition)
  if (known) return known
  if (!/^\/[\w.~-]+$/.test(definition.endpoint)) {
    throw new TypeError(
      `Resource type ${definition.name}: the endpoint "${definition.endpoint}" is not of the form /Name`,
    )
  }
  const attributes = new Map<string, CompiledAttribute>()
  addAll(attributes, commonOf(definition), undefined)
  addAll(attributes, definition.schema.attributes, undefined)
  const extensions = definition.extensions.map(extensionAttribute)
  for (const extension of extensions) add(attributes, extension)
  add(attributes, metaOf(definition.name))
  const ordered = [...attributes.values()]
  const compiled: CompiledResourceType = {
    name: definition.name,
    endpoint: definition.endpoint,
    definition,
    attributes,
    ordered,
    extensions,
    unique: [...descend(ordered)].filter(
      (attribute) => attribute.uniqueness !== 'none' && attribute.name !== 'id',
    ),
    immutable: [...descendSingle(ordered)].filter((attribute) => attribute.mutability === 'immutable'),
    placed: [...descendSingle(ordered)].filter((attribute) => attribute.places !== undefined),
    onRequest: [...descend(ordered)].filter((attribute) => attribute.returned === 'request'),
    activation: named(definition, attributes, definition.activation),
    membership: named(definition, attributes, definition.membership),
    labels: definition.labels.flatMap((name) => named(definition, attributes, name) ?? []),
    memberOf: named(definition, attributes, definition.memberOf),
    credential: named(definition, attributes, definition.credential),
  }
  compiledTypes.set(definition, compiled)
  return compiled
}

/** The schemas of a resource type: its own, then its extensions'. */
export function schemasOf(definition: ResourceTypeDefinition): readonly SchemaDefinition[] {
  return [definition.schema, ...definition.extensions]
}
