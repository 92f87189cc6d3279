import type { AttributePath } from '../filter/index.js'
import { readPath } from '../filter/index.js'
import { isScimError, ScimError, showName } from '../protocol/index.js'
import type { Projection } from '../schema/index.js'
import { defaultProjection, excludeFrom, includeOnly } from '../schema/index.js'
import type { Call, Endpoint, Service } from './context.js'

/** Splits at the commas that stand outside of brackets and quotes. */
function splitList(text: string): readonly string[] {
  const parts = text.match(/(?:[^,["]|\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\]?|"(?:[^"\\]|\\.)*"?)+/g) ?? []
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

/** Whether another resource type that is shown beside this one has an attribute. */
export type IsKnownElsewhere = (name: string) => boolean

/** The paths of a list of names; one that the type does not have is left out, with a line in the trace. */
function readPaths(
  service: Service,
  endpoint: Endpoint,
  text: string,
  call: Call,
  isKnownElsewhere: IsKnownElsewhere,
): readonly AttributePath[] {
  const { leniency } = call.profile
  return splitList(text).flatMap((name) => {
    try {
      return [readPath(endpoint.type, name, { leniency, note: call.note, limits: service.limits })]
    } catch (error) {
      if (isScimError(error) && isKnownElsewhere(name)) return []
      if (!leniency.ignoreUnknown || !isScimError(error) || error.scimType !== 'invalidPath') throw error
      call.note(
        'unknownAttributes',
        showName(name),
        'not returned: no schema of this resource type defines it',
      )
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
  service: Service,
  endpoint: Endpoint,
  attributes: string | undefined,
  excludedAttributes: string | undefined,
  call: Call,
  isKnownElsewhere: IsKnownElsewhere = () => false,
): Projection {
  if (attributes?.trim()) {
    if (excludedAttributes?.trim()) {
      throw ScimError.invalidValue('attributes and excludedAttributes exclude each other: give one of them')
    }
    return includeOnly(endpoint.type, readPaths(service, endpoint, attributes, call, isKnownElsewhere))
  }
  if (excludedAttributes?.trim()) {
    const paths = readPaths(service, endpoint, excludedAttributes, call, isKnownElsewhere)
    return excludeFrom(endpoint.type, paths)
  }
  return defaultProjection(endpoint.type)
}
