import type { UnknownObject } from '../../protocol/index.js'
import { isObject, mayBeFlawed, ScimError } from '../../protocol/index.js'
import type { RequestBody, ScimRequest } from '../message.js'
import { assertContentEncoding, assertContentType } from './media-types.js'
import type { ErrorAt } from './text.js'
import { assertText } from './text.js'

interface BodyLimits {
  readonly maxBodyBytes: number
  readonly maxJsonDepth: number
}

/** The JSON of a body whose texts have not been checked. */
export interface UncheckedJson {
  readonly json: unknown
  /** Whether there may be a text that {@link assertText} refuses. */
  readonly mayBeFlawed: boolean
}

/** More names than any resource has, and fewer than would keep other requests waiting. */
const maxKeys = 20_000

/** Refuses nesting deeper, and objects larger, than anything in SCIM. */
function assertShape(value: unknown, left: number): void {
  if (typeof value !== 'object' || value === null) return
  if (left === 0) throw ScimError.invalidSyntax('The body nests too deeply')
  if (Array.isArray(value)) for (const inner of value) assertShape(inner, left - 1)
  else if (isObject(value)) assertKeys(value, left)
}

function assertKeys(object: UnknownObject, left: number): void {
  let keys = 0
  // All values at once would take twice as long where there are very many.
  for (const key in object) {
    if (++keys > maxKeys) throw ScimError.tooLarge(`An object of the body has more than ${maxKeys} keys`)
    assertShape(object[key], left - 1)
  }
}

function readBody(request: ScimRequest, { maxBodyBytes }: BodyLimits): Promise<RequestBody> {
  assertContentType(request.header('content-type'))
  assertContentEncoding(request.header('content-encoding'))
  return request.body(maxBodyBytes)
}

function parse(body: RequestBody, { maxJsonDepth }: BodyLimits): unknown {
  if (body.kind === 'none' || (body.kind === 'text' && body.text.trim() === '')) {
    throw ScimError.invalidSyntax('The request needs a body')
  }
  let json: unknown
  if (body.kind === 'json') json = body.json
  else {
    try {
      json = JSON.parse(body.text)
    } catch {
      // The parser's own message quotes the body, which may hold personal data.
      throw ScimError.invalidSyntax('The body is not valid JSON')
    }
  }
  assertShape(json, maxJsonDepth)
  return json
}

/** Whether a body's texts must be looked at; for most bodies, a glance at the text of the whole says that not. */
function isSuspect(body: RequestBody): boolean {
  return body.kind === 'text' ? mayBeFlawed(body.text) : true
}

/**
 * The JSON of a request's body.
 *
 * @throws ScimError 415; 413, also for an object of more than 20,000 keys; `invalidSyntax`, without the body's content; what `errorAt` makes for text that cannot
 * be stored.
 */
export async function readJson(request: ScimRequest, limits: BodyLimits, errorAt: ErrorAt): Promise<unknown> {
  const body = await readBody(request, limits)
  const json = parse(body, limits)
  if (isSuspect(body)) assertText(json, errorAt)
  return json
}

/** {@link readJson} for messages of which each part is checked on its own. */
export async function readUncheckedJson(request: ScimRequest, limits: BodyLimits): Promise<UncheckedJson> {
  const body = await readBody(request, limits)
  return { json: parse(body, limits), mayBeFlawed: isSuspect(body) }
}
