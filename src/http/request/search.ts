import type { ListRequest } from '../../operations/index.js'
import { getMember, isObject, ScimError, urns } from '../../protocol/index.js'
import { readInteger, readText } from './query.js'

/** What a client asks a list for, in a query or in a SearchRequest. */
export interface Search {
  readonly attributes: string | undefined
  readonly excludedAttributes: string | undefined
  readonly asked: ListRequest
}

/** The search that a query describes (RFC 7644 section 3.4.2). @throws ScimError `invalidValue`. */
export function searchInQuery(query: ReadonlyMap<string, string>): Search {
  return {
    attributes: readText(query, 'attributes'),
    excludedAttributes: readText(query, 'excludedAttributes'),
    asked: {
      // An empty filter is one that does not parse, not one that is missing.
      filter: query.get('filter'),
      sortBy: readText(query, 'sortBy'),
      sortOrder: readText(query, 'sortOrder'),
      startIndex: readInteger(query, 'startIndex'),
      count: readInteger(query, 'count'),
      cursor: query.get('cursor'),
    },
  }
}

/** The search that a SearchRequest message describes (RFC 7644 section 3.4.3). @throws ScimError naming the member. */
export function readSearchRequest(body: unknown): Search {
  if (!isObject(body)) {
    throw ScimError.invalidSyntax('The body is to be a JSON object: a SearchRequest message')
  }
  const schemas = getMember(body, 'schemas')
  const isSearch = (urn: unknown) =>
    typeof urn === 'string' && urn.toLowerCase() === urns.searchRequest.toLowerCase()
  if (!Array.isArray(schemas) || !schemas.some(isSearch)) {
    throw ScimError.invalidSyntax(`schemas is to contain "${urns.searchRequest}"`)
  }
  const member = (name: string) => getMember(body, name) ?? undefined

  function text(name: string): string | undefined {
    const value = member(name)
    if (value === undefined || typeof value === 'string') return value
    throw ScimError.invalidValue(`${name} is to be text`)
  }
  function filled(name: string): string | undefined {
    const value = text(name)
    return value?.trim() === '' ? undefined : value
  }
  function integer(name: string): number | undefined {
    const value = member(name)
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value
    throw ScimError.invalidValue(`${name} is to be a whole number`)
  }
  /** Names, as an array or as in a query. */
  function names(name: string): string | undefined {
    const value = member(name)
    if (!Array.isArray(value)) return filled(name)
    if (value.every((one) => typeof one === 'string')) return value.join(',')
    throw ScimError.invalidValue(`${name} is to be an array of attribute names`)
  }

  return {
    attributes: names('attributes'),
    excludedAttributes: names('excludedAttributes'),
    asked: {
      filter: text('filter'),
      sortBy: filled('sortBy'),
      sortOrder: filled('sortOrder'),
      startIndex: integer('startIndex'),
      count: integer('count'),
      cursor: text('cursor'),
    },
  }
}
