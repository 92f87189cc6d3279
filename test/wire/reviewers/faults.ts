import { urns } from '../../../src/index.js'

export type Json = Readonly<Record<string, unknown>>

/** A request, as a client of the service sends it; the path has the query. */
export interface WireRequest {
  /** JSON, or the text where it is none. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What is looked at in a reply. */
export interface WireReply {
  readonly status: number
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Undefined where the reply has no body. */
  readonly json: unknown
}

/** Sends a request to the service; `path` is below its base URL. */
export type WireClient = (method: string, path: string, request?: WireRequest) => Promise<WireReply>

/** A service that does one thing wrong, and the case that has to say so. */
export interface Fault {
  readonly name: string
  /** The case of the public suite that catches it. */
  readonly caught: string
  plant(client: WireClient): WireClient
}

interface Asked extends WireRequest {
  readonly method: string
  readonly path: string
}

/** Answers differently from the service. */
export function answering(change: (reply: WireReply, asked: Asked) => WireReply): Fault['plant'] {
  return (client) => async (method, path, request) =>
    change(await client(method, path, request), { ...request, method, path })
}

/** Hears something else than was sent. */
export function hearing(change: (asked: Asked) => Asked): Fault['plant'] {
  return (client) => (method, path, request) => {
    const heard = change({ ...request, method, path })
    return client(heard.method, heard.path, heard)
  }
}

/** Answers a body differently, and the resources of a list too. */
export function showing(change: (resource: Json, asked: Asked) => Json): Fault['plant'] {
  return answering((reply, asked) => {
    const json = reply.json as Json | undefined
    if (json === undefined || reply.status >= 400) return reply
    const { Resources } = json
    if (!Array.isArray(Resources)) return { ...reply, json: change(json, asked) }
    return { ...reply, json: { ...json, Resources: Resources.map((one: Json) => change(one, asked)) } }
  })
}

/** Hears the body of some requests differently. */
export function reading(method: string, change: (body: Json) => Json): Fault['plant'] {
  return hearing((asked) =>
    asked.method === method ? { ...asked, body: change(asked.body as Json) } : asked,
  )
}

/** Hears the operations of a PATCH differently. */
export function patching(change: (operations: readonly Json[]) => readonly unknown[]): Fault['plant'] {
  return reading('PATCH', (body) => ({ ...body, Operations: change(body.Operations as readonly Json[]) }))
}

/** Refuses what is asked for, before the service hears of it. */
export function refusing(status: number, isRefused: (asked: Asked) => boolean): Fault['plant'] {
  return (client) => async (method, path, request) => {
    const headers = { 'content-type': 'application/scim+json' }
    const json = { schemas: [urns.error], status: String(status), detail: 'refused' }
    return isRefused({ ...request, method, path }) ? { status, headers, json } : client(method, path, request)
  }
}

/** A list without what it has. */
export function emptied(reply: WireReply): WireReply {
  const json = { ...(reply.json as Json), totalResults: 0, itemsPerPage: 0, Resources: [] }
  return { ...reply, json }
}

/** A reply with another status: what a framework says of its own accord. */
export function withStatus(reply: WireReply, status: number): WireReply {
  return { ...reply, status }
}

export function isList({ json }: WireReply): boolean {
  return Array.isArray((json as Json | undefined)?.Resources)
}

export function isEmptyList(reply: WireReply): boolean {
  return isList(reply) && (reply.json as Json).totalResults === 0
}

/** A list whose first number is a text. */
export const startIndexAsText = answering((reply) =>
  isList(reply) ? { ...reply, json: { ...(reply.json as Json), startIndex: '1' } } : reply,
)
