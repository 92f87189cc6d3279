import type { RequestBody, ScimHandler, ScimRequest, ScimResponse } from '../http/index.js'
import { splitArrival } from '../http/index.js'
import { HostFault, mediaType, ScimError } from '../protocol/index.js'
import { type MountOptions, mountFinder } from './base-path.js'
import { failure } from './body.js'
import { bodyOfEvent, type LambdaCall, type LambdaEvent, readEvent } from './lambda-event.js'

export type { LambdaEvent } from './lambda-event.js'

/** What the function returns to API Gateway, its function URL or a load balancer. */
export interface LambdaReply {
  statusCode: number
  headers?: Record<string, string>
  /** In place of `headers` for a load balancer whose target group has multi-value headers. */
  multiValueHeaders?: Record<string, string[]>
  body: string
  isBase64Encoded: boolean
}

/** The bytes of JSON that a function may return: 6 MB by Lambda's own quota, and 1 MB to a load balancer. */
const largestReply = { gateway: 6 * 1024 * 1024, loadBalancer: 1_000_000 }

/**
 * Mounts the service in an AWS Lambda function behind API Gateway (REST and HTTP APIs, payload 1.0 and 2.0), a
 * function URL or an Application Load Balancer. `basePath` is what follows the stage, and `authenticate` sees the
 * event as `raw`. The client is not known to have gone: set `deadline` below the function's own timeout.
 *
 * A function can return 6 MB, or 1 MB to a load balancer. A larger page or resource is answered with 400 `tooMany` and
 * told to `onError`: lower `limits.maxPageSize`. A larger reply to a write that was done has no body.
 *
 * @throws TypeError for an option that there is not; the function rejects events that are no HTTP request.
 * @example
 * export const handler = lambdaHandler(scim, { basePath: '/scim/v2' })
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export function lambdaHandler(
  scim: ScimHandler,
  options: MountOptions = {},
): (event: LambdaEvent) => Promise<LambdaReply> {
  const mountOf = mountFinder('lambdaHandler', options)
  return async (event) => {
    const call = readEvent(event)
    const reply = await answer(scim, call, () => new LambdaRequest(scim, event, call, mountOf(call.path)))
    return event.multiValueHeaders && !event.headers ? toLists(reply) : toReply(reply)
  }
}

/** A reply whose body is whole. */
type Whole = ScimResponse & { readonly body: string | undefined }

async function answer(scim: ScimHandler, call: LambdaCall, makeRequest: () => ScimRequest): Promise<Whole> {
  let isStreamed = false
  try {
    const reply = await scim.handle(makeRequest())
    isStreamed = typeof reply.body === 'object'
    const limit = call.isFromLoadBalancer ? largestReply.loadBalancer : largestReply.gateway
    const body = await collect(reply.body, limit)
    const whole = { ...reply, body }
    return isOver(limit, whole) ? overReply(scim, whole, call.method, limit) : whole
  } catch (error) {
    // The service has reported what breaks a stream.
    if (!isStreamed) scim.report?.(error)
    return failure
  }
}

/** The parts of a body, up to the one with which it is too large. */
async function collect(body: ScimResponse['body'], limit: number): Promise<string | undefined> {
  if (typeof body !== 'object') return body
  let text = ''
  for await (const part of body) {
    text += part
    if (text.length > limit) break
  }
  return text
}

/** Whether a reply is larger than the platform returns, as the JSON that the runtime makes of it. */
function isOver(limit: number, reply: Whole): boolean {
  const { length } = reply.body ?? ''
  // A character becomes six bytes at most; what else is in a reply is small.
  if (length * 6 + 16_384 <= limit) return false
  return length > limit || Buffer.byteLength(JSON.stringify(toReply(reply))) > limit
}

/** What stands for a reply that is too large: an error, or success without a body where something has been changed. */
function overReply(scim: ScimHandler, reply: Whole, method: string, limit: number): Whole {
  const { 'content-type': _, ...headers } = reply.headers
  const { status } = reply
  scim.report?.(
    new HostFault(
      `A reply is larger than the ${limit} bytes that a Lambda function can return here: lower limits.maxPageSize`,
    ),
  )
  if (status === 201) return { status, headers, body: undefined }
  if (method === 'PUT' || method === 'PATCH') return { status: 204, headers, body: undefined }
  const error = ScimError.tooMany(
    `The reply is larger than the ${limit} bytes that can be returned: ask for less with count, attributes or excludedAttributes`,
  )
  const { 'x-request-id': id } = headers
  return {
    status: error.status,
    headers: { 'content-type': mediaType, ...(id !== undefined && { 'x-request-id': id }) },
    body: JSON.stringify(error.toMessage()),
  }
}

function toReply({ status, headers, body = '' }: Whole): LambdaReply {
  return { statusCode: status, headers: { ...headers }, body, isBase64Encoded: false }
}

function toLists(reply: Whole): LambdaReply {
  const { headers, ...rest } = toReply(reply)
  const lists = Object.entries(headers ?? {}).map(([name, value]) => [name, [value]])
  return { ...rest, multiValueHeaders: Object.fromEntries(lists) }
}

class LambdaRequest implements ScimRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly baseUrl: string

  constructor(
    scim: ScimHandler,
    readonly raw: LambdaEvent,
    private readonly call: LambdaCall,
    mount: string | undefined,
  ) {
    const { stage } = call
    const { baseUrl, path } = splitArrival(
      {
        path: stage + call.path,
        mount: mount === undefined ? undefined : stage + mount,
        // The platform writes it itself; the last value where it only adds to what the client has sent.
        protocol: this.header('x-forwarded-proto')?.split(',').at(-1)?.trim() === 'http' ? 'http' : 'https',
        host: this.header('host') ?? raw.requestContext?.domainName,
        header: (name) => this.header(name),
      },
      scim.externalUrl,
    )
    this.method = call.method
    this.path = path
    this.query = call.query
    this.baseUrl = baseUrl
  }

  header(name: string): string | undefined {
    return this.call.headers.get(name)
  }

  async body(limit: number): Promise<RequestBody> {
    return bodyOfEvent(this.raw, limit)
  }
}
