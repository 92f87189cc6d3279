import { isObject } from '../../protocol/index.js'
import type { Operation } from '../operation.js'

/** Returns the id that a bulkId stands for; undefined where the text stays as it is. */
export type Resolve = (bulkId: string) => string | undefined

const prefix = 'bulkId:'

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Replaces a text that is a reference, or a segment of a URI or path that is one. Other text only looks like it. */
function mapText(text: string, resolve: Resolve): string {
  if (!text.includes(prefix)) return text
  if (text.startsWith(prefix)) return resolve(text.slice(prefix.length)) ?? text
  if (/\s/.test(text)) return text
  return text.replace(/(?<=\/)bulkId:([^/?#]+)/g, (segment, bulkId: string) => {
    const id = resolve(decodeSegment(bulkId))
    return id === undefined ? segment : encodeURIComponent(id.toWellFormed())
  })
}

/** Behind the closing quote of the string that begins at a quote; -1 where it has none. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1
    if (text[at] === '\\') at++
  }
  return -1
}

/** Replaces references in the filters of a PATCH operation's path. */
function mapPath(path: string, resolve: Resolve): string {
  if (!path.includes(prefix)) return path
  let mapped = ''
  let copied = 0
  // Not by an expression, which would look for the end of an open string again from every quote in it.
  for (let start = path.indexOf('"'); start !== -1; start = path.indexOf('"', copied)) {
    const end = stringEnd(path, start)
    if (end === -1) break
    mapped += path.slice(copied, start) + mapLiteral(path.slice(start, end), resolve)
    copied = end
  }
  return mapped + path.slice(copied)
}

function mapLiteral(literal: string, resolve: Resolve): string {
  let text: unknown
  try {
    text = JSON.parse(literal)
  } catch {
    // The filter's parser reports what is wrong with it.
  }
  const mapped = typeof text === 'string' ? mapText(text, resolve) : text
  return mapped === text ? literal : JSON.stringify(mapped)
}

/** Whether there may be a reference in a value; most values have none, and need no mapping. */
function mayRefer(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(prefix)
  if (Array.isArray(value)) return value.some(mayRefer)
  if (!isObject(value)) return false
  return Object.keys(value).some((key) => key.includes(prefix) || mayRefer(value[key]))
}

/** A value with ids in place of its references; the same object where there are none. */
export function mapReferences(value: unknown, resolve: Resolve): unknown {
  return mayRefer(value) ? mapValue(value, resolve) : value
}

function mapValue(value: unknown, resolve: Resolve): unknown {
  if (typeof value === 'string') return mapText(value, resolve)
  return mapParts(value, (part) => mapValue(part, resolve), resolve)
}

/** Maps the parts of a value, and its keys, which the rule `pathKeys` allows to be paths. */
function mapParts(
  value: unknown,
  map: (part: unknown, key: string | undefined) => unknown,
  resolve: Resolve,
): unknown {
  if (Array.isArray(value)) {
    let isSame = true
    const mapped = value.map((part) => {
      const next = map(part, undefined)
      if (next !== part) isSame = false
      return next
    })
    return isSame ? value : mapped
  }
  if (!isObject(value)) return value
  let isSame = true
  const mapped = Object.entries(value).map(([key, part]): [string, unknown] => {
    const nextKey = mapPath(key, resolve)
    const next = map(part, key.toLowerCase())
    if (next !== part || nextKey !== key) isSame = false
    return [nextKey, next]
  })
  return isSame ? value : Object.fromEntries(mapped)
}

/** The body of a PATCH: its operations have paths as well as values. */
function mapPatch(body: unknown, resolve: Resolve): unknown {
  if (!mayRefer(body)) return body
  const mapOperation = (operation: unknown) =>
    mapParts(
      operation,
      (part, key) =>
        key === 'path' && typeof part === 'string' ? mapPath(part, resolve) : mapValue(part, resolve),
      resolve,
    )
  return mapParts(
    body,
    (part, key) =>
      key === 'operations' && Array.isArray(part) ? mapParts(part, mapOperation, resolve) : part,
    resolve,
  )
}

/** The id of an operation with that of a resource in place of a reference. */
export function resolveId(id: string, resolve: Resolve): string {
  return mapText(id, resolve)
}

/** An operation with ids in place of the references in its path and body. */
export function resolveOperation(operation: Operation, resolve: Resolve): Operation {
  switch (operation.kind) {
    case 'create':
      return { ...operation, body: mapReferences(operation.body, resolve) }
    case 'replace':
    case 'modify': {
      const map = operation.kind === 'modify' ? mapPatch : mapReferences
      return { ...operation, id: mapText(operation.id, resolve), body: map(operation.body, resolve) }
    }
    case 'remove':
      return { ...operation, id: mapText(operation.id, resolve) }
  }
}

/** The bulkIds that a value refers to. */
export function bulkIdsIn(value: unknown): ReadonlySet<string> {
  const bulkIds = new Set<string>()
  mapReferences(value, (bulkId) => void bulkIds.add(bulkId))
  return bulkIds
}

/** The bulkIds that an operation refers to, in its path and in its body. */
export function bulkIdsOf(operation: Operation): ReadonlySet<string> {
  const bulkIds = new Set<string>()
  resolveOperation(operation, (bulkId) => void bulkIds.add(bulkId))
  return bulkIds
}
