import { isNearly, isUrn, ScimError, showName, urnsIn } from '../protocol/index.js'
import type { InputOptions } from './leniency.js'
import type { CompiledResourceType } from './registry.js'

/** What a service has beside the resource type that is asked for. */
export interface Served {
  readonly type: CompiledResourceType
}

function isSchemaOf(type: CompiledResourceType, urn: string): boolean {
  return isUrn(urn, type.definition.schema.urn) || type.extensions.some(({ name }) => isUrn(urn, name))
}

function isArrayOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((urn) => typeof urn === 'string')
}

/** The URNs in what a client wrote as `schemas`; none where it says nothing and a rule allows that. */
function readSchemas(
  value: unknown,
  { definition }: CompiledResourceType,
  { leniency, note }: InputOptions,
): readonly string[] | undefined {
  const isList = isArrayOfTexts(value)
  if (isList && value.some((urn) => /[^\s,]/.test(urn))) return value
  const urns = urnsIn(value)
  if (!leniency.missingSchemas) {
    const needed = isList ? `contain "${definition.schema.urn}"` : 'be an array of schema URNs'
    throw ScimError.invalidSyntax(`schemas must ${needed}`, { path: 'schemas' })
  }
  note(
    'missingSchemas',
    'schemas',
    urns.length > 0 ? 'read the texts in it as a list' : "read the body as this resource type's",
  )
  return urns.length > 0 ? urns : undefined
}

/** Whether a URN is nearly that of the type, and not that of another one. */
function isNearlyOf(type: CompiledResourceType, urn: string, served: readonly Served[]): boolean {
  return isNearly(urn, type.definition.schema.urn) && !isOfAnother(type, urn, served)
}

function isOfAnother(type: CompiledResourceType, urn: string, served: readonly Served[]): boolean {
  return served.some(({ type: other }) => other.name !== type.name && isUrn(urn, other.definition.schema.urn))
}

/**
 * Looks through the `schemas` that a client wrote; which ones a resource has follows from its attributes.
 *
 * @throws ScimError `invalidSyntax` where they are not this type's.
 */
export function checkSchemas(
  value: unknown,
  type: CompiledResourceType,
  options: InputOptions,
  served: readonly Served[],
): void {
  const { leniency, note } = options
  const urns = readSchemas(value, type, options)
  if (!urns) return
  const isNamed = urns.some((urn) => isSchemaOf(type, urn))
  const isMeant =
    isNamed ||
    (leniency.misnamedSchemas &&
      urns.some((urn) => isNearlyOf(type, urn, served)) &&
      !urns.some((urn) => isOfAnother(type, urn, served)))
  if (!isMeant) {
    throw ScimError.invalidSyntax(`schemas must contain "${type.definition.schema.urn}"`, {
      path: 'schemas',
    })
  }
  for (const urn of urns) {
    if (isSchemaOf(type, urn)) continue
    if (!isNamed && isNearlyOf(type, urn, served)) {
      note('misnamedSchemas', 'schemas', `read ${showName(urn)} as this resource type's`)
      continue
    }
    if (type.full && leniency.ignoreUnkept && isSchemaOf(type.full, urn)) {
      note('unkeptAttributes', 'schemas', `ignored ${showName(urn)}: this service keeps none of it`)
      continue
    }
    if (!leniency.ignoreUnknownSchemas) {
      throw ScimError.invalidSyntax(`${type.name} has no schema "${showName(urn)}"`, { path: 'schemas' })
    }
    note('unknownSchemas', 'schemas', `ignored ${showName(urn)}: it is not configured`)
  }
}
