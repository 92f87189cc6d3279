import { foldText, isObject, showName } from '../protocol/index.js'

/** What stands for what is left out. */
const hidden = '…'

/** Attributes whose values are words of the protocol, and name nobody. */
const impersonal = new Set(['schemas', 'type', 'op', 'path', '$ref', 'resourcetype', 'meta'])

/** Words that messages need: those of two letters, and the values of booleans. */
const plainWords = new Set(
  'am an as at be by do go he id if in is it me my no of on or so to up us we true false'.split(' '),
)

const word = /[\p{L}\p{N}]+/gu
const email = /[^\s"'<>()[\],;:]+@[^\s"'<>()[\],;:]+/g

/** How many values of a body are looked at. */
const maxValues = 2000

/**
 * The words of the values that a request and its resource hold: what may name a person in a text that was made for that
 * request, such as the detail of an error.
 */
export class PersonalWords {
  private readonly words = new Set<string>()
  private left = maxValues

  /** `sources`: bodies and resources. `names`: the names of attributes, which stay readable. */
  constructor(
    sources: readonly unknown[],
    private readonly names: ReadonlySet<string>,
  ) {
    for (const source of sources) this.addAll(source, 10)
  }

  private addAll(value: unknown, depth: number): void {
    if (this.left <= 0 || depth === 0) return
    if (typeof value === 'string') this.addText(value)
    else if (typeof value === 'number') this.addText(String(value))
    else if (Array.isArray(value)) for (const element of value) this.addAll(element, depth - 1)
    else if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        if (!impersonal.has(key.toLowerCase())) this.addAll(inner, depth - 1)
      }
    }
  }

  /** A text that the client has sent, such as an id or the literal of a filter. */
  addText(text: string): void {
    this.left--
    for (const [found] of text.slice(0, 1000).matchAll(word)) {
      const folded = foldText(found)
      if (found.length > 1 && !plainWords.has(folded)) this.words.add(folded)
    }
  }

  /** A text without those words, and without e-mail addresses whosever they are. */
  mask(text: string): string {
    const plain = text.replace(email, hidden)
    if (this.words.size === 0) return plain
    return plain.replace(word, (found) => {
      const folded = foldText(found)
      return this.words.has(folded) && !this.names.has(folded) ? hidden : found
    })
  }

  /** A key or path from the wire: without the literals of its filters, and without those words. */
  maskName(name: string): string {
    const plain = showName(name)
    if (this.words.size === 0) return plain
    return this.mask(plain)
  }
}
