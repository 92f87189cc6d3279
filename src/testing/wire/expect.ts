import { mediaType, urns } from '../../protocol/index.js'
import type { WireReply } from './exchange.js'
import { CaseFailure } from './failure.js'
import { isJsonObject, type JsonObject } from './json.js'

/** A value as text, the keys of objects in the order of the alphabet: in JSON they have none. */
export function showJson(value: unknown): string {
  const sorted = (_key: string, inner: unknown) => {
    if (inner instanceof RegExp) return `(a text like ${inner.source})`
    return isJsonObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner
  }
  return JSON.stringify(value, sorted) ?? 'nothing'
}

/** Whether a value says nothing: null and an empty list are the same as no value (RFC 7643 2.5). */
export function saysNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}

/**
 * Whether a value has at least what is expected: of an object its keys (`undefined`: it has no value there), of an
 * array an element for each, in any order and number.
 */
function includes(value: unknown, expected: unknown): boolean {
  if (expected === undefined) return saysNothing(value)
  if (expected instanceof RegExp) return typeof value === 'string' && expected.test(value)
  if (Array.isArray(expected)) {
    return Array.isArray(value) && expected.every((one) => value.some((element) => includes(element, one)))
  }
  if (!isJsonObject(expected)) return value === expected
  return isJsonObject(value) && Object.entries(expected).every(([key, one]) => includes(value[key], one))
}

/** @throws CaseFailure unless a value has at least what is expected. */
export function expectToHave(value: unknown, expected: unknown, what: string, reply?: WireReply): void {
  if (includes(value, expected)) return
  const lacks = isJsonObject(expected) && isJsonObject(value) ? lacking(value, expected) : expected
  throw new CaseFailure(
    `${what} is ${showJson(value)} and does not have ${showJson(lacks)}`,
    `${what} has ${showExpected(lacks)}`,
    reply,
    missingPaths(value, expected),
  )
}

/** The paths of what a resource lacks, the parts of complex values apart. */
function missingPaths(value: unknown, expected: unknown): readonly string[] {
  if (!isJsonObject(value) || !isJsonObject(expected)) return []
  return Object.entries(lacking(value, expected)).flatMap(([name, one]) => {
    if (!isJsonObject(one)) return [name]
    const found = value[name]
    const parts = Object.keys(lacking(isJsonObject(found) ? found : {}, one))
    return parts.map((part) => `${name}${name.startsWith('urn:') ? ':' : '.'}${part}`)
  })
}

/** Of what is expected, what is not there. */
function lacking(value: JsonObject, expected: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(expected).filter(([key, one]) => !includes(value[key], one)))
}

function showExpected(expected: unknown): string {
  if (!isJsonObject(expected)) return showJson(expected)
  return Object.entries(expected)
    .map(([key, value]) => (value === undefined ? `no value at ${key}` : `${key} ${showJson(value)}`))
    .join(', ')
}

/** @throws CaseFailure unless two JSON values are the same. */
export function expectSame(value: unknown, expected: unknown, what: string, reply?: WireReply): void {
  if (showJson(value) === showJson(expected)) return
  throw new CaseFailure(
    `${what} is ${showJson(value)} and not ${showJson(expected)}`,
    `${what} is ${showJson(expected)}`,
    reply,
    [what],
  )
}

/** @throws CaseFailure unless a condition holds. */
export function expectThat(
  holds: boolean,
  message: string,
  expected: string,
  reply?: WireReply,
): asserts holds {
  if (!holds) throw new CaseFailure(message, expected, reply)
}

/** @throws CaseFailure unless a reply has one of these statuses. */
export function expectStatus(reply: WireReply, ...statuses: readonly number[]): WireReply {
  if (statuses.includes(reply.status)) return reply
  const wanted = statuses.join(' or ')
  throw new CaseFailure(`the status is ${reply.status} and not ${wanted}`, `status ${wanted}`, reply)
}

/** The object in the body of a reply of these statuses. @throws CaseFailure */
export function objectIn(reply: WireReply, status: number | readonly number[] = 200): JsonObject {
  expectStatus(reply, ...[status].flat())
  const { json } = reply
  expectThat(isJsonObject(json), 'the body is no JSON object', 'a body that is a JSON object', reply)
  return json
}

/** The same, once it has what is expected. @throws CaseFailure */
export function resourceIn(
  reply: WireReply,
  status: number | readonly number[],
  expected: JsonObject,
): JsonObject {
  const resource = objectIn(reply, status)
  expectToHave(resource, expected, 'the resource', reply)
  return resource
}

/** The resources of a list, once it is one. @throws CaseFailure */
export function resourcesIn(reply: WireReply, expected: JsonObject = {}): readonly JsonObject[] {
  const list = objectIn(reply)
  expectToHave(list, expected, 'the list', reply)
  const resources = list.Resources ?? (list.totalResults === 0 ? [] : undefined)
  const isListed = Array.isArray(resources) && resources.every(isJsonObject)
  expectThat(isListed, 'Resources is no array of objects', 'Resources is an array of resources', reply)
  return resources as readonly JsonObject[]
}

/** Takes a list as RFC 7644 3.4.2 defines it: schemas, and integers that count right. @throws CaseFailure */
export function wholeListIn(reply: WireReply, expected: JsonObject = {}): readonly JsonObject[] {
  const resources = resourcesIn(reply, { schemas: [urns.listResponse] })
  const list = objectIn(reply)
  for (const name of ['totalResults', ...['itemsPerPage', 'startIndex'].filter((one) => one in list)]) {
    const isNumber = Number.isInteger(list[name])
    expectThat(isNumber, `${name} is ${showJson(list[name])}`, `${name} is a JSON integer`, reply)
  }
  if ('itemsPerPage' in list) expectSame(list.itemsPerPage, resources.length, 'itemsPerPage', reply)
  const total = list.totalResults as number
  const isCounted = total >= resources.length
  expectThat(isCounted, `totalResults is ${total}`, 'totalResults counts all that matches', reply)
  expectToHave(list, expected, 'the list', reply)
  return resources
}

/** Takes an error message as RFC 7644 3.12 defines it. @throws CaseFailure */
export function expectError(reply: WireReply, status: number | readonly number[], scimType?: string): void {
  expectStatus(reply, ...[status].flat())
  const error = { schemas: [urns.error], status: String(reply.status), ...(scimType && { scimType }) }
  expectToHave(objectIn(reply, reply.status), error, 'the error', reply)
}

/** @throws CaseFailure unless the media type of a reply is that of SCIM. */
export function expectMediaType(reply: WireReply): void {
  const type = reply.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  expectSame(type, mediaType, 'Content-Type', reply)
}

/** Takes the success of a change: 200 with the resource, or 204 without a body. @throws CaseFailure */
export function expectChanged(reply: WireReply, id: unknown): void {
  if (reply.status === 204) expectSame(reply.text, '', 'the body of a 204', reply)
  else resourceIn(reply, [200, 204], { id })
}
