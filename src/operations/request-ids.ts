/** The `X-Request-Id` of a request, where it is one that can be logged as it is; anything else counts as none. */
export function readRequestId(header: string | undefined): string | undefined {
  return header !== undefined && /^[\w.-]{1,128}$/.test(header) ? header : undefined
}

const version0 = /^00-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/
/** What versions to come keep, and the rest that they may add. */
const laterVersion = /^(?!ff)[\da-f]{2}(-[\da-f]{32}-[\da-f]{16}-)([\da-f]{2})(?:-|$)/
const noTrace = /^..-(?:0{32}-|.{32}-0{16}-)/

/**
 * The `traceparent` of a request in version 00; undefined where it is not valid (W3C Trace Context section 3.2). Of a
 * later version, what 00 knows of it.
 */
export function readTraceparent(header: string | undefined): string | undefined {
  if (header === undefined || noTrace.test(header)) return undefined
  if (version0.test(header)) return header
  const [, ids, flags = ''] = laterVersion.exec(header) ?? []
  if (ids === undefined || header.startsWith('00')) return undefined
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1
  return `00${ids}${isSampled ? '01' : '00'}`
}
