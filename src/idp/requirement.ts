import type { AttributePath } from '../filter/index.js'
import { readPath } from '../filter/index.js'
import { atOperation } from '../patch/index.js'
import type { PatchOperation, UnknownObject } from '../protocol/index.js'
import { isObject, isScimError } from '../protocol/index.js'
import type { CompiledResourceType, Demand } from '../schema/index.js'

/**
 * One thing that a profile asks for beyond the RFC, or in its place. What the RFC allows and a requirement does not is
 * refused with 400.
 */
export interface Requirement {
  readonly name: string
  /** What is asked for, in a sentence. */
  readonly description: string
  /** The document. */
  readonly source: string
  /** Of the document, such as `6.5.1`. */
  readonly section: string
  /** What known clients send and this refuses, by the client. */
  readonly refuses?: Readonly<Record<string, string>>
  /** What PATCH is told to demand. */
  readonly demands?: Demand
  /** The longest page of a list. */
  readonly maxPageSize?: number
  /** Looks at the body of a POST or PUT. @throws ScimError */
  readonly resource?: (body: UnknownObject, type: CompiledResourceType) => void
  /** Looks at an operation of a PATCH; `path` is undefined where it has none that leads anywhere. @throws ScimError */
  readonly operation?: (
    operation: PatchOperation,
    type: CompiledResourceType,
    path: AttributePath | undefined,
  ) => void
}

/** A profile, as far as it asks for something. */
interface Demanding {
  readonly requirements: readonly Requirement[]
}

/** Where an operation leads; undefined: nowhere, which is told of when it is applied. */
function pathOf({ path }: PatchOperation, type: CompiledResourceType): AttributePath | undefined {
  if (path === undefined) return undefined
  try {
    return readPath(type, path)
  } catch (error) {
    if (isScimError(error)) return undefined
    throw error
  }
}

/** Refuses a body of a POST or PUT that lacks what a profile requires. @throws ScimError 400 */
export function assertResource({ requirements }: Demanding, body: unknown, type: CompiledResourceType): void {
  if (requirements.length === 0 || !isObject(body)) return
  for (const { resource } of requirements) resource?.(body, type)
}

/** Refuses operations of a PATCH that lack what a profile requires. @throws ScimError 400 that names the operation. */
export function assertOperations(
  { requirements }: Demanding,
  operations: readonly PatchOperation[],
  type: CompiledResourceType,
): void {
  if (requirements.length === 0) return
  for (const [position, one] of operations.entries()) {
    const path = pathOf(one, type)
    try {
      for (const { operation } of requirements) operation?.(one, type, path)
    } catch (error) {
      throw atOperation(error, one.index ?? position)
    }
  }
}
