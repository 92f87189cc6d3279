import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { OpenApiDocument, Scim } from '../../../src/index.js'
import { fetchHandler } from '../../../src/index.js'
import { isObject } from '../../../src/protocol/index.js'
import { type Body, base } from '../service.js'

type Node = Readonly<Record<string, unknown>>

export const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
export type Method = (typeof methods)[number]

export interface Request {
  /** What stands for `{id}`. */
  readonly id?: string
  /** Without the question mark. */
  readonly query?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

/** Where a JSON pointer leads in a document. */
export function at(document: unknown, pointer: string): unknown {
  return pointer
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((node, part) => (isObject(node) ? node[part] : undefined), document)
}

/** Every object and array in a value, with the keys that lead to it. */
export function* nodes(value: unknown, keys: readonly string[] = []): Generator<[readonly string[], Node]> {
  if (typeof value !== 'object' || value === null) return
  yield [keys, value as Node]
  for (const [key, inner] of Object.entries(value)) yield* nodes(inner, [...keys, key])
}

/** The same schemas, which also refuse what they do not name: so that replies hold nothing undocumented. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (!isObject(value)) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]))
  return value.type === 'object' && isObject(value.properties)
    ? { ...copy, additionalProperties: false }
    : copy
}

/** Validators of the schemas in a document, by where they are. */
export function validators(document: OpenApiDocument): (pointer: string) => ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: false })
  addFormats.default(ajv)
  // What a document has besides schemas, which a schema compiled from the whole of it would not know.
  ajv.addVocabulary(Object.keys(document))
  ajv.addSchema(closed(document) as object, 'openapi')
  return (pointer) => {
    const escaped = pointer.replaceAll('{', '%7B').replaceAll('}', '%7D')
    return ajv.compile({ $ref: `openapi${escaped}` })
  }
}

/** A client that knows a service by its document, and refuses what the document does not say. */
export function describedClient(scim: Scim, document: OpenApiDocument, token = 'acme-token') {
  const validator = validators(document)
  /** The operations that have succeeded. */
  const done = new Set<string>()

  function check(schema: string, value: unknown, what: string): void {
    const validate = validator(schema)
    if (!validate(value))
      throw new Error(`${what}: ${JSON.stringify(validate.errors)}\n${JSON.stringify(value)}`)
  }

  async function call(method: Method, template: string, request: Request = {}): Promise<Answer> {
    const what = `${method.toUpperCase()} ${template}`
    const place = `#/paths/${template.replaceAll('/', '~1')}/${method}`
    const operation = at(document, place) as Node | undefined
    if (!operation) throw new Error(`${what} is not in the document`)
    const media = 'application~1scim+json'
    if (request.body !== undefined) check(`${place}/requestBody/content/${media}/schema`, request.body, what)

    const path = template.replace('{id}', encodeURIComponent(request.id ?? ''))
    const response = await fetchHandler(scim, { basePath: new URL(base).pathname })(
      new Request(`${base}${path}${request.query ? `?${request.query}` : ''}`, {
        method: method.toUpperCase(),
        headers: {
          authorization: `Bearer ${token}`,
          ...(request.body !== undefined && { 'content-type': 'application/scim+json' }),
          ...request.headers,
        },
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      }),
    )
    const { status } = response
    if (response.ok) done.add(what)
    let where = `${place}/responses/${status}`
    let described = at(document, where) as Node | undefined
    if (!described) throw new Error(`${what} answers ${status}, which is not in the document`)
    if (typeof described.$ref === 'string') {
      where = described.$ref
      described = at(document, where) as Node
    }
    const named = Object.keys((described.headers as Node | undefined) ?? {})
    const missing = named.filter((name) => !response.headers.has(name))
    if (missing.length > 0) throw new Error(`${what} answers ${status} without ${missing}`)
    const text = await response.text()
    if (text !== '' && !('content' in described)) {
      throw new Error(`${what} answers ${status} with a body, which is not in the document: ${text}`)
    }
    if (text === '' && 'content' in described) {
      throw new Error(`${what} answers ${status} without the body that is in the document`)
    }
    const body = text === '' ? undefined : JSON.parse(text)
    if (body !== undefined) check(`${where}/content/${media}/schema`, body, `${what} answers ${status}`)
    return { status, headers: response.headers, body: body as Body }
  }

  return { call, done: done as ReadonlySet<string>, check }
}
