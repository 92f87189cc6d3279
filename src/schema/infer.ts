import type { LiteralUnion, Simplify, UnionToIntersection } from 'type-fest'
import type { AttributeDefinition, AttributeDefinitions, AttributeType } from './attribute.js'
import type { ExtensionDefinition, ResourceTypeDefinition } from './define.js'

type SimpleValue<Type extends AttributeType, Options> = Type extends 'boolean'
  ? boolean
  : Type extends 'integer' | 'decimal'
    ? number
    : Options extends { readonly canonicalValues: readonly (infer Value extends string)[] }
      ? LiteralUnion<Value, string>
      : string

type OneValue<Definition extends AttributeDefinition> = Definition['type'] extends 'complex'
  ? InferAttributes<Definition['subAttributes']>
  : SimpleValue<Definition['type'], Definition['options']>

type Value<Definition extends AttributeDefinition> = Definition['options'] extends {
  readonly multiValued: true
}
  ? readonly OneValue<Definition>[]
  : OneValue<Definition>

type RequiredNames<Definitions extends AttributeDefinitions> = {
  [Name in keyof Definitions]: Definitions[Name]['options'] extends { readonly required: true } ? Name : never
}[keyof Definitions]

/** The TypeScript type that a set of attribute definitions describes. */
export type InferAttributes<Definitions extends AttributeDefinitions> = Simplify<
  { readonly [Name in RequiredNames<Definitions>]: Value<Definitions[Name]> } & {
    readonly [Name in Exclude<keyof Definitions, RequiredNames<Definitions>>]?:
      | Value<Definitions[Name]>
      | undefined
  }
>

/** The keys that a list of extensions adds to a resource: each extension's URN. */
export type InferExtensions<Extensions extends readonly ExtensionDefinition[]> = Simplify<
  Extensions extends readonly []
    ? unknown
    : UnionToIntersection<
        {
          [Index in keyof Extensions]: {
            readonly [Urn in Extensions[Index]['urn']]?:
              | InferAttributes<Extensions[Index]['attributes']>
              | undefined
          }
        }[number]
      >
>

/** What the store and the service keep about a resource (RFC 7643 section 3.1). */
export interface Meta {
  readonly resourceType?: string | undefined
  /** When it was created, as `2011-05-13T04:42:34Z`. */
  readonly created: string
  /** When it was last changed, in the same form. */
  readonly lastModified: string
  /** Any text that differs after each change; the service makes the weak ETag from it. */
  readonly version: string
}

/** What every resource has (RFC 7643 section 3.1). */
export interface CommonAttributes {
  readonly schemas: readonly string[]
  readonly id: string
  readonly externalId?: string | undefined
  readonly meta: Meta
}

/**
 * The TypeScript type of a resource type's resources.
 *
 * @example
 * type Door = InferResource<typeof Door>
 */
export type InferResource<Type extends ResourceTypeDefinition> = Simplify<
  CommonAttributes & InferAttributes<Type['schema']['attributes']> & InferExtensions<Type['extensions']>
>
