import type { ListRequest, ProjectionRequest } from '../../operations/index.js'
import { getMember, readMessage, ScimError, urns } from '../../protocol/index.js'
import { readInteger, readText } from './query.js'

/** What a client asks a list for, in a query or in a SearchRequest. */
export interface Search extends ProjectionRequest {
  readonly list: ListRequest
}

/** The search in a query (RFC 7644 section 3.4.2). @throws ScimError `invalidValue`. */
export function searchInQuery(query: ReadonlyMap<string, string>): Search {
  return {
    attributes: readText(query, 'attributes'),
    excludedAttributes: readText(query, 'excludedAttributes'),
    list: {
      // An empty filter is an invalid one, not a missing one.
      filter: query.get('filter'),
      sortBy: readText(query, 'sortBy'),
      sortOrder: readText(query, 'sortOrder'),
      startIndex: readInteger(query, 'startIndex'),
      count: readInteger(query, 'count'),
      cursor: query.get('cursor'),
    },
  }
}

/** The search in a SearchRequest message (RFC 7644 section 3.4.3). @throws ScimError naming the member. */
export function readSearchRequest(body: unknown): Search {
  const message = readMessage(body, 'SearchRequest', urns.searchRequest)
  const member = (name: string) => getMember(message, name) ?? undefined

  function text(name: string): string | undefined {
    const value = member(name)
    if (value === undefined || typeof value === 'string') return value
    throw ScimError.invalidValue(`${name} must be text`)
  }
  function nonEmptyText(name: string): string | undefined {
    const value = text(name)
    return value?.trim() === '' ? undefined : value
  }
  function integer(name: string): number | undefined {
    const value = member(name)
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value
    throw ScimError.invalidValue(`${name} must be a whole number`)
  }
  /** Names in an array, or separated by commas as in a query. */
  function attributeNames(name: string): string | undefined {
    const value = member(name)
    if (!Array.isArray(value)) return nonEmptyText(name)
    if (value.every((element) => typeof element === 'string')) return value.join(',')
    throw ScimError.invalidValue(`${name} must be an array of attribute names`)
  }

  return {
    attributes: attributeNames('attributes'),
    excludedAttributes: attributeNames('excludedAttributes'),
    list: {
      filter: text('filter'),
      sortBy: nonEmptyText('sortBy'),
      sortOrder: nonEmptyText('sortOrder'),
      startIndex: integer('startIndex'),
      count: integer('count'),
      cursor: text('cursor'),
    },
  }
}
