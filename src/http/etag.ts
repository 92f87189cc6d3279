import type { Precondition } from '../operations/index.js'
import type { ScimRequest } from './message.js'

/** A version in the characters of an entity tag (RFC 9110 section 8.8.3); a store's version can be any text. */
function toOpaque(version: string): string {
  if (/^[\x21\x23-\x7e]*$/.test(version)) return version
  return version.toWellFormed().replace(/[^\x21\x23-\x7e]+/g, encodeURIComponent)
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

/** The versions that an `If-Match` or `If-None-Match` header names; undefined without a header. */
export function readETags(header: string | undefined): Precondition {
  if (header === undefined || header.trim() === '') return undefined
  if (header.trim() === '*') return () => true
  const versions = versionsIn(header)
  return (version) => versions.has(toOpaque(version))
}

/** The versions that a write may start from: those in `If-Match`, without those in `If-None-Match`. */
export function readPrecondition(request: ScimRequest): Precondition {
  const match = readETags(request.header('if-match'))
  const noneMatch = readETags(request.header('if-none-match'))
  if (!noneMatch) return match
  return (version) => (match?.(version) ?? true) && !noneMatch(version)
}
