import type { RequestEvent } from '../../../src/index.js'
import { urns } from '../../../src/index.js'
import type { Options, Sent } from '../../http/service.js'
import { serve } from '../../http/service.js'

/** What a bulk reply says of one operation. */
export interface Result {
  readonly method?: string
  readonly bulkId?: string
  readonly location?: string
  readonly version?: string
  readonly status: string
  readonly response?: { readonly status: string; readonly scimType?: string; readonly detail: string }
}

export interface BulkReply {
  readonly status: number
  readonly results: readonly Result[]
  readonly statuses: readonly string[]
  readonly detail: string | undefined
  readonly scimType: string | undefined
  /** What the host was told, operation by operation as they were done; the request itself is not among them. */
  readonly events: readonly RequestEvent[]
}

/** A service that is sent bulk requests. */
export function serveBulk(options: Options = {}) {
  const service = serve(options)

  async function bulk(operations: readonly unknown[], more: object = {}, sent?: Sent): Promise<BulkReply> {
    const before = service.events.length
    const body = { schemas: [urns.bulkRequest], ...more, Operations: operations }
    const reply = await service.post('/Bulk', body, sent)
    const results = (reply.body.Operations ?? []) as readonly Result[]
    return {
      status: reply.status,
      results,
      statuses: results.map(({ status }) => status),
      detail: reply.body.detail,
      scimType: reply.body.scimType,
      events: service.events.slice(before, -1),
    }
  }

  /** The id of the resource that a result is about. */
  const idIn = (result: Result | undefined) => result?.location?.split('/').at(-1) ?? ''

  async function names(path: string, attribute: string): Promise<readonly unknown[]> {
    return (await service.get(path)).body.Resources.map((one) => one[attribute])
  }

  return { ...service, bulk, idIn, names }
}

export function postUser(bulkId: string, attributes: object = {}) {
  return {
    method: 'POST',
    path: '/Users',
    bulkId,
    data: { schemas: [urns.user], userName: bulkId, ...attributes },
  }
}

/** Creates a group whose members are named by their bulkIds. */
export function postGroup(bulkId: string, ...members: readonly string[]) {
  const data = {
    schemas: [urns.group],
    displayName: bulkId,
    members: members.map((name) => ({ value: `bulkId:${name}` })),
  }
  return { method: 'POST', path: '/Groups', bulkId, data }
}

export function patchOf(path: string, ...operations: readonly object[]) {
  return { method: 'PATCH', path, data: { schemas: [urns.patchOp], Operations: operations } }
}

export function managedBy(bulkId: string) {
  return {
    schemas: [urns.user, urns.enterpriseUser],
    [urns.enterpriseUser]: { manager: { value: `bulkId:${bulkId}` } },
  }
}
