const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
const letters = /[\p{L}\p{N}]+/gu

/** Text of another case is the same name: clients change it, and filters ignore it. */
function inCaseOf(text: string, like: string): string {
  if (like === like.toLowerCase()) return text.toLowerCase()
  if (like === like.toUpperCase()) return text.toUpperCase()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/**
 * Replaces values by others of the same shape: the same value always by the same one, different values by different
 * ones. The case, the punctuation and whether there are letters beyond ASCII are kept, since failures hang on them.
 */
export class Pseudonyms {
  private readonly numbers = new Map<string, number>()
  private readonly replacements = new Map<string, string>()
  private readonly taken = new Set<string>()
  private next = 1

  /** The replacement of a text. */
  replace(value: string): string {
    const known = this.replacements.get(value)
    if (known !== undefined) return known
    const key = value.toLowerCase()
    let made = shapeLike(value, this.numberOf(key))
    // Two that differ in case only, and in no way that is kept.
    while (this.taken.has(made)) made = shapeLike(value, this.next++)
    this.replacements.set(value, made)
    this.taken.add(made)
    return made
  }

  /** The replacement of a number. */
  replaceNumber(value: number): number {
    return 100_000 + this.numberOf(String(value))
  }

  private numberOf(key: string): number {
    const number = this.numbers.get(key) ?? this.next++
    this.numbers.set(key, number)
    return number
  }
}

function shapeLike(value: string, number: number): string {
  if (uuid.test(value)) return inCaseOf(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`, value)
  const at = value.indexOf('@')
  if (at > 0 && at < value.length - 1 && !/\s/.test(value)) {
    const plus = value.slice(0, at).includes('+') ? '+tag' : ''
    const quote = value.slice(0, at).includes("'") ? "o'" : ''
    return inCaseOf(`${quote}user${number}${plus}@example.com`, value)
  }
  if (/^\+?[\d\s()./-]+$/.test(value)) return digitsLike(value, number)
  let isFirst = true
  const text = value.replace(letters, (run) => {
    const word = isFirst ? `name${number}` : 'x'
    isFirst = false
    // What is beyond ASCII stays so.
    return inCaseOf(/[^\x20-\x7e]/.test(run) ? word.replace('a', 'ä').replace('x', 'ü') : word, run)
  })
  return isFirst ? `${value}${number}` : text
}

/** A telephone number, or another number as text. */
function digitsLike(value: string, number: number): string {
  const count = value.replace(/\D/g, '').length
  const digits = String(number).padStart(count, '0')
  let index = 0
  const text = value.replace(/\d/g, () => digits[index++] ?? '0')
  return digits.length > count ? `${text}${digits.slice(count)}` : text
}
