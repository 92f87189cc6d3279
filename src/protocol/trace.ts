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

const comparators = 'eq|ne|co|sw|ew|gt|ge|lt|le'
/** A literal may lack its quotes. */
const bareLiteral = new RegExp(`\\s(${comparators})\\s+[^\\s[\\]()]+`, 'gi')
const condition = `[\\w$:.-]+ (?:pr|(?:${comparators}) …)`
/** Conditions of a value filter, their literals left out. */
const conditions = new RegExp(`^${condition}(?: (?:and|or) ${condition})*$`, 'i')

/** An attribute name or path from the wire, fit to be shown: nothing but names, no literals, bounded. */
export function showName(name: string): string {
  const bare = name
    .replace(/"(?:[^"\\]|\\.)*"?/g, '…')
    .replace(bareLiteral, ' $1 …')
    // What is no filter may be anything.
    .replace(/\[([^\]]*)/g, (all, inside: string) => (conditions.test(inside) ? all : '[…'))
  const isReadable = bare.length <= 200 && /^[\w$:./…-]+(?:\[[\w$:./()… -]*\]?[\w.$-]*)?$/.test(bare)
  return isReadable ? bare : '(unreadable name)'
}
