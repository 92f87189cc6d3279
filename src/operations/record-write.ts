import type { WriteRecorder } from '../auth/index.js'
import { connectionOf } from '../auth/index.js'
import type { OperationContext } from './context.js'
import { report } from './report.js'

/** What a write was about. */
export interface Written {
  readonly id: string
  readonly isDeleted: boolean
}

/**
 * What takes down the writes of a caller of a connection; undefined for other callers, and for what only follows from a
 * write, such as that a group loses a member who was deleted.
 */
export function recorderOf({ caller, isFollowUp }: OperationContext): WriteRecorder | undefined {
  return caller.connection === undefined || isFollowUp ? undefined : connectionOf(caller)?.recorder
}

/** Takes down a write, in its transaction. */
export async function recordWrite(
  { caller: { tenant, connection }, endpoint }: OperationContext,
  recorder: WriteRecorder,
  { id, isDeleted }: Written,
  transaction: object | undefined,
): Promise<void> {
  if (connection === undefined) return
  await recorder.record({ tenant, connection, resourceType: endpoint.type.name, id, isDeleted }, transaction)
}

/** The same where it cannot be in the transaction: once the write is done, which a failure no longer undoes. */
export async function recordAfterwards(
  context: OperationContext,
  recorder: WriteRecorder,
  written: Written,
): Promise<void> {
  const { service, requestId, traceparent, tenant, operation } = context
  const record = async () => {
    try {
      await recordWrite(context, recorder, written, undefined)
    } catch (error) {
      report(service, error, { requestId, traceparent, tenant, operation })
    }
  }
  if (context.transaction) context.transaction.afterCommit.push(record)
  else await record()
}
