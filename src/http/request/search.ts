import type { Limits, ListRequest, OperationContext, ProjectionRequest } from '../../operations/index.js'
import { joinNames } from '../../operations/index.js'
import { getMember, readMessage, ScimError, urns } from '../../protocol/index.js'
import { integerIn, readInteger, readText, wholeNumber } from './query.js'

const searchRequest = { name: 'SearchRequest', urn: urns.searchRequest }

/** What a client asks a list for, in a query or in a SearchRequest. */
export interface Search extends ProjectionRequest {
  readonly list: ListRequest
}

/** A text that no longer one makes sense of. @throws ScimError `invalidValue`. */
function bounded(name: string, text: string | undefined, { maxLength }: Limits): string | undefined {
  if (text === undefined || text.length <= maxLength) return text
  throw ScimError.invalidValue(`${name} is longer than ${maxLength} characters`)
}

/** The search in a query (RFC 7644 section 3.4.2). @throws ScimError `invalidValue`. */
export function searchInQuery(query: ReadonlyMap<string, string>, limits: Limits): Search {
  return {
    attributes: readText(query, 'attributes'),
    excludedAttributes: readText(query, 'excludedAttributes'),
    list: {
      // An empty filter is an invalid one, not a missing one.
      filter: query.get('filter'),
      sortBy: bounded('sortBy', readText(query, 'sortBy'), limits),
      sortOrder: bounded('sortOrder', readText(query, 'sortOrder'), limits),
      startIndex: readInteger(query, 'startIndex'),
      count: readInteger(query, 'count'),
      cursor: query.get('cursor'),
    },
  }
}

/** The search in a SearchRequest message (RFC 7644 section 3.4.3). @throws ScimError naming the member. */
export function readSearchRequest(
  body: unknown,
  { service: { limits }, profile: { leniency }, note }: OperationContext,
): Search {
  const message = readMessage(body, searchRequest, { leniency, note })
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
    const whole = typeof value === 'number' ? wholeNumber(value) : undefined
    if (whole !== undefined) return whole
    if (typeof value === 'string' && leniency.numbersAsText) {
      const number = integerIn(name, value)
      if (number !== undefined) note('numberStrings', name, 'read the text as a number')
      return number
    }
    throw ScimError.invalidValue(`${name} must be a whole number`)
  }
  /** Names in an array, or separated by commas as in a query. */
  function attributeNames(name: keyof ProjectionRequest): string | undefined {
    const value = member(name)
    if (!Array.isArray(value)) return nonEmptyText(name)
    if (value.every((element) => typeof element === 'string')) return joinNames(name, value, limits)
    throw ScimError.invalidValue(`${name} must be an array of attribute names`)
  }

  return {
    attributes: attributeNames('attributes'),
    excludedAttributes: attributeNames('excludedAttributes'),
    list: {
      filter: text('filter'),
      sortBy: bounded('sortBy', nonEmptyText('sortBy'), limits),
      sortOrder: bounded('sortOrder', nonEmptyText('sortOrder'), limits),
      startIndex: integer('startIndex'),
      count: integer('count'),
      cursor: text('cursor'),
    },
  }
}
