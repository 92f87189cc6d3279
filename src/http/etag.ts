import type { Precondition } from '../operations/index.js'

/** The weak entity tag of a version (RFC 7644 section 3.14). */
export function toETag(version: string): string {
  return `W/"${version}"`
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
  return (version) => versions.has(version)
}
