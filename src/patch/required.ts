import { isObject, ScimError } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import { chainOf, readValue } from '../schema/index.js'

type Resource = Readonly<Record<string, unknown>>

/** The error for a required attribute that has lost its value (RFC 7644 section 3.5.2.2). */
export function requiredAttribute({ path }: CompiledAttribute): ScimError {
  return ScimError.mutability(`${path} is required and cannot be removed`, { path })
}

/** The required attributes inside of others that operations have taken the value of. */
export class RequiredParts {
  private readonly lost = new Set<CompiledAttribute>()

  /** A value of the attribute is gone. */
  lose(attribute: CompiledAttribute): void {
    this.lost.add(attribute)
  }

  /** The whole of an attribute is gone, and what it required with it. */
  dropWhole(attribute: CompiledAttribute): void {
    for (const part of this.lost)
      if (part !== attribute && chainOf(part).includes(attribute)) this.lost.delete(part)
  }

  /** Refuses the outcome where one is missing still. @throws ScimError `mutability`. */
  assertKept(before: Resource, after: Resource): void {
    for (const part of this.lost) if (isMissing(part, before, after)) throw requiredAttribute(part)
  }
}

function isMissing(part: CompiledAttribute, before: Resource, after: Resource): boolean {
  const parents = chainOf(part).slice(0, -1)
  let holders: readonly unknown[] = [after]
  for (const { name } of parents)
    holders = holders.flatMap((holder) => (isObject(holder) ? (holder[name] ?? []) : []))
  if (holders.some((holder) => isObject(holder) && holder[part.name] === undefined)) return true
  // With its last part, an object is gone too.
  return (
    holders.length === 0 &&
    !parents.some(({ multiValued }) => multiValued) &&
    readValue(before, part) !== undefined
  )
}

/** Refuses the outcome where something required at the top of the resource has gone. @throws ScimError `mutability`. */
export function assertRequired(before: Resource, after: Resource, type: CompiledResourceType): void {
  for (const attribute of type.ordered) {
    if (attribute.required && after[attribute.name] === undefined && before[attribute.name] !== undefined)
      throw requiredAttribute(attribute)
  }
}
