import { foldText } from '../../../../protocol/index.js'

/** What SQLite's `lower` makes alike is not listed. */
const isAscii = /^[\0-\x7f]*$/

let variantsByLetters: ReadonlyMap<string, readonly string[]> | undefined

/** The letters that are others when their case is folded, by what they are then; looked for once. */
function variants(): ReadonlyMap<string, readonly string[]> {
  if (variantsByLetters) return variantsByLetters
  const found = new Map<string, string[]>()
  for (let point = 0x80; point < lastCased; point++) {
    const letter = String.fromCodePoint(point)
    const folded = foldText(letter)
    // What an ASCII letter is taken for, such as the sign of kelvin, is left to the order of `lower`.
    if (folded === letter || isAscii.test(folded)) continue
    const list = found.get(folded)
    if (list) list.push(letter)
    else found.set(folded, [letter])
  }
  variantsByLetters = found
  return found
}

/** No script beyond has two cases. */
const lastCased = 0x1_f000

/** The variants of the letters in a folded text: pairs of a letter and another that is taken for it. */
export function variantsOf(folded: string): readonly (readonly [letter: string, variant: string])[] {
  if (isAscii.test(folded)) return []
  return [...new Set(folded)].flatMap((letter) =>
    (variants().get(letter) ?? []).map((variant) => [letter, variant] as const),
  )
}

/** How many spellings of a text are listed. */
const maxSpellings = 64

/**
 * All texts that a folded one may be when ASCII letters alone are folded; none where they are too many to list.
 */
export function spellingsOf(folded: string): readonly string[] {
  if (isAscii.test(folded)) return [folded]
  let spellings: readonly string[] = ['']
  for (const letter of folded) {
    const letters = isAscii.test(letter) ? [letter] : [letter, ...(variants().get(letter) ?? [])]
    if (spellings.length * letters.length > maxSpellings) return []
    spellings = spellings.flatMap((start) => letters.map((one) => start + one))
  }
  return spellings
}
