import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions } from '../protocol/index.js'

/** The data types of RFC 7643 section 2.3. */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'binary'
  | 'reference'
  | 'complex'

/** Who may write the attribute (RFC 7643 section 7). */
export type Mutability = 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'
/** When the attribute is part of a reply (RFC 7643 section 7). */
export type Returned = 'always' | 'never' | 'default' | 'request'
/** Among which resources a value may occur once (RFC 7643 section 7). */
export type Uniqueness = 'none' | 'server' | 'global'

/** What can be said of an attribute besides its type; what is left out has the RFC's default (RFC 7643 section 2.2). */
export interface Characteristics {
  readonly description?: string
  /** Several values, as an array. Default false. */
  readonly multiValued?: boolean
  /** A resource without it is refused. Default false. */
  readonly required?: boolean
  /** Strings compare with regard to case. Default false. */
  readonly caseExact?: boolean
  /** Default `readWrite`. */
  readonly mutability?: Mutability
  /** Default `default`. */
  readonly returned?: Returned
  /** Default `none`. */
  readonly uniqueness?: Uniqueness
  /** Suggested values. Others are accepted: they are suggestions (RFC 7643 section 7). */
  readonly canonicalValues?: readonly string[]
  /**
   * For references: names of resource types, `external` or `uri`. For complex attributes without a `$ref`: the types of
   * the resources whose ids `value` holds.
   */
  readonly referenceTypes?: readonly string[]
}

const characteristicNames = {
  description: true,
  multiValued: true,
  required: true,
  caseExact: true,
  mutability: true,
  returned: true,
  uniqueness: true,
  canonicalValues: true,
  referenceTypes: true,
} satisfies OptionNames<Characteristics>

/** A place that a store has for one element of a multi-valued attribute, or for any number of them. */
export interface ElementPlace {
  /** As a path, such as `emails[type eq "work"]`. */
  readonly path: string
  /** Whether any number of elements can be there. Default false. */
  readonly holdsMany?: true
  /** Whether the element can be there. */
  matches(element: unknown): boolean
}

/** A described attribute; made by {@link attribute}. */
export interface AttributeDefinition<
  Type extends AttributeType = AttributeType,
  Options extends Characteristics = Characteristics,
  Sub extends AttributeDefinitions = AttributeDefinitions,
> {
  readonly type: Type
  readonly options: Options
  /** The sub-attributes of a complex attribute; empty for the other types. */
  readonly subAttributes: Sub
  /** Of a store that keeps certain elements only: their places. Left out: every element has one. */
  readonly places?: readonly ElementPlace[]
  /** Of a store whose values of a complex attribute may have keys of the host too, which nobody is shown. Default false. */
  readonly hasHostKeys?: boolean
}

/** Attributes by their canonical names. */
export interface AttributeDefinitions {
  readonly [name: string]: AttributeDefinition
}

type NoSubAttributes = Readonly<Record<never, never>>
type Simple<Type extends AttributeType, Options extends Characteristics> = AttributeDefinition<
  Type,
  Options,
  NoSubAttributes
>
type NoOptions = Readonly<Record<never, never>>

function simple<Type extends AttributeType>(type: Type) {
  return <const Options extends Characteristics = NoOptions>(options?: Options): Simple<Type, Options> => {
    assertKnownOptions(`attribute.${type}`, options, characteristicNames)
    // The default type argument is the empty object, so an absent argument and it are the same value.
    return { type, options: options ?? ({} as Options), subAttributes: {} }
  }
}

/**
 * Describes attributes for {@link defineSchema} and {@link defineExtension}.
 *
 * The TypeScript type of a resource, its validation, `/Schemas`, filters, PATCH and projection all follow from
 * these descriptions.
 *
 * @example
 * const badgeId = attribute.string({ uniqueness: 'server', caseExact: true })
 * const sites = attribute.complex({ code: attribute.string(), primary: attribute.boolean() }, { multiValued: true })
 * @see RFC 7643 section 2
 */
export const attribute = {
  /** Unicode text. */
  string: simple('string'),
  /** `true` or `false`. */
  boolean: simple('boolean'),
  /** A number with or without a fraction. */
  decimal: simple('decimal'),
  /** A whole number. */
  integer: simple('integer'),
  /** An instant as text, such as `2008-01-23T04:56:22Z`. */
  dateTime: simple('dateTime'),
  /** Bytes as base64 text. */
  binary: simple('binary'),
  /** A URI as text; see `referenceTypes`. */
  reference: simple('reference'),
  /** An object of sub-attributes, which are simple. */
  complex<const Sub extends AttributeDefinitions, const Options extends Characteristics = NoOptions>(
    subAttributes: Sub,
    options?: Options,
  ): AttributeDefinition<'complex', Options, Sub> {
    assertKnownOptions('attribute.complex', options, characteristicNames)
    return { type: 'complex', options: options ?? ({} as Options), subAttributes }
  },
}
