import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { LambdaEvent, LambdaReply } from '../../src/adapters/lambda.js'

// What AWS does around a function: an HTTP request becomes an event of JSON, and the JSON that is returned a reply.
// After "Create Lambda proxy integrations for HTTP APIs in API Gateway", "Lambda proxy integrations in API Gateway"
// and "Use Lambda functions as targets of an Application Load Balancer" of docs.aws.amazon.com.

/** A request whose body has been read whole, as these platforms do. */
interface Arrived {
  readonly req: IncomingMessage
  readonly path: string
  readonly query: string
  readonly body: Buffer
}

/** One of the platforms, and the bytes that a function may return to it. */
export interface Platform {
  readonly name: string
  readonly largestReply: number
  event(arrived: Arrived): LambdaEvent
}

const isText = /^(?:text\/|application\/(?:json|javascript|xml)\b)/

function bodyIn({ req, body }: Arrived, isBase64: boolean) {
  const isBase64Encoded = isBase64 && !isText.test(req.headers['content-type'] ?? '')
  return {
    body: body.length === 0 ? null : body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  }
}

/** Headers as lists, with the protocol behind what the client said of it, as a platform behind another has it. */
function lists({ req }: Arrived): Record<string, string[]> {
  const all: Record<string, string[]> = {}
  for (let at = 0; at < req.rawHeaders.length; at += 2) {
    const name = req.rawHeaders[at] ?? ''
    all[name] = [...(all[name] ?? []), req.rawHeaders[at + 1] ?? '']
  }
  const proto =
    Object.keys(all).find((name) => name.toLowerCase() === 'x-forwarded-proto') ?? 'X-Forwarded-Proto'
  return { ...all, [proto]: [...(all[proto] ?? []), 'http'] }
}

const mapped = <T, U>(of: Record<string, T>, change: (value: T, name: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value, name)]))
const lower = <T>(of: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name.toLowerCase(), value]))

function decodedQuery(query: string): Record<string, string[]> {
  const parameters = new URLSearchParams(query)
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]))
}

function encodedQuery(query: string): Record<string, string[]> {
  const all: Record<string, string[]> = {}
  for (const pair of query.split('&').filter(Boolean)) {
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    all[name] = [...(all[name] ?? []), value]
  }
  return all
}

const last = (values: string[]) => values.at(-1) ?? ''
const orNull = <T extends object>(value: T) => (Object.keys(value).length === 0 ? null : value)

export const restApi: Platform = {
  name: 'a REST API of API Gateway',
  largestReply: 6_291_556,
  event: (arrived) => ({
    path: arrived.path,
    httpMethod: arrived.req.method ?? '',
    headers: mapped(lists(arrived), last),
    multiValueHeaders: lists(arrived),
    queryStringParameters: orNull(mapped(decodedQuery(arrived.query), last)),
    multiValueQueryStringParameters: orNull(decodedQuery(arrived.query)),
    requestContext: { path: arrived.path, stage: 'prod', domainName: 'api.example.com' },
    ...bodyIn(arrived, true),
  }),
}

/** Payload 2.0 has cookies apart from the headers, each alone. */
function withCookiesApart(all: Record<string, string[]>) {
  const { cookie: lines = [], ...headers } = lower(all)
  const cookies = lines.flatMap((line) => line.split(/; ?/))
  return { headers: mapped(headers, (values) => values.join(',')), ...(cookies.length > 0 && { cookies }) }
}

export const functionUrl: Platform = {
  name: 'a function URL or an HTTP API of API Gateway',
  largestReply: 6_291_556,
  event: (arrived) => ({
    rawPath: arrived.path,
    rawQueryString: arrived.query,
    ...withCookiesApart(lists(arrived)),
    requestContext: {
      http: { method: arrived.req.method ?? '' },
      stage: '$default',
      domainName: 'id.lambda-url.eu-west-1.on.aws',
    },
    ...bodyIn(arrived, true),
  }),
}

export function loadBalancer(multiValue: boolean): Platform {
  return {
    name: `an Application Load Balancer${multiValue ? ' with multi-value headers' : ''}`,
    largestReply: 1_000_000,
    event: (arrived) => ({
      path: arrived.path,
      httpMethod: arrived.req.method ?? '',
      requestContext: {
        elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/scim/1' },
      },
      ...(multiValue
        ? {
            multiValueHeaders: lower(lists(arrived)),
            multiValueQueryStringParameters: encodedQuery(arrived.query),
          }
        : {
            headers: lower(mapped(lists(arrived), (values) => values.join(','))),
            queryStringParameters: mapped(encodedQuery(arrived.query), last),
          }),
      ...bodyIn(arrived, true),
      body: bodyIn(arrived, true).body ?? '',
    }),
  }
}

/** Serves a function over HTTP as a platform does. */
export function platformListener(
  platform: Platform,
  handler: (event: LambdaEvent) => Promise<LambdaReply>,
): RequestListener {
  return async (req, res) => {
    const [path = '', query = ''] = (req.url ?? '').split(/\?(.*)/s)
    const body = await buffer(req).catch(() => undefined)
    if (body === undefined) return
    const event = JSON.parse(JSON.stringify(platform.event({ req, path, query, body }))) as LambdaEvent
    const returned = JSON.stringify(await handler(event).catch(String))
    if (Buffer.byteLength(returned) > platform.largestReply) return void res.writeHead(502).end()
    await reply(res, JSON.parse(returned) as LambdaReply, event.headers === undefined)
  }
}

async function reply(res: ServerResponse, returned: LambdaReply, isMultiValue: boolean): Promise<void> {
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = returned
  res.writeHead(statusCode, isMultiValue ? multiValueHeaders : headers)
  res.end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'))
  await once(res, 'close')
}
