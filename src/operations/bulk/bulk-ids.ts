import { ScimError, showName } from '../../protocol/index.js'

/** 409: what an operation refers to is not there (RFC 7644 section 3.7.1). */
export function unresolved(detail: string): ScimError {
  return new ScimError(409, undefined, detail)
}

/** What the operations of one bulk request call the resources that they create. */
export class BulkIds {
  /** The number of the operation that creates the resource. */
  private readonly creators = new Map<string, number>()
  private readonly ids = new Map<string, string>()

  /** A name is going to be given to a resource. */
  announce(name: string, index: number): void {
    this.creators.set(name, index)
  }
  /** The resource with a name is there. */
  set(name: string, id: string): void {
    this.ids.set(name, id)
  }
  /** The resource with a name has gone again. */
  delete(name: string): void {
    this.ids.delete(name)
  }
  has(name: string): boolean {
    return this.ids.has(name)
  }

  /** The numbers of the operations that create what has these names. */
  creatorsOf(names: Iterable<string>): readonly number[] {
    return [...names].flatMap((name) => this.creators.get(name) ?? [])
  }

  /** The id that a name stands for; undefined where it is none. @throws ScimError 409 when there is no such resource. */
  idOf(name: string): string | undefined {
    const id = this.ids.get(name)
    if (id !== undefined) return id
    if (this.creators.has(name)) throw unresolved(`"bulkId:${showName(name)}" refers to what was not created`)
    // A sentence that begins with the word is no reference.
    if (/\s/.test(name)) return undefined
    throw unresolved(`No POST of this bulk request has the bulkId "${showName(name)}"`)
  }
}
