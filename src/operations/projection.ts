import type { AttributePath } from '../filter/index.js'
import { readPath } from '../filter/index.js'
import { isScimError, ScimError, showName } from '../protocol/index.js'
import type { Projection } from '../schema/index.js'
import { defaultProjection, excludeFrom, includeOnly } from '../schema/index.js'
import type { OperationContext } from './context.js'

/** Which attributes a client asks for, as it wrote them (RFC 7644 section 3.9). */
export interface ProjectionRequest {
  readonly attributes: string | undefined
  readonly excludedAttributes: string | undefined
}

/** Splits at the commas outside brackets and quotes. */
function splitList(text: string): readonly string[] {
  const parts = text.match(/(?:[^,["]|\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\]?|"(?:[^"\\]|\\.)*"?)+/g) ?? []
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

/** Whether another resource type in the same list has an attribute. */
export type IsKnownElsewhere = (name: string) => boolean

/** The paths of a list of names; one that the type does not have is left out, with a line in the trace. */
function readPaths(
  { endpoint, service, profile, note }: OperationContext,
  text: string,
  isKnownElsewhere: IsKnownElsewhere,
): readonly AttributePath[] {
  const { leniency } = profile
  return splitList(text).flatMap((name) => {
    try {
      return [readPath(endpoint.type, name, { leniency, note, limits: service.limits })]
    } catch (error) {
      if (isScimError(error) && isKnownElsewhere(name)) return []
      if (!leniency.ignoreUnknown || !isScimError(error) || error.scimType !== 'invalidPath') throw error
      note('unknownAttributes', showName(name), 'not returned: no schema of this resource type defines it')
      return []
    }
  })
}

/**
 * What a reply shows to a client that named `attributes` or `excludedAttributes`.
 *
 * @throws ScimError `invalidValue` when both are given; `invalidPath` for a path that does not parse.
 * @see RFC 7644 section 3.9
 */
export function readProjection(
  context: OperationContext,
  attributes: string | undefined,
  excludedAttributes: string | undefined,
  isKnownElsewhere: IsKnownElsewhere = () => false,
): Projection {
  const { type } = context.endpoint
  if (attributes?.trim()) {
    if (excludedAttributes?.trim()) {
      throw ScimError.invalidValue('attributes and excludedAttributes exclude each other: give one of them')
    }
    return includeOnly(type, readPaths(context, attributes, isKnownElsewhere))
  }
  if (excludedAttributes?.trim()) {
    return excludeFrom(type, readPaths(context, excludedAttributes, isKnownElsewhere))
  }
  return defaultProjection(type)
}
