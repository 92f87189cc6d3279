import { mediaType, ScimError } from '../../protocol/index.js'

/** Whether a media type is JSON: `application/scim+json`, `application/json` and other `+json` types. */
function isJson(type: string): boolean {
  return /^[\w.-]+\/(?:[\w.-]+\+)?json$/.test(type)
}

/** What most clients send, so that it need not be parsed. */
const common: ReadonlySet<string> = new Set([
  mediaType,
  `${mediaType}; charset=utf-8`,
  'application/json',
  '',
])

/** Refuses a body that is not JSON in UTF-8. @throws ScimError 415. */
export function assertContentType(contentType: string | undefined): void {
  const header = contentType?.trim() ?? ''
  if (common.has(header)) return
  const [type = '', ...parameters] = header.toLowerCase().split(';')
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(parameter)?.[1])
    .find(Boolean)
  if (!isJson(type.trim()) || (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')) {
    throw new ScimError(
      415,
      undefined,
      'The body must be application/scim+json or application/json, in UTF-8',
    )
  }
}

/** Refuses a body that is compressed. @throws ScimError 415. */
export function assertContentEncoding(contentEncoding: string | undefined): void {
  const encoding = contentEncoding?.trim().toLowerCase()
  if (encoding === undefined || encoding === '' || encoding === 'identity') return
  throw new ScimError(415, undefined, 'The body must be sent without a Content-Encoding')
}

/** Refuses a client that accepts nothing the service can reply with (RFC 9110 section 12.5.1). @throws ScimError 406. */
export function assertAcceptable(accept: string | undefined): void {
  if (accept === undefined || accept === '*/*' || common.has(accept.trim())) return
  if (!isAccepted(rangesIn(accept)))
    throw new ScimError(406, undefined, 'Replies are application/scim+json; accept that')
}

/** The media ranges of a header, each with whether it is accepted: `q=0` says that it is not. */
function rangesIn(accept: string): ReadonlyMap<string, boolean> {
  const ranges = new Map<string, boolean>()
  for (const range of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
    const isRefused = parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))
    ranges.set(type, !isRefused || ranges.get(type) === true)
  }
  return ranges
}

/** The most specific range decides (RFC 9110 section 12.5.1). Who takes some other JSON takes SCIM's too. */
function isAccepted(ranges: ReadonlyMap<string, boolean>): boolean {
  const exact = ranges.get(mediaType)
  if (exact !== undefined) return exact
  for (const [type, isTaken] of ranges) if (isTaken && isJson(type)) return true
  return ranges.get('application/*') ?? ranges.get('*/*') ?? false
}
