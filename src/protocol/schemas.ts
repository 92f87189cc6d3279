/** Which `schemas` are read although they are not what the RFC wants. */
export interface SchemasLeniency {
  /** There are none, or they are no array of texts. */
  readonly missingSchemas: boolean
  /** None is right, and one is nearly so. */
  readonly misnamedSchemas: boolean
}

/** Whether a value is a URN, in any case. */
export function isUrn(value: unknown, urn: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === urn.toLowerCase()
}

/** The URNs in a value of `schemas` that may be anything: the texts in it that are not empty. */
export function urnsIn(schemas: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(schemas) ? schemas : [schemas]
  return values.flatMap((value) =>
    typeof value === 'string' ? value.split(/[\s,]+/).filter((part) => part !== '') : [],
  )
}

/** Parts of a URN that say nothing of what it names. */
const common = /^(?:urn|ietf|params|v?\d+(?:\.\d+)*)$/

function partsOf(urn: string): readonly string[] {
  return urn
    .trim()
    .toLowerCase()
    .split(/[:/#]+/)
    .filter((part) => part !== '')
}

/**
 * Whether a URN is nearly another one: it ends in the same name, as in `urn:ietf:params:scim:schemas:core:2.0:PatchOp`,
 * or lacks some of its parts, as `urn:scim:schemas:core:2.0` does.
 */
export function isNearly(written: string, urn: string): boolean {
  const wanted = partsOf(urn)
  const parts = partsOf(written)
  const [name, wantedName] = [parts.at(-1), wanted.at(-1)]
  if (name === undefined || wantedName === undefined) return false
  if (name === wantedName || name === `${wantedName}s`) return true
  const telling = parts.filter((part) => !common.test(part))
  return telling.length > 0 && telling.every((part) => wanted.includes(part))
}
