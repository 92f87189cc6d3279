import type { UnknownObject } from '../../protocol/index.js'
import { getMember, isObject } from '../../protocol/index.js'

/** What a client finds in a ListResponse. */
export interface ListReply {
  readonly resources: readonly UnknownObject[]
  readonly totalResults: number | undefined
  /** What is not as RFC 7644 section 3.4.2 has it. */
  readonly flaws: readonly string[]
}

/** Reads a ListResponse; undefined where a reply is none. Names are read in any case, as clients do. */
export function readListReply(body: UnknownObject | undefined): ListReply | undefined {
  if (!body) return undefined
  const list = getMember(body, 'Resources')
  const totalResults = getMember(body, 'totalResults')
  if (!Array.isArray(list) && totalResults === undefined) return undefined
  const flaws: string[] = []
  for (const name of ['totalResults', 'startIndex', 'itemsPerPage']) {
    const value = getMember(body, name)
    if (value !== undefined && !Number.isInteger(value)) flaws.push(`${name} must be an integer`)
    else if (value !== undefined && !Object.hasOwn(body, name)) flaws.push(`${name} is spelt in another case`)
  }
  if (Array.isArray(list) && !Object.hasOwn(body, 'Resources'))
    flaws.push('Resources is spelt in another case')
  return {
    resources: (Array.isArray(list) ? list : []).filter(isObject),
    totalResults: Number.isInteger(totalResults) ? Number(totalResults) : undefined,
    flaws,
  }
}

/** A string as a filter has it (RFC 7644 section 3.4.2.2). */
export function filterString(text: string): string {
  return JSON.stringify(text)
}

/** A query whose parts are encoded one by one: `%20` for a space. */
export function queryString(parameters: Readonly<Record<string, string | number>>): string {
  const parts = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `?${parts.join('&')}`
}

/** The id of a resource, where it has one. */
export function idOf(resource: UnknownObject | undefined): string | undefined {
  const id = resource?.id
  return typeof id === 'string' && id !== '' ? id : undefined
}
