import { isObject, isSafeKey } from '../../protocol/index.js'
import type { Pseudonyms } from './pseudonyms.js'

/** Attributes whose text is a word of the protocol. */
const protocolWords = new Set(
  'schemas op type resourcetype created lastmodified version method bulkid status scimtype mediatype sortorder attributes excludedattributes sortby'.split(
    ' ',
  ),
)
/** Numbers that are not about a person. */
const protocolNumbers = new Set('totalresults startindex itemsperpage count status failonerrors'.split(' '))
const secrets = /password|secret|token|credential/i
const comparison = /\s(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s("(?:[^"\\]|\\.)*"?|[^\s()[\]"]+)/gi
const keptLiteral = /^(?:true|false|null|"\d{4}-\d\d-\d\dT[^"]{1,30}"|\d{4}-\d\d-\d\dT\S{1,30})$/i

/** A filter, or a path with one: its literals are replaced, but for those of `type` and `primary`. */
export function maskFilter(text: string, names: Pseudonyms): string {
  return text.replace(comparison, (all, literal: string, offset: number) => {
    const attribute = text.slice(Math.max(0, offset - 10), offset)
    if (keptLiteral.test(literal) || /(?:^|[^\w$])(?:type|primary)$/i.test(attribute)) return all
    const head = all.slice(0, all.length - literal.length)
    if (!literal.startsWith('"')) return `${head}${names.replace(literal)}`
    return `${head}${JSON.stringify(names.replace(readLiteral(literal)))}`
  })
}

function readLiteral(literal: string): string {
  try {
    return String(JSON.parse(literal))
  } catch {
    return literal.slice(1)
  }
}

/** Where a resource is: its host goes, and its id is replaced. */
function maskLocation(text: string, names: Pseudonyms): string {
  const path = URL.canParse(text) ? new URL(text).pathname : text
  const [endpoint = '', id] = path.split('/').slice(-2)
  return id === undefined
    ? names.replace(text)
    : `https://example.com/scim/v2/${endpoint}/${maskSegment(id, names)}`
}

/** A segment of a path: an id, as bodies have it. */
export function maskSegment(segment: string, names: Pseudonyms): string {
  if (segment === '' || segment === '.search' || segment.startsWith('bulkId:')) return segment
  let id = segment
  try {
    id = decodeURIComponent(segment)
  } catch {
    // Not percent-encoded as it should be: taken as it is.
  }
  return encodeURIComponent(names.replace(id))
}

/** A path below the SCIM endpoint, with its query. */
export function maskPath(path: string, query: string, names: Pseudonyms): string {
  const [, endpoint = '', ...rest] = path.split('/')
  const plain = ['', endpoint, ...rest.map((segment) => maskSegment(segment, names))].join('/')
  const parts = [...new URLSearchParams(query)].map(([name, value]) => {
    const isFilter = name.toLowerCase() === 'filter'
    const isKept = /^(?:startIndex|count|attributes|excludedAttributes|sortBy|sortOrder|cursor)$/i.test(name)
    return [name, isFilter ? maskFilter(value, names) : isKept ? value : names.replace(value)] as const
  })
  if (parts.length === 0) return plain
  return `${plain}?${parts.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`
}

/** A body without personal data. `key`: the name of the attribute that it is the value of. */
export function maskBody(value: unknown, names: Pseudonyms, key = ''): unknown {
  const name = key.toLowerCase()
  if (Array.isArray(value)) return value.map((element) => maskBody(element, names, key))
  if (isObject(value)) {
    const entries = Object.entries(value).filter(([inner]) => isSafeKey(inner))
    return Object.fromEntries(
      entries.map(([inner, of]) => [maskFilter(inner, names), maskBody(of, names, inner)]),
    )
  }
  if (typeof value === 'number') return protocolNumbers.has(name) ? value : names.replaceNumber(value)
  if (typeof value !== 'string' || value === '') return value
  if (secrets.test(name)) return 'Masked-Password-1'
  if (protocolWords.has(name) || /^(?:true|false)$/i.test(value) || /^urn:[\w:.-]+$/i.test(value))
    return value
  if (name === 'location' || name === '$ref') return maskLocation(value, names)
  if (name === 'path') return value.startsWith('/') ? maskPath(value, '', names) : maskFilter(value, names)
  if (name === 'filter') return maskFilter(value, names)
  return names.replace(value)
}
