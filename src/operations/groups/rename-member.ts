import type { CommonAttributes, CompiledResourceType } from '../../schema/index.js'
import { labelOf, readValue } from '../../schema/index.js'
import type { OperationContext } from '../context.js'
import { storeContext } from '../context.js'
import { report } from '../report.js'
import { containerOf } from './container.js'

/** A change of what people call a resource, which groups show as the `display` of a member. */
export interface Renaming {
  /** Whether it can be part of the transaction of the change. */
  readonly isOneTransaction: boolean
  /** @param transaction the transaction of the change. */
  inside(transaction: object | undefined): Promise<void>
  /** After the change, which is done and stays so: a failure is reported. */
  afterwards(): Promise<void>
}

/** The renaming that the groups of a resource have to follow; undefined where its name has not changed. */
export function renamingOf(
  context: OperationContext,
  before: CommonAttributes,
  after: CommonAttributes,
): Renaming | undefined {
  const { service, endpoint } = context
  const names = newNames(endpoint.type, before, after)
  const container = names && containerOf(service, endpoint.type)
  const { renameMember, transactions } = container?.store ?? {}
  if (!names || !container || !renameMember) return undefined
  const rename = (transaction: object | undefined) =>
    renameMember(
      { id: before.id, type: endpoint.type.name },
      names,
      storeContext(context, container, transaction),
    )
  return {
    isOneTransaction: transactions !== undefined && transactions === endpoint.store.transactions,
    inside: rename,
    async afterwards() {
      try {
        await rename(undefined)
      } catch (error) {
        const { requestId, traceparent, tenant, operation } = context
        report(service, error, { requestId, traceparent, tenant, operation })
      }
    },
  }
}

/** The present name of a resource by each name that it no longer has. */
function newNames(
  type: CompiledResourceType,
  before: CommonAttributes,
  after: CommonAttributes,
): ReadonlyMap<string, string> | undefined {
  let names: Map<string, string> | undefined
  for (const label of type.labels) {
    const former = readValue(before, label)
    const present = readValue(after, label)
    if (former === present || typeof former !== 'string' || former === '') continue
    const name = typeof present === 'string' && present !== '' ? present : labelOf(after, type)
    if (name === undefined) continue
    names ??= new Map()
    // What people call it comes first: two names that were the same become the first of the new ones.
    if (!names.has(former)) names.set(former, name)
  }
  return names
}
