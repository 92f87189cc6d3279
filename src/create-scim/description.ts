import type { AuthenticationScheme } from '../http/index.js'
import { bearerScheme } from '../http/index.js'
import type { Profile } from '../idp/index.js'
import type { Limits, Service } from '../operations/index.js'
import type { AttributeType, CompiledAttribute, Mutability } from '../schema/index.js'
import { chainOf, findAttribute, isReadOnly } from '../schema/index.js'
import type { TypeFacts } from './conformance/facts.js'
import { evaluates, typeFacts } from './conformance/facts.js'
import type { ScimOptions } from './options.js'

/** An attribute without others inside it, as a service has it. */
export interface DescribedAttribute {
  /** Such as `name.givenName` or `emails.value`. */
  readonly path: string
  readonly type: AttributeType
  /** Whether it, or what it is part of, can be there several times. */
  readonly multiValued: boolean
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: Mutability
  /** Whether two resources may not have the same value. */
  readonly unique: boolean
  /** Whether the service stores what a client sends. Others are ignored. */
  readonly kept: boolean
  /** Whether filters may compare it; undefined where its store does not say. */
  readonly filterable: boolean | undefined
  /** Which elements the service has a place for, such as `emails[type eq "work"]`; undefined: any. */
  readonly places: readonly string[] | undefined
  readonly canonicalValues: readonly string[]
  readonly description: string
}

/** A resource type, as a service has it. */
export interface DescribedResourceType {
  /** Such as `User`. */
  readonly name: string
  /** Such as `/Users`. */
  readonly endpoint: string
  /** Everything that its schemas define, also what is not kept; without `id`, `schemas` and `meta`. */
  readonly attributes: readonly DescribedAttribute[]
  /** Whether clients can switch a resource off. */
  readonly canDeactivate: boolean
  /** What a DELETE does; undefined where the store does not say. */
  readonly deletion: 'removes' | 'hides' | 'revives' | 'shows' | undefined
}

/** A service as it is configured: what a guide for its customers says of it. */
export interface ServiceDescription {
  /** Where clients reach it, where the host has set that. */
  readonly baseUrl: string | undefined
  readonly documentationUri: string | undefined
  /** Users first. */
  readonly resourceTypes: readonly DescribedResourceType[]
  readonly hasGroups: boolean
  readonly authenticationSchemes: readonly AuthenticationScheme[]
  /** Whether a token is accepted without a scheme before it, as `Authorization: <token>`. */
  readonly acceptsBareToken: boolean
  readonly profile: { readonly name: string; readonly rules: readonly string[] }
  /** Whether passwords that clients send are stored. */
  readonly storesPasswords: boolean
  /** Whether anything of the host hears when a user is deactivated. */
  readonly hearsDeactivations: boolean
  /** What happens to a POST of a user that is there already: refused, or decided by the host. */
  readonly conflicts: 'reject' | 'host'
  readonly isRateLimited: boolean
  readonly limits: Limits
}

/** What is in every resource, and written by the service. */
const common = new Set(['id', 'schemas', 'meta'])

/** Describes a service for callers of a profile. */
export function serviceDescription(
  options: ScimOptions,
  service: Service,
  profile: Profile,
): ServiceDescription {
  const { endpoints, limits, callbacks } = service
  return {
    baseUrl: options.baseUrl,
    documentationUri: options.documentationUri,
    resourceTypes: typeFacts(endpoints).map((facts) => describeType(facts, options)),
    hasGroups: options.groups !== undefined,
    authenticationSchemes: options.authenticationSchemes ?? [bearerScheme],
    acceptsBareToken: profile.has('rawToken'),
    profile: { name: profile.name, rules: profile.rules.map(({ name }) => name) },
    storesPasswords: options.hashPassword !== undefined,
    hearsDeactivations: callbacks.has('user.deactivated') || endpoints[0]?.store.record !== undefined,
    conflicts: options.onConflict ? 'host' : 'reject',
    isRateLimited: options.rateLimit !== undefined,
    limits,
  }
}

function describeType(facts: TypeFacts, { hashPassword }: ScimOptions): DescribedResourceType {
  const { type, description } = facts
  const whole = type.full ?? type
  const leaves = whole.ordered.filter(({ path }) => !common.has(path)).flatMap(leavesOf)
  return {
    name: type.name,
    endpoint: type.endpoint,
    attributes: leaves.map((attribute) => {
      const described = describeAttribute(attribute, facts)
      // A secret is kept by the hook that makes it unreadable, or not at all.
      return attribute.path === whole.credential?.path
        ? { ...described, kept: described.kept && hashPassword !== undefined }
        : described
    }),
    canDeactivate: type.activation !== undefined && !isReadOnly(type.activation),
    deletion: description?.deletion,
  }
}

/** An attribute, or what is inside of it. */
function leavesOf(attribute: CompiledAttribute): readonly CompiledAttribute[] {
  const { subAttributes } = attribute
  return subAttributes.size === 0 ? [attribute] : [...subAttributes.values()].flatMap(leavesOf)
}

function describeAttribute(defined: CompiledAttribute, facts: TypeFacts): DescribedAttribute {
  const { path } = defined
  const stored = findAttribute(facts.type, path)
  const attribute = stored ?? defined
  const places = stored && chainOf(stored).find((one) => one.places !== undefined)?.places
  const isKept = stored !== undefined && !isReadOnly(stored) && places?.length !== 0
  return {
    path,
    type: attribute.type,
    multiValued: chainOf(attribute).some(({ multiValued }) => multiValued),
    required: defined.required && defined.parent === undefined,
    caseExact: attribute.caseExact,
    mutability: chainOf(attribute).some(({ mutability }) => mutability === 'readOnly')
      ? 'readOnly'
      : attribute.mutability,
    unique: attribute.uniqueness !== 'none',
    kept: isKept,
    filterable: stored ? evaluates(facts, `${path} ${probeOf(attribute)}`) : false,
    places: places?.map((place) => place.path),
    canonicalValues: attribute.canonicalValues,
    description: defined.description,
  }
}

/** A comparison that fits an attribute. */
function probeOf({ type }: CompiledAttribute): string {
  if (type === 'boolean') return 'eq true'
  if (type === 'integer' || type === 'decimal') return 'eq 1'
  return type === 'dateTime' ? 'eq "2026-01-01T00:00:00Z"' : 'eq "x"'
}
