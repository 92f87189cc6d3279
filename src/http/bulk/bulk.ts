import type { BulkObserver, BulkResult } from '../../operations/bulk/index.js'
import { atomicBulk, bulk } from '../../operations/bulk/index.js'
import type { OperationContext } from '../../operations/index.js'
import { report } from '../../operations/index.js'
import { errorMessage, isScimError, ScimError, toJson, urns } from '../../protocol/index.js'
import { toETag } from '../etag.js'
import type { ScimRequest, ScimResponse } from '../message.js'
import type { UncheckedJson } from '../request/read-json.js'
import { readUncheckedJson } from '../request/read-json.js'
import { locationOf } from '../response/render.js'
import { reply } from '../response/reply.js'
import { successStatus } from '../response/status.js'
import type { HttpService } from '../route.js'
import type { BulkItem } from './bulk-request.js'
import { readBulkRequest, showItem } from './bulk-request.js'
import { bulkObserver } from './observer.js'

/** The levels of nesting around the data of an operation: the message and its list of operations. */
const depthOfData = 3

/** Answers a bulk request (RFC 7644 section 3.7). */
export async function answerBulkRequest(
  http: HttpService,
  request: ScimRequest,
  context: OperationContext,
): Promise<ScimResponse> {
  const { service } = context
  const body = await readBody(request, context)
  const { failOnErrors, items } = readBulkRequest(body, http.route, context)
  await http.limiter?.charge(context, items.length)
  const observer = bulkObserver(items, context, http.notify)
  const results = await run(items, failOnErrors, observer, context)
  const isAtomic = service.bulkTransactions !== undefined
  const Operations = items.flatMap((item, index) => {
    const result = results[index]
    if (isAtomic && result?.error) throw atomicError(index, item, result.error)
    return result ? [toMessage(item, result, request.baseUrl, context)] : []
  })
  return reply(200, toJson({ schemas: [urns.bulkResponse], Operations }))
}

function run(
  items: readonly BulkItem[],
  failOnErrors: number | undefined,
  observer: BulkObserver,
  context: OperationContext,
): Promise<readonly (BulkResult | undefined)[]> {
  const { bulkTransactions } = context.service
  if (bulkTransactions) return atomicBulk(context, items, bulkTransactions, observer)
  return bulk(context, items, failOnErrors, observer)
}

async function readBody(request: ScimRequest, { service }: OperationContext): Promise<UncheckedJson> {
  const { maxBulkPayloadBytes, maxJsonDepth } = service.limits
  try {
    return await readUncheckedJson(request, {
      maxBodyBytes: maxBulkPayloadBytes,
      maxJsonDepth: maxJsonDepth + depthOfData,
    })
  } catch (error) {
    if (!isScimError(error) || error.status !== 413) throw error
    const detail = `The bulk request is larger than maxPayloadSize (${maxBulkPayloadBytes} bytes)`
    throw ScimError.tooLarge(detail, { cause: error })
  }
}

/** The result of one operation as the reply shows it: what was done is not hidden by what cannot be shown of it. */
function toMessage(item: BulkItem, result: BulkResult, baseUrl: string, context: OperationContext): object {
  try {
    return showResult(item, result, baseUrl)
  } catch (error) {
    report(context.service, error, context)
    return { method: item.method, bulkId: item.bulkId, status: statusOf(result) }
  }
}

function statusOf(result: BulkResult): string {
  return String(result.error ? result.error.status : successStatus(result.operation))
}

function showResult({ method, bulkId, target }: BulkItem, result: BulkResult, baseUrl: string): object {
  const { error } = result
  const operation = result.operation ?? target
  const id = error ? operation && 'id' in operation && operation.id : result.outcome.id
  // A path with an unresolved reference is no location.
  const hasLocation = typeof id === 'string' && !(error && id.startsWith('bulkId:'))
  const version = error ? undefined : result.outcome.meta?.version
  return {
    location: operation && hasLocation ? locationOf(baseUrl, operation.endpoint.type, id) : undefined,
    method,
    bulkId,
    version: version === undefined ? undefined : toETag(version),
    status: statusOf(result),
    response: error && errorMessage(error),
  }
}

/**
 * The error of a transaction that one operation has undone: the operation's error, and which operation it was. Without
 * a cause: the operation's own error has been reported.
 */
function atomicError(index: number, item: BulkItem, error: ScimError): ScimError {
  const detail = `Nothing was done: operation ${index + 1} (${showItem(item)}) failed: ${error.detail}`
  const { status, scimType, retryAfter, path } = error
  return new ScimError(status, scimType, detail, {
    ...(retryAfter !== undefined && { retryAfter }),
    ...(path !== undefined && { path }),
  })
}
