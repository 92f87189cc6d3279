/**
 * One thing that the service did with a request which the RFC alone does not explain: a leniency that was used,
 * an attribute that was ignored. It names rules and attributes and never holds values.
 */
export interface TraceEntry {
  /** The rule's name, such as `booleanStrings`. */
  readonly rule: string
  /** The attribute or operation that it was about, such as `emails.primary`. */
  readonly path?: string
  /** What was done, in a sentence. */
  readonly message: string
}

/** Takes the trace entries of one request as they come up. */
export type Note = (rule: string, path: string | undefined, message: string) => void

/** A {@link Note} for callers that keep no trace. */
export const noNote: Note = () => {}

/** A literal may lack its quotes. */
const bareLiteral = /\s(eq|ne|co|sw|ew|gt|ge|lt|le)\s+[^\s[\]()]+/gi
/** Conditions of a value filter, their literals left out. */
const conditions =
  /^[\w$:.-]+ (?:pr|(?:eq|ne|co|sw|ew|gt|ge|lt|le) …)(?: (?:and|or) [\w$:.-]+ (?:pr|(?:eq|ne|co|sw|ew|gt|ge|lt|le) …))*$/i

/** What needs no second look: a body may hold a hundred thousand names. */
const plain = /^[\w$:./-]{1,200}$/
/** A path with at most one value filter, which may have lost its end. */
const readable = /^[\w$:./…-]+(?:\[[\w$:./()… -]*(?:\][\w.$-]*)?)?$/
const unreadable = '(unreadable name)'

/** No path that is longer is read: a filter is not longer by default. */
const maxNameLength = 8192

/** An attribute name or path from the wire, fit to be shown: nothing but names, no literals, bounded. */
export function showName(name: string): string {
  if (plain.test(name)) return name
  if (name.length > maxNameLength) return unreadable
  const bare = name
    .replace(/"(?:[^"\\]|\\.)*"?/g, '…')
    .replace(bareLiteral, ' $1 …')
    // What is no filter may be anything.
    .replace(/\[([^\]]*)/g, (all, inside: string) => (conditions.test(inside) ? all : '[…'))
  const isReadable = bare.length <= 200 && readable.test(bare)
  return isReadable ? bare : unreadable
}
