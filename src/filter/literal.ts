import { type Note, ScimError } from '../protocol/index.js'
import { type AttributeType, type Coerced, type CompiledAttribute, instantOf } from '../schema/index.js'
import type { Comparator, Literal } from './ast.js'
import type { Lexeme } from './scan.js'

/** What a filter asks of {@link Leniency}, and what it tells the trace. */
export interface LiteralRules {
  readonly leniency: {
    readonly coerce: (value: unknown, attribute: CompiledAttribute) => Coerced | undefined
  }
  readonly note: Note
}

/**
 * The literal that an attribute is compared with, which has the attribute's type.
 *
 * @throws ScimError invalidFilter that names the attribute and the type.
 */
export function fitLiteral(
  lexeme: Lexeme,
  attribute: CompiledAttribute,
  op: Comparator,
  rules: LiteralRules,
): Exclude<Literal, null> {
  const value = readLexeme(lexeme, attribute, rules.note)
  const { path } = attribute
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw ScimError.invalidFilter(`"${path}" is compared with text that is not well-formed Unicode`, { path })
  }
  if (hasType(value, attribute.type, op)) return plain(value, attribute)
  const coerced = rules.leniency.coerce(value, attribute)
  if (coerced && hasType(coerced.value, attribute.type, op)) {
    rules.note(coerced.rule, attribute.path, coerced.message)
    return plain(coerced.value, attribute)
  }
  throw ScimError.invalidFilter(`"${attribute.path}" can be compared only with ${wanted[attribute.type]}`, {
    path: attribute.path,
  })
}

/** A word without quotes is a text where a text belongs, even when it is spelled like a number. */
function readLexeme(lexeme: Lexeme, attribute: CompiledAttribute, note: Note): Exclude<Literal, null> {
  if (typeof lexeme !== 'object') return lexeme
  if (lexeme.value !== undefined && !isText(attribute.type)) return lexeme.value
  if (lexeme.text.startsWith("'")) {
    throw ScimError.invalidFilter(`"${attribute.path}": a text stands in double quotes, not in single ones`)
  }
  note('unquotedLiterals', attribute.path, 'read a word without quotes as a text')
  return lexeme.text
}

const wanted: Readonly<Record<AttributeType, string>> = {
  string: 'a string in double quotes',
  reference: 'a string in double quotes',
  binary: 'a string in double quotes',
  boolean: 'true or false',
  decimal: 'a number',
  integer: 'a number',
  dateTime: 'a date and time such as "2011-05-13T04:42:34Z"',
  complex: 'nothing',
}

function isText(type: AttributeType): boolean {
  return type === 'string' || type === 'reference' || type === 'binary' || type === 'dateTime'
}

/** The comparators that look into text. */
export function isTextual(op: Comparator): boolean {
  return op === 'co' || op === 'sw' || op === 'ew'
}

function hasType(value: unknown, type: AttributeType, op: Comparator): value is Exclude<Literal, null> {
  switch (type) {
    case 'string':
    case 'reference':
    case 'binary':
      return typeof value === 'string'
    case 'boolean':
      return typeof value === 'boolean'
    case 'decimal':
    case 'integer':
      return typeof value === 'number'
    case 'dateTime':
      return typeof value === 'string' && (isTextual(op) || !Number.isNaN(instantOf(value)))
    case 'complex':
      return false
  }
}

/** Clients see a version as an entity tag, `W/"x"`; resources hold x. */
function plain(value: Exclude<Literal, null>, attribute: CompiledAttribute): Exclude<Literal, null> {
  if (typeof value !== 'string') return value
  return attribute.path === 'meta.version' ? (/^(?:W\/)?"(.*)"$/s.exec(value)?.[1] ?? value) : value
}
