import { foldText, isObject, showName } from '../protocol/index.js'

/** What stands for what is left out. */
const hidden = '…'

/** Attributes whose values are words of the protocol, and name nobody. */
const impersonal = new Set(['schemas', 'type', 'op', 'path', '$ref', 'resourceType', 'meta'])

/** Words that messages need: those of two letters, and the values of booleans. */
const plainWords = new Set(
  'am an as at be by do go he id if in is it me my no of on or so to up us we true false'.split(' '),
)

const word = /[\p{L}\p{N}]+/gu
/** What stands between blanks and punctuation, such as an e-mail address. */
const piece = /[^\s"'<>()[\],;:]+/g

/** How many values of a body are looked at. */
const maxValues = 2000

/** Texts that were looked at before: messages are few. */
const wordsOfTexts = new Map<string, readonly string[]>()
const maxTexts = 1000

/** How much is kept of a text. */
const maxLength = 2000

/** {@link splitWords} for texts that come again and again. */
function wordsIn(text: string): readonly string[] {
  const known = wordsOfTexts.get(text)
  if (known) return known
  const words = splitWords(text)
  if (wordsOfTexts.size >= maxTexts) wordsOfTexts.clear()
  wordsOfTexts.set(text, words)
  return words
}

/** The words of a text that may name a person, folded. */
function splitWords(text: string): readonly string[] {
  const found = new Set<string>()
  for (const [one] of text.matchAll(word)) {
    const folded = foldText(one)
    if (one.length > 1 && !plainWords.has(folded)) found.add(folded)
  }
  return [...found]
}

/**
 * The words of the values that a request and its resource hold: what may name a person in a text that was made for that
 * request, such as the detail of an error.
 */
export class PersonalWords {
  private readonly values: string[] = []
  private folded: string | undefined
  private words: Set<string> | undefined

  /** `sources`: bodies and resources. `names`: the names of attributes, which stay readable. */
  constructor(
    sources: readonly unknown[],
    private readonly names: ReadonlySet<string>,
  ) {
    for (const source of sources) this.addAll(source, 10)
  }

  private addAll(value: unknown, depth: number): void {
    if (this.values.length >= maxValues || depth === 0) return
    if (typeof value === 'string') this.addText(value)
    else if (typeof value === 'number') this.addText(String(value))
    else if (Array.isArray(value)) for (const element of value) this.addAll(element, depth - 1)
    else if (isObject(value)) {
      for (const key in value) if (!impersonal.has(key)) this.addAll(value[key], depth - 1)
    }
  }

  /** A text that the client has sent, such as an id or the literal of a filter. */
  addText(text: string): void {
    this.values.push(text.length > 1000 ? text.slice(0, 1000) : text)
  }

  /** A text without those words, and without e-mail addresses whosever they are. */
  mask(text: string): string {
    const short = text.length > maxLength ? `${text.slice(0, maxLength)}${hidden}` : text
    const plain = short.includes('@')
      ? short.replace(piece, (found) => (found.includes('@') ? hidden : found))
      : short
    if (!this.mayBeNamed(plain)) return plain
    this.words ??= new Set(this.values.flatMap(splitWords))
    const { words } = this
    return plain.replace(word, (found) => {
      const folded = foldText(found)
      return words.has(folded) && !this.names.has(folded) ? hidden : found
    })
  }

  /** Whether a word of a text is somewhere in the values, if only in the middle of another: nearly never. */
  private mayBeNamed(text: string): boolean {
    this.folded ??= foldText(this.values.join('\n'))
    const { folded, names } = this
    return wordsIn(text).some((one) => !names.has(one) && folded.includes(one))
  }

  /** A key or path from the wire: without the literals of its filters, and without those words. */
  maskName(name: string): string {
    return this.mask(showName(name))
  }
}
