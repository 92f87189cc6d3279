import { foldText } from '../../../../protocol/index.js'

const isAscii = /^[\0-\x7f]*$/

let variantsByLetters: ReadonlyMap<string, readonly string[]> | undefined

/** The letters that are others when their case is folded, by what they are then; looked for once. */
function variants(): ReadonlyMap<string, readonly string[]> {
  if (variantsByLetters) return variantsByLetters
  const found = new Map<string, string[]>()
  for (let point = 0x80; point < lastCased; point++) {
    const letter = String.fromCodePoint(point)
    const folded = foldText(letter)
    if (folded === letter) continue
    const list = found.get(folded)
    if (list) list.push(letter)
    else found.set(folded, [letter])
  }
  variantsByLetters = found
  return found
}

/** No script beyond has two cases. */
const lastCased = 0x1_f000

/** The ASCII letters that others are taken for: the sign of kelvin and the long s. */
const hasVariants = /[ks]/

/** The variants of the letters in a folded text: pairs of a letter and another that is taken for it. */
export function variantsOf(folded: string): readonly (readonly [letter: string, variant: string])[] {
  if (isAscii.test(folded) && !hasVariants.test(folded)) return []
  return [...new Set(folded)].flatMap((letter) =>
    (variants().get(letter) ?? []).map((variant) => [letter, variant] as const),
  )
}

/** How many spellings of a text are listed. */
const maxSpellings = 64

/** A text as SQLite's `lower` has it. */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/**
 * All texts that a folded one may be when ASCII letters alone are folded; none where they are too many to list. Those of
 * ASCII letters, which a long name with many a `k` or `s` has many of, are left out first.
 */
export function spellingsOf(folded: string): readonly string[] {
  if (isAscii.test(folded) && !hasVariants.test(folded)) return [folded]
  const all = spellingsWith(folded, () => true)
  return all.length > 0 ? all : spellingsWith(folded, (letter) => !isAscii.test(letter))
}

/** The spellings, with the variants of some letters. */
function spellingsWith(folded: string, varies: (letter: string) => boolean): readonly string[] {
  let spellings: readonly string[] = ['']
  for (const letter of folded) {
    const letters = varies(letter) ? [letter, ...(variants().get(letter) ?? [])] : [letter]
    if (spellings.length * letters.length > maxSpellings) return []
    spellings = spellings.flatMap((start) => letters.map((one) => start + one))
  }
  return spellings
}
