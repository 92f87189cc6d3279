import type { LexRules } from './lex.js'
import type { Lexeme } from './scan.js'
import { readLiteral, stringEnd, wordEnd } from './scan.js'
import type { Shape } from './shape.js'

/** A filter that was read before, as the text around its literals. */
export interface CachedText {
  /** One more than there are literals. */
  readonly parts: readonly string[]
  /** What it was checked against. */
  readonly limits: LexRules['limits']
  readonly shape: Shape
}

/** How many filters that begin alike are remembered. */
const maxAlike = 4

/** What a text begins with, by which filters like it are found: everything before the first string. */
export function openingOf(text: string): string {
  const at = text.indexOf('"')
  return at === -1 ? text : text.slice(0, at)
}

/** The cached texts that begin alike and one more, the latest first. */
export function withCachedText(
  alike: readonly CachedText[] | undefined,
  text: CachedText,
): readonly CachedText[] {
  return [text, ...(alike ?? [])].slice(0, maxAlike)
}

/** The parts of a text between its literals, whose beginnings and ends `cuts` has in turn. */
export function partsBetween(text: string, cuts: readonly number[]): readonly string[] {
  const parts: string[] = []
  for (let at = 0; at <= cuts.length; at += 2) parts.push(text.slice(cuts[at - 1] ?? 0, cuts[at]))
  return parts
}

/**
 * The literals of a text that differs from a cached one in nothing else; undefined where it does, or where only the
 * lexer can say. What stands around literals need not be looked at again: a text that is the same is as well-formed.
 */
export function literalsLike(
  { parts, limits }: CachedText,
  text: string,
  rules: LexRules,
): readonly Lexeme[] | undefined {
  if (limits !== rules.limits || text.length > limits.maxLength) return undefined
  const literals: Lexeme[] = []
  let at = 0
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? ''
    if (!text.startsWith(part, at)) return undefined
    at += part.length
    if (index === parts.length - 1) break
    const end = text.charCodeAt(at) === 34 ? stringEnd(text, at) : wordEnd(text, at)
    const literal = readLiteral(text, at, end, rules.unquoted)
    if (literal === undefined || literal === null) return undefined
    literals.push(literal)
    at = Math.abs(end)
  }
  return at === text.length ? literals : undefined
}
