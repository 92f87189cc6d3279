import { isObject } from '../../protocol/index.js'
import type { Operation } from '../operation.js'

/** Gives the id that a name stands for; undefined where the text is to stay as it is. */
export type Resolve = (name: string) => string | undefined

const prefix = 'bulkId:'

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** A text that is a reference, or a URI or path with a segment that is one. Other text only looks like it. */
function mapText(text: string, resolve: Resolve): string {
  if (!text.includes(prefix)) return text
  if (text.startsWith(prefix)) return resolve(text.slice(prefix.length)) ?? text
  if (/\s/.test(text)) return text
  return text.replace(/(?<=\/)bulkId:([^/?#]+)/g, (segment, name: string) => {
    const id = resolve(decode(name))
    return id === undefined ? segment : encodeURIComponent(id)
  })
}

/** The path of a PATCH operation, whose filters may compare with references. */
function mapPath(path: string, resolve: Resolve): string {
  if (!path.includes(prefix)) return path
  return path.replace(/"(?:[^"\\]|\\.)*"/g, (literal) => {
    let text: unknown
    try {
      text = JSON.parse(literal)
    } catch {
      // The filter's own reader says what is wrong with it.
    }
    const mapped = typeof text === 'string' ? mapText(text, resolve) : text
    return mapped === text ? literal : JSON.stringify(mapped)
  })
}

/** A value with ids in the place of references; the same object where there are none. */
export function mapReferences(value: unknown, resolve: Resolve): unknown {
  if (typeof value === 'string') return mapText(value, resolve)
  return mapParts(value, (part) => mapReferences(part, resolve), resolve)
}

/** The same for parts, and for keys, which may be paths (with the rule for such). */
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
  const mapOperation = (operation: unknown) =>
    mapParts(
      operation,
      (part, key) =>
        key === 'path' && typeof part === 'string' ? mapPath(part, resolve) : mapReferences(part, resolve),
      resolve,
    )
  return mapParts(
    body,
    (part, key) =>
      key === 'operations' && Array.isArray(part) ? mapParts(part, mapOperation, resolve) : part,
    resolve,
  )
}

/** An operation with ids in the place of references, in its path and in its body. */
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

/** The names that a value refers to. */
export function namesIn(value: unknown): ReadonlySet<string> {
  const names = new Set<string>()
  mapReferences(value, (name) => void names.add(name))
  return names
}

/** The names that an operation refers to, in its path and in its body. */
export function namesOf(operation: Operation): ReadonlySet<string> {
  const names = new Set<string>()
  resolveOperation(operation, (name) => void names.add(name))
  return names
}
