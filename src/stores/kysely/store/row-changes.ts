import type { ChildTableMapping, KeyChanges, RowValues } from '../../../mapping/index.js'
import type { StoreContext } from '../../store.js'
import type { StoreRequest } from './shape.js'

/** What a replacement writes. */
interface WrittenRow {
  readonly values: RowValues
  /** The JSON columns of which only some keys are written. */
  readonly keys: ReadonlyMap<string, KeyChanges> | undefined
  /** The elements that were there before, where that is known. */
  readonly former: ReadonlyMap<ChildTableMapping, readonly unknown[]>
}

const unknown: WrittenRow['former'] = new Map()

/** What a replacement has to write: what differs from what is stored, where the service says what that is. */
export function changesOf(
  { table: { layout } }: StoreRequest,
  resource: object,
  expectedVersion: string,
  { stored }: StoreContext,
): WrittenRow {
  if (stored?.meta.version !== expectedVersion)
    return { values: layout.toRow({ ...resource }), keys: undefined, former: unknown }
  const values = layout.toRowChanges({ ...stored }, { ...resource })
  return { values, keys: values.keys, former: values.formerElements }
}
