/** A value that SQLite, or one of its drivers, cannot hold as it is. */
export class UnstorableValueError extends Error {
  override readonly name = 'UnstorableValueError'
  constructor(readonly kind: 'invalidCharacter' | 'invalidValue') {
    super(
      kind === 'invalidCharacter'
        ? 'A text for SQLite must not have the character U+0000'
        : 'A parameter for SQLite must be text, a number, a boolean, a date, bytes, or JSON',
    )
  }
}

/** What every driver binds as it is, and keeps. */
export type BoundValue = string | number | bigint | Uint8Array | null

/**
 * A parameter as every driver binds it. Some end the process at a value that they do not know, cut texts at U+0000, and
 * take whole numbers for fractions.
 *
 * @throws UnstorableValueError for what cannot be stored as it is.
 */
export function bind(value: unknown): BoundValue {
  switch (typeof value) {
    case 'string':
      return text(value)
    case 'number':
      return number(value)
    case 'boolean':
      return value ? 1n : 0n
    case 'bigint':
      if (BigInt.asIntN(64, value) !== value) throw new UnstorableValueError('invalidValue')
      return value
    case 'undefined':
      return null
    case 'object':
      return value === null ? null : object(value)
    default:
      throw new UnstorableValueError('invalidValue')
  }
}

/** A text without halves of characters, which drivers replace each in its own way. */
function text(value: string): string {
  if (value.includes('\0')) throw new UnstorableValueError('invalidCharacter')
  return value.replace(loneSurrogate, '\uFFFD')
}

const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

function number(value: number): number | bigint {
  // SQLite would take it for null.
  if (Number.isNaN(value)) throw new UnstorableValueError('invalidValue')
  return Number.isSafeInteger(value) ? BigInt(value) : value
}

function object(value: object): BoundValue {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new UnstorableValueError('invalidValue')
    return value.toISOString()
  }
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  return json(value)
}

function json(value: object): string {
  let printed: string | undefined
  try {
    printed = JSON.stringify(value)
  } catch {
    // A circle, or a bigint.
  }
  if (printed === undefined) throw new UnstorableValueError('invalidValue')
  return text(printed)
}
