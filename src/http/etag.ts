import type { Precondition } from '../operations/index.js'
import type { ScimRequest } from './message.js'

/** A version as it may stand in an entity tag (RFC 9110 section 8.8.3); stores make them of any text. */
function toOpaque(version: string): string {
  if (/^[\x21\x23-\x7e]*$/.test(version)) return version
  return version.replace(/[^\x21\x23-\x7e]+/g, encodeURIComponent)
}

/** The weak entity tag of a version (RFC 7644 section 3.14). */
export function toETag(version: string): string {
  return `W/"${toOpaque(version)}"`
}

/** The opaque parts of the entity tags in a header: weak and strong ones compare alike (RFC 9110 section 8.8.3.2). */
function versionsIn(header: string): ReadonlySet<string> {
  const versions = new Set<string>()
  for (const match of header.matchAll(/(?:W\/)?"([^"]*)"|([^\s,"]+)/g))
    versions.add(match[1] ?? match[2] ?? '')
  return versions
}

/** What an `If-Match` or `If-None-Match` header names; undefined where there is none. */
export function readETags(header: string | undefined): Precondition {
  if (header === undefined || header.trim() === '') return undefined
  if (header.trim() === '*') return () => true
  const versions = versionsIn(header)
  return (version) => versions.has(toOpaque(version))
}

/** The versions that a write may start from: what `If-Match` names, and not what `If-None-Match` does. */
export function readPrecondition(request: ScimRequest): Precondition {
  const match = readETags(request.header('if-match'))
  const noneMatch = readETags(request.header('if-none-match'))
  if (!noneMatch) return match
  return (version) => (match?.(version) ?? true) && !noneMatch(version)
}
