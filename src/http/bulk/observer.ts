import type { BulkObserver, BulkResult } from '../../operations/bulk/index.js'
import type { OperationContext } from '../../operations/index.js'
import { isScimError } from '../../protocol/index.js'
import { successStatus } from '../response/status.js'
import type { RequestNotifier } from '../telemetry/on-request.js'
import { requestEvent } from '../telemetry/request-event.js'
import type { BulkItem } from './bulk-request.js'
import { operationNameOf } from './bulk-request.js'

/** Makes the contexts of a bulk request's operations, and notifies the host of each as of a request of its own. */
export function bulkObserver(
  items: readonly BulkItem[],
  request: OperationContext,
  notify: RequestNotifier,
): BulkObserver {
  const contexts = new Map<number, OperationContext>()
  const starts: number[] = []
  return {
    begin(index, scope) {
      const item = items[index]
      const context = request.ofOperation(operationNameOf(item?.method), endpointOf(item), scope)
      contexts.set(index, context)
      starts[index] = performance.now()
      if (item?.isBare) context.note('bareBulkPatch', 'data', 'read as the operations of a PatchOp message')
      return context
    },
    async end(index, result) {
      const context = contexts.get(index)
      contexts.delete(index)
      const item = items[index]
      if (!notify || !context || !item) return
      const status = result.error ? result.error.status : successStatus(result.operation)
      if (!notify.hears(context, status)) return
      context.resourceId = result.error ? idOf(item, result) : result.outcome.id
      const event = requestEvent(context, {
        method: item.method ?? '',
        path: pathOf(item, result),
        status,
        durationMs: performance.now() - (starts[index] ?? 0),
        error: result.error?.detail,
        bulkOperation: index,
      })
      if (context.detail && result.error) context.detail.error = result.error
      await notify.tell(event, context)
    },
  }
}

function endpointOf(item: BulkItem | undefined) {
  if (!item) return undefined
  return isScimError(item.operation) ? item.target?.endpoint : item.operation.endpoint
}

/** The id in the path, or the one that the reference there stands for. */
function idOf({ target }: BulkItem, result: BulkResult): string | undefined {
  const operation = result.operation ?? target
  return operation && 'id' in operation ? operation.id : undefined
}

/** The path with the ids of references, where those were resolved. */
function pathOf({ target, path }: BulkItem, result: BulkResult): string {
  const operation = result.operation ?? target
  return operation && 'id' in operation ? `${operation.endpoint.type.endpoint}/${operation.id}` : (path ?? '')
}
