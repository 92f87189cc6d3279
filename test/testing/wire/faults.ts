// One fault at a time, planted between an honest server and its client.

export type JsonObject = Readonly<Record<string, unknown>>

/** A request as the server hears it. */
export interface Heard {
  readonly method: string
  /** Below the base URL, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: unknown
}

/** A reply as the client hears it. */
export interface Said {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

export type Server = (heard: Heard) => Promise<Said>

export interface Fault {
  readonly name: string
  /** The case that has to fail. */
  readonly caught: string
  plant(server: Server): Server
}

type Change = (said: Said, heard: Heard) => Said | Promise<Said>

/** Answers differently from the server. */
export function answering(change: Change): Fault['plant'] {
  return (server) => async (heard) => change(await server(heard), heard)
}

/** Hears something else than was sent. */
export function hearing(change: (heard: Heard) => Heard): Fault['plant'] {
  return (server) => (heard) => server(change(heard))
}

/** Answers some requests itself. */
export function instead(fits: (heard: Heard) => boolean, said: (heard: Heard) => Said): Fault['plant'] {
  return (server) => async (heard) => (fits(heard) ? said(heard) : server(heard))
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function listIn({ body }: Said): readonly JsonObject[] | undefined {
  return isObject(body) && Array.isArray(body.Resources) ? body.Resources.filter(isObject) : undefined
}

/** Changes the object in a successful reply. */
export function withBody(said: Said, change: (body: JsonObject) => JsonObject): Said {
  return isObject(said.body) && said.status < 300 ? { ...said, body: change(said.body) } : said
}

/** Shows each user and group differently, alone and in lists. */
export function showing(change: (resource: JsonObject, heard: Heard) => JsonObject): Fault['plant'] {
  return answering((said, heard) => {
    if (!/^\/(?:Users|Groups)/.test(heard.path)) return said
    const resources = listIn(said)
    if (!resources) return withBody(said, (body) => change(body, heard))
    return withBody(said, (body) => ({ ...body, Resources: resources.map((one) => change(one, heard)) }))
  })
}

/** Hears the body of some requests differently. */
export function reading(method: string, change: (body: JsonObject) => JsonObject): Fault['plant'] {
  return hearing((heard) =>
    heard.method === method && isObject(heard.body) ? { ...heard, body: change(heard.body) } : heard,
  )
}

/** Hears the operations of a PATCH differently. */
export function patching(
  change: (operations: readonly JsonObject[]) => readonly JsonObject[],
): Fault['plant'] {
  return reading('PATCH', (body) =>
    Array.isArray(body.Operations) ? { ...body, Operations: change(body.Operations.filter(isObject)) } : body,
  )
}

/** Hears the parameters of a GET differently. */
export function asking(change: (query: URLSearchParams) => void): Fault['plant'] {
  return hearing((heard) => {
    if (heard.method !== 'GET') return heard
    const query = new URLSearchParams(heard.query)
    change(query)
    return { ...heard, query }
  })
}

export function withoutKey(value: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
}

export function withHeader(said: Said, name: string, value: string | undefined): Said {
  const headers = new Headers(said.headers)
  if (value === undefined) headers.delete(name)
  else headers.set(name, value)
  return { ...said, headers }
}

export function refused(status: number, scimType?: string): Said {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error']
  const body = { schemas, status: String(status), detail: 'no', ...(scimType && { scimType }) }
  return { status, headers: new Headers({ 'content-type': 'application/scim+json' }), body }
}

/** A server as a function like `fetch`. */
export function fetchOf(server: Server, basePath: string) {
  return async (url: string, init: RequestInit): Promise<Response> => {
    const { pathname, searchParams } = new URL(url)
    const text = typeof init.body === 'string' ? init.body : undefined
    const { status, headers, body } = await server({
      method: init.method ?? 'GET',
      path: pathname.slice(basePath.length),
      query: searchParams,
      headers: new Headers(init.headers),
      body: parsed(text),
    })
    const hasBody = body !== undefined && status !== 204 && status !== 304
    return new Response(hasBody ? (typeof body === 'string' ? body : JSON.stringify(body)) : null, {
      status,
      headers,
    })
  }
}

/** The server behind a function like `fetch`. */
export function serverOf(fetch: (request: Request) => Promise<Response>, baseUrl: string): Server {
  return async ({ method, path, query, headers, body }) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const search = query.size > 0 ? `?${query}` : ''
    const init = { method, headers, ...(text !== undefined && { body: text }) }
    const response = await fetch(new Request(`${baseUrl}${path}${search}`, init))
    const replied = new Headers(response.headers)
    replied.delete('content-length')
    return { status: response.status, headers: replied, body: parsed(await response.text()) }
  }
}

/** JSON; a text that is none stays one, and no text is nothing. */
function parsed(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
