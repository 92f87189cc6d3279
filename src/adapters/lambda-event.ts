import type { RequestBody } from '../http/index.js'
import { bodyOf, overLimit, within } from './body.js'

type Values = Readonly<Record<string, string | undefined>>
type Lists = Readonly<Record<string, readonly string[] | undefined>>

/** What this adapter needs of an event of API Gateway (payload 1.0 and 2.0), a function URL or a load balancer. */
export interface LambdaEvent {
  readonly httpMethod?: string
  readonly path?: string
  readonly rawPath?: string
  readonly rawQueryString?: string
  readonly headers?: Values | null | undefined
  readonly multiValueHeaders?: Lists | null | undefined
  /** Of payload 2.0, whose headers have none of them. */
  readonly cookies?: readonly string[] | null | undefined
  readonly queryStringParameters?: Values | null | undefined
  readonly multiValueQueryStringParameters?: Lists | null | undefined
  readonly requestContext?: {
    readonly http?: { readonly method: string }
    /** The path with the stage, where it is an event of payload 1.0. */
    readonly path?: string | undefined
    readonly stage?: string | undefined
    readonly domainName?: string | undefined
    /** Only a load balancer has it. */
    readonly elb?: object
  }
  readonly body?: string | null | undefined
  readonly isBase64Encoded?: boolean
}

/** What an event says of the request, in one form for all platforms. */
export interface LambdaCall {
  readonly method: string
  /** The path as the client sent it, without the stage, percent-encoded. */
  readonly path: string
  /** The stage in front of the path, such as `/prod`; empty where the client does not send one. */
  readonly stage: string
  readonly query: string
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly isFromLoadBalancer: boolean
}

/**
 * Reads an event.
 *
 * @throws TypeError for an event of another kind, such as one of a queue.
 */
export function readEvent(event: LambdaEvent): LambdaCall {
  const { requestContext = {}, rawPath, path = rawPath } = event
  const method = requestContext.http?.method ?? event.httpMethod
  if (method === undefined || path === undefined) {
    throw new TypeError(
      'lambdaHandler: the event is no request of API Gateway, a function URL or an Application Load Balancer',
    )
  }
  const isFromLoadBalancer = requestContext.elb !== undefined
  const split = rawPath === undefined ? stageBefore(path, requestContext.path) : stageOf(path, requestContext)
  return {
    method,
    path: encoded(split.path),
    stage: encoded(split.stage),
    query: event.rawQueryString ?? queryOf(event, isFromLoadBalancer),
    headers: headersOf(event),
    isFromLoadBalancer,
  }
}

interface StagedPath {
  readonly stage: string
  readonly path: string
}

/** Payload 1.0 of a REST API leaves the stage out of the path, and has both together in the context. */
function stageBefore(path: string, whole = path): StagedPath {
  return { stage: whole.endsWith(path) ? whole.slice(0, -path.length) : '', path }
}

/** Payload 2.0 begins the path with the stage, unless it is the default one. */
function stageOf(path: string, { stage }: { readonly stage?: string | undefined }): StagedPath {
  const prefix = `/${stage}`
  return path === prefix || path.startsWith(`${prefix}/`)
    ? { stage: prefix, path: path.slice(prefix.length) || '/' }
    : { stage: '', path }
}

/** An HTTP API decodes paths, others do not: what no path can hold is encoded again, and the rest is left. */
function encoded(path: string): string {
  return path.toWellFormed().replace(/[^!-~]+|[?#]|%(?![\da-f]{2})/gi, encodeURIComponent)
}

/** The query of payload 1.0, whose values API Gateway has decoded and a load balancer has not. */
function queryOf(event: LambdaEvent, isEncoded: boolean): string {
  const { multiValueQueryStringParameters: lists, queryStringParameters: values } = event
  const encode = isEncoded
    ? (text: string) => text
    : (text: string) => encodeURIComponent(text.toWellFormed())
  return Object.entries(lists ?? values ?? {})
    .flatMap(([name, value = '']) => [value].flat().map((one) => `${encode(name)}=${encode(one)}`))
    .join('&')
}

function headersOf({ multiValueHeaders, headers, cookies }: LambdaEvent): ReadonlyMap<string, string> {
  const all = new Map<string, string>()
  for (const [name, value] of Object.entries(multiValueHeaders ?? headers ?? {}))
    if (value !== undefined) all.set(name.toLowerCase(), joined(name.toLowerCase(), value))
  if (cookies && cookies.length > 0) all.set('cookie', joined('cookie', cookies))
  return all
}

/** Several lines of a header as one (RFC 9110 section 5.3, and RFC 9113 section 8.2.3 for cookies). */
function joined(name: string, value: string | readonly string[]): string {
  return typeof value === 'string' ? value : value.join(name === 'cookie' ? '; ' : ', ')
}

/** The body of an event. @throws ScimError 413 when there are more bytes than the service takes. */
export function bodyOfEvent({ body, isBase64Encoded }: LambdaEvent, limit: number): RequestBody {
  if (!body) return { kind: 'none' }
  // Four characters stand for three bytes, but for the padding.
  if (isBase64Encoded && (body.length * 3) / 4 - 2 > limit) throw overLimit(limit)
  return bodyOf(within(limit, Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')))
}
