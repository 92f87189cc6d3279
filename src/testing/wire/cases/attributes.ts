import { isJsonObject, type JsonObject } from '../json.js'
import type { Wire } from '../wire.js'

/** Attributes of users with one free text, the most usual first. */
const texts = ['displayName', 'title', 'nickName', 'userType', 'preferredLanguage']

/** Some attributes of users with one free text that the server keeps; the case is skipped where it keeps fewer. */
export function textAttributes(wire: Wire, count: number): readonly [string, ...string[]] {
  const [first, ...others] = texts.filter((name) => wire.target.writes(name)).slice(0, count)
  if (first === undefined || others.length < count - 1)
    return wire.skip(`the server describes fewer than ${count} of ${texts.join(', ')}`)
  return [first, ...others]
}

export function textAttribute(wire: Wire): string {
  return textAttributes(wire, 1)[0]
}

/** The elements of a multi-valued attribute; none where it has no value. */
export function elementsAt(resource: JsonObject, name: string): readonly JsonObject[] {
  const list = resource[name]
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}

/** The values of a multi-valued attribute, sorted: a server may keep them in any order. */
export function valuesAt(resource: JsonObject, name: string): readonly string[] {
  return elementsAt(resource, name)
    .map(({ value }) => String(value))
    .sort()
}

/** What a resource says of itself. */
export function metaOf(resource: JsonObject): JsonObject {
  return isJsonObject(resource.meta) ? resource.meta : {}
}

export function filterBy(attribute: string, value: unknown): Readonly<Record<string, string>> {
  return { filter: `${attribute} eq ${JSON.stringify(value)}` }
}
