import type { Profile } from '../../idp/index.js'
import type { BulkObserver, BulkResult } from '../../operations/bulk/index.js'
import { atomicBulk, bulk } from '../../operations/bulk/index.js'
import type { Call, OperationName, Service, Unit } from '../../operations/index.js'
import type { Note } from '../../protocol/index.js'
import { isScimError, ScimError, showName, urns } from '../../protocol/index.js'
import { toETag } from '../etag.js'
import type { ScimRequest, ScimResponse } from '../message.js'
import { readJson } from '../request/read-json.js'
import { locationOf } from '../response/render.js'
import { reply } from '../response/reply.js'
import { statusOf } from '../response/status.js'
import type { Route } from '../route.js'
import type { RequestNotifier } from '../telemetry/on-request.js'
import { plainPath } from '../telemetry/request-event.js'
import { Trace } from '../telemetry/trace.js'
import type { BulkItem } from './bulk-request.js'
import { readBulkRequest } from './bulk-request.js'

/** The message and its list of operations, around what an operation brings. */
const depthOfData = 3

/** What one operation of a bulk request is told: the same as the request, with a trace of its own. */
class OperationCall implements Call {
  readonly start = performance.now()
  readonly trace = new Trace()
  readonly note: Note = (rule, path, message) => this.trace.add(rule, path, message)

  constructor(
    private readonly request: Call,
    readonly unit: Unit | undefined,
  ) {}

  get tenant(): string | undefined {
    return this.request.tenant
  }
  get actor(): string | undefined {
    return this.request.actor
  }
  get requestId(): string {
    return this.request.requestId
  }
  get profile(): Profile {
    return this.request.profile
  }
  get signal(): AbortSignal | undefined {
    return this.request.signal
  }
}

function statusIn(result: BulkResult): number {
  return result.error ? result.error.status : statusOf(result.operation)
}

/** What a client is told of an operation (RFC 7644 section 3.7). */
function toMessage({ method, bulkId, target }: BulkItem, result: BulkResult, baseUrl: string): object {
  const { error } = result
  const operation = result.operation ?? target
  const id = error ? operation && 'id' in operation && operation.id : result.outcome.id
  // A path with a reference that leads nowhere is no location.
  const isThere = typeof id === 'string' && !(error && id.startsWith('bulkId:'))
  const version = error ? undefined : result.outcome.meta?.version
  return {
    location: operation && isThere ? locationOf(baseUrl, operation.endpoint.type, id) : undefined,
    method,
    bulkId,
    version: version === undefined ? undefined : toETag(version),
    status: String(statusIn(result)),
    response: error?.toMessage(),
  }
}

const names: Readonly<Record<string, OperationName>> = {
  POST: 'create',
  PUT: 'replace',
  PATCH: 'modify',
  DELETE: 'remove',
}

/** Follows the operations of a bulk request, each of which the host is told of as of a request of its own. */
class Watch implements BulkObserver {
  private readonly calls = new Map<number, OperationCall>()

  constructor(
    private readonly items: readonly BulkItem[],
    private readonly request: Call,
    private readonly tell: RequestNotifier,
  ) {}

  begin(index: number, unit: Unit | undefined): Call {
    const call = new OperationCall(this.request, unit)
    this.calls.set(index, call)
    if (this.items[index]?.isBare) {
      call.note('bareBulkPatch', 'data', 'read as the operations of a PatchOp message')
    }
    return call
  }

  async end(index: number, result: BulkResult): Promise<void> {
    const call = this.calls.get(index)
    this.calls.delete(index)
    const item = this.items[index]
    if (!this.tell || !call || !item) return
    const { requestId, tenant, trace, start } = call
    const { operation = item.target } = result
    const endpoint =
      operation?.endpoint ?? (isScimError(item.operation) ? undefined : item.operation.endpoint)
    const path =
      operation && 'id' in operation ? `${operation.endpoint.type.endpoint}/${operation.id}` : item.path
    await this.tell({
      requestId,
      method: item.method === undefined ? '' : showName(item.method),
      path: plainPath(path ?? ''),
      status: statusIn(result),
      durationMs: performance.now() - start,
      tenant,
      operation: names[item.method ?? ''],
      resourceType: endpoint?.type.name,
      trace: trace.entries,
      ...(result.error && { error: result.error.detail }),
      bulkOperation: index,
    })
  }
}

/** What is said of a whole that one operation has undone: its error, and which one it was. */
function wholeError(index: number, { method, path }: BulkItem, error: ScimError): ScimError {
  const what = [method, path].flatMap((text) => (text === undefined ? [] : [showName(text)])).join(' ')
  const detail = `Nothing was done: operation ${index + 1} (${what || 'unreadable'}) failed: ${error.detail}`
  const { status, scimType, retryAfter, path: attribute } = error
  return new ScimError(status, scimType, detail, {
    cause: error,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(attribute !== undefined && { path: attribute }),
  })
}

/** Makes the function that answers bulk requests. */
export function bulkDispatcher(service: Service, route: (path: string) => Route, tell: RequestNotifier) {
  const { limits } = service
  const { maxBulkPayloadBytes, maxJsonDepth } = limits

  async function readBody(request: ScimRequest): Promise<unknown> {
    try {
      return await readJson(request, {
        maxBodyBytes: maxBulkPayloadBytes,
        maxJsonDepth: maxJsonDepth + depthOfData,
      })
    } catch (error) {
      if (!isScimError(error) || error.status !== 413) throw error
      const detail = `The bulk request is larger than maxPayloadSize (${maxBulkPayloadBytes} bytes)`
      throw ScimError.tooLarge(detail, { cause: error })
    }
  }

  return async (request: ScimRequest, call: Call): Promise<ScimResponse> => {
    const { leniency } = call.profile
    const { failOnErrors, items } = readBulkRequest(await readBody(request), { route, limits, leniency })
    const watch = new Watch(items, call, tell)
    const { bulkTransactions } = service
    const results = bulkTransactions
      ? await atomicBulk(service, items, bulkTransactions, watch, call)
      : await bulk(service, items, failOnErrors, watch)
    const Operations = items.flatMap((item, index) => {
      const result = results[index]
      if (bulkTransactions && result?.error) throw wholeError(index, item, result.error)
      return result ? [toMessage(item, result, request.baseUrl)] : []
    })
    return reply(200, JSON.stringify({ schemas: [urns.bulkResponse], Operations }))
  }
}
