import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions } from '../protocol/index.js'
import type { AttributeDefinitions } from './attribute.js'
import type { StoredValueFacts } from './value-place.js'

/** What can be said of a schema besides its URN and attributes. */
export interface SchemaOptions {
  /** Shown in `/Schemas`; default: the last part of the URN. */
  readonly name?: string
  readonly description?: string
}

const schemaOptionNames = { name: true, description: true } satisfies OptionNames<SchemaOptions>

/** A schema: a URN and the attributes that it describes (RFC 7643 section 7). */
export interface SchemaDefinition<
  Urn extends string = string,
  Attributes extends AttributeDefinitions = AttributeDefinitions,
> {
  readonly urn: Urn
  readonly name: string
  readonly description: string
  readonly attributes: Attributes
}

/** A schema that adds attributes to a resource type, under its URN as key (RFC 7643 section 3.3). */
export interface ExtensionDefinition<
  Urn extends string = string,
  Attributes extends AttributeDefinitions = AttributeDefinitions,
> extends SchemaDefinition<Urn, Attributes> {
  readonly extension: true
  /** A resource without the extension is refused. */
  readonly required: boolean
}

/** A kind of resource with its endpoint, schema and extensions (RFC 7643 section 6). */
export interface ResourceTypeDefinition<
  Name extends string = string,
  Schema extends SchemaDefinition = SchemaDefinition,
  Extensions extends readonly ExtensionDefinition[] = readonly ExtensionDefinition[],
> extends StoredValueFacts {
  readonly name: Name
  /** Where the resources live, such as `/Users`. */
  readonly endpoint: string
  readonly description: string
  readonly schema: Schema
  readonly extensions: Extensions
  /** The boolean attribute that switches a resource off without deleting it. */
  readonly activation: string | undefined
  /** The attribute that lists the resource's members. */
  readonly membership: string | undefined
  /** Attributes that name a resource to people, the best first. */
  readonly labels: readonly string[]
  /** The attribute that says which resources this one is a member of; the service fills it in. */
  readonly memberOf: string | undefined
  /** The attribute that holds a secret in clear text: it is hashed before it is stored, and never shown. */
  readonly credential: string | undefined
  /** Of a store: common attributes that it does not keep, such as `externalId`. Default: none. */
  readonly notKept?: readonly string[]
}

function lastPart(urn: string): string {
  return urn.slice(urn.lastIndexOf(':') + 1)
}

/**
 * A schema of your own for {@link describeResourceType}.
 *
 * @example
 * const door = defineSchema('urn:example:params:scim:schemas:core:2.0:Door', { label: attribute.string({ required: true }) })
 */
export function defineSchema<const Urn extends string, const Attributes extends AttributeDefinitions>(
  urn: Urn,
  attributes: Attributes,
  options: SchemaOptions = {},
): SchemaDefinition<Urn, Attributes> {
  assertKnownOptions('defineSchema', options, schemaOptionNames)
  return describeSchema(urn, attributes, options)
}

function describeSchema<Urn extends string, Attributes extends AttributeDefinitions>(
  urn: Urn,
  attributes: Attributes,
  options: SchemaOptions,
): SchemaDefinition<Urn, Attributes> {
  return { urn, attributes, name: options.name ?? lastPart(urn), description: options.description ?? '' }
}

/** What can be said of an extension besides its URN and attributes. */
export interface ExtensionOptions extends SchemaOptions {
  /** A resource without the extension is refused. Default false. */
  readonly required?: boolean
}

const extensionOptionNames = { ...schemaOptionNames, required: true } satisfies OptionNames<ExtensionOptions>

/**
 * Attributes of your own on an existing resource type.
 *
 * @example
 * const Employee = defineExtension('urn:example:params:scim:schemas:extension:employee:2.0:User', {
 *   badgeId: attribute.string({ uniqueness: 'server', caseExact: true }),
 * })
 * @see RFC 7643 section 3.3
 */
export function defineExtension<const Urn extends string, const Attributes extends AttributeDefinitions>(
  urn: Urn,
  attributes: Attributes,
  options: ExtensionOptions = {},
): ExtensionDefinition<Urn, Attributes> {
  assertKnownOptions('defineExtension', options, extensionOptionNames)
  return { ...describeSchema(urn, attributes, options), extension: true, required: options.required ?? false }
}

/** What is said of a resource type when it is defined. */
export interface ResourceTypeOptions<
  Name extends string,
  Schema extends SchemaDefinition,
  Extensions extends readonly ExtensionDefinition[],
> {
  readonly name: Name
  /** Such as `/Doors`. */
  readonly endpoint: string
  readonly schema: Schema
  readonly extensions?: Extensions
  readonly description?: string
  /** The boolean attribute that switches a resource off without deleting it. */
  readonly activation?: string
  /** The attribute that lists the resource's members. */
  readonly membership?: string
  /** Attributes that name a resource to people, the best first. */
  readonly labels?: readonly string[]
  /** The attribute that says which resources this one is a member of; the service fills it in. */
  readonly memberOf?: string
  /** The attribute that holds a secret in clear text. */
  readonly credential?: string
}

/** What can be said of a resource type. */
export const resourceTypeOptionNames = {
  name: true,
  endpoint: true,
  schema: true,
  extensions: true,
  description: true,
  activation: true,
  membership: true,
  labels: true,
  memberOf: true,
  credential: true,
} satisfies OptionNames<ResourceTypeOptions<string, SchemaDefinition, readonly ExtensionDefinition[]>>

/** A kind of resource, without a store. */
export function describeResourceType<
  const Name extends string,
  const Schema extends SchemaDefinition,
  const Extensions extends readonly ExtensionDefinition[] = readonly [],
>(
  definition: ResourceTypeOptions<Name, Schema, Extensions>,
): ResourceTypeDefinition<Name, Schema, Extensions> {
  return {
    name: definition.name,
    endpoint: definition.endpoint,
    description: definition.description ?? '',
    schema: definition.schema,
    // Absent extensions and the default type argument, an empty tuple, are the same value.
    extensions: definition.extensions ?? ([] as readonly ExtensionDefinition[] as Extensions),
    activation: definition.activation,
    membership: definition.membership,
    labels: definition.labels ?? [],
    memberOf: definition.memberOf,
    credential: definition.credential,
  }
}
