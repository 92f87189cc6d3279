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

/** Conditions of a value filter, their literals left out. */
const conditions =
  /^[\w$:.-]+ (?:pr|(?:eq|ne|co|sw|ew|gt|ge|lt|le) …)(?: (?:and|or) [\w$:.-]+ (?:pr|(?:eq|ne|co|sw|ew|gt|ge|lt|le) …))*$/i

/** An attribute name or path from the wire, fit to be shown: nothing but names, no literals, bounded. */
export function showName(name: string): string {
  const bare = name
    .replace(/"(?:[^"\\]|\\.)*"?/g, '…')
    // A literal may lack its quotes.
    .replace(/\s(eq|ne|co|sw|ew|gt|ge|lt|le)\s+[^\s[\]()]+/gi, ' $1 …')
    // What is no filter may be anything.
    .replace(/\[([^\]]*)/g, (all, inside: string) => (conditions.test(inside) ? all : '[…'))
  const isReadable = bare.length <= 200 && /^[\w$:./…-]+(?:\[[\w$:./()… -]*\]?[\w.$-]*)?$/.test(bare)
  return isReadable ? bare : '(unreadable name)'
}
