import { ScimError, showName } from '../../protocol/index.js'

/** 409: an operation refers to a resource that does not exist (RFC 7644 section 3.7.1). */
export function unresolved(detail: string): ScimError {
  return new ScimError(409, undefined, detail)
}

/** The bulkIds of one bulk request, and the ids that they stand for. */
export class BulkIds {
  /** The index of the operation that creates the resource. */
  private readonly creators = new Map<string, number>()
  private readonly ids = new Map<string, string>()

  /** Declares that an operation will create the resource with a bulkId. */
  declare(bulkId: string, index: number): void {
    this.creators.set(bulkId, index)
  }
  /** The resource was created. */
  set(bulkId: string, id: string): void {
    this.ids.set(bulkId, id)
  }
  /** The resource was deleted again. */
  delete(bulkId: string): void {
    this.ids.delete(bulkId)
  }
  has(bulkId: string): boolean {
    return this.ids.has(bulkId)
  }

  /** The bulkIds by the ids that they stand for. */
  byId(): ReadonlyMap<string, string> {
    return new Map([...this.ids].map(([bulkId, id]) => [id, bulkId]))
  }

  /** The indexes of the operations that create the resources with these bulkIds. */
  creatorsOf(bulkIds: Iterable<string>): readonly number[] {
    return [...bulkIds].flatMap((bulkId) => this.creators.get(bulkId) ?? [])
  }

  /** The id that a bulkId stands for; undefined for text that is none. @throws ScimError 409 when there is no such resource. */
  idOf(bulkId: string): string | undefined {
    const id = this.ids.get(bulkId)
    if (id !== undefined) return id
    if (this.creators.has(bulkId)) {
      throw unresolved(`"bulkId:${showName(bulkId)}" refers to what was not created`)
    }
    // A sentence that begins with "bulkId:" is no reference.
    if (/\s/.test(bulkId)) return undefined
    throw unresolved(`No POST of this bulk request has the bulkId "${showName(bulkId)}"`)
  }
}
