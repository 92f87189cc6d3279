import type { TableFacts } from '../../dialect/catalogue.js'
import type { RowFilter } from '../../sql/row-filter.js'
import { type ConditionToken, tokensOf } from './condition-tokens.js'
import { domainOf } from './known-values.js'
import { anyOf, type ConditionRow, equal, inverse, other, type Truth, type Value } from './truth.js'

interface Operand {
  readonly column: string | undefined
  of(row: ConditionRow): Value
}

/** More combinations of values are not tried. */
const maxRows = 4096

/**
 * What the condition of an index can be for the rows that a filter selects: whatever else is in them. Undefined where it
 * says more than this understands, or than can be tried.
 *
 * @param condition as the database writes it, such as `(deleted_at IS NULL) AND (kind = 'person'::text)`.
 */
export function outcomesOf(
  condition: string,
  filter: RowFilter,
  { columns }: TableFacts,
): ReadonlySet<Truth> | undefined {
  const reader = new ConditionReader(condition)
  const evaluate = reader.read()
  if (!evaluate) return undefined
  let rows: ConditionRow[] = [new Map()]
  for (const [column, literals] of reader.literals) {
    const known = filter.get(column)
    const { isNullable = true, kind } = columns.get(column) ?? {}
    const values = domainOf(known, literals).filter(
      (value) => (value !== null || isNullable) && (value !== other || kind !== 'boolean'),
    )
    if (rows.length * values.length > maxRows) return undefined
    rows = rows.flatMap((row) => values.map((value) => new Map([...row, [column, value]])))
  }
  return new Set(rows.map(evaluate))
}

class NotUnderstood extends Error {}

const keywords = new Set([
  'and',
  'or',
  'not',
  'is',
  'null',
  'true',
  'false',
  'distinct',
  'from',
  'any',
  'array',
  'in',
])
/** Types of texts: a column that is read as one of them keeps its value. */
const textTypes = new Set([
  'text',
  'character varying',
  'varchar',
  'bpchar',
  'citext',
  'text[]',
  'character varying[]',
])

/** Reads conditions that only say which values columns have. */
class ConditionReader {
  /** The columns that the condition is about, with what it compares them with. */
  readonly literals = new Map<string, Set<string>>()
  private tokens: readonly ConditionToken[] = []
  private at = 0

  constructor(private readonly condition: string) {}

  read(): ((row: ConditionRow) => Truth) | undefined {
    const tokens = tokensOf(this.condition)
    if (!tokens) return undefined
    this.tokens = tokens
    try {
      const evaluate = this.disjunction()
      return this.at === tokens.length ? evaluate : undefined
    } catch (error) {
      if (error instanceof NotUnderstood) return undefined
      throw error
    }
  }

  private disjunction(): (row: ConditionRow) => Truth {
    const parts = [this.conjunction()]
    while (this.takeWord('or')) parts.push(this.conjunction())
    return (row) => anyOf(parts.map((part) => part(row)))
  }

  private conjunction(): (row: ConditionRow) => Truth {
    const parts = [this.negation()]
    while (this.takeWord('and')) parts.push(this.negation())
    return (row) => inverse(anyOf(parts.map((part) => inverse(part(row)))))
  }

  private negation(): (row: ConditionRow) => Truth {
    if (!this.takeWord('not')) return this.test()
    const inner = this.negation()
    return (row) => inverse(inner(row))
  }

  /** A comparison, a column that is a boolean, or a condition in parentheses; and what it `is`. */
  private test(): (row: ConditionRow) => Truth {
    const start = this.at
    let truth: (row: ConditionRow) => Truth
    let operand: Operand | undefined
    try {
      operand = this.operand()
      truth = this.comparison(operand)
    } catch (error) {
      if (!(error instanceof NotUnderstood)) throw error
      operand = undefined
      this.at = start
      this.need('(')
      truth = this.disjunction()
      this.need(')')
    }
    while (this.takeWord('is')) {
      const isNegated = this.takeWord('not')
      const inner = truth
      const own = operand
      if (this.takeWord('distinct')) {
        this.needWord('from')
        if (!own) throw new NotUnderstood()
        const right = this.operand()
        this.relate(own, right)
        truth = (row) => (own.of(row) !== right.of(row)) !== isNegated
      } else {
        const word = this.next()
        if (!['null', 'true', 'false'].includes(word.text)) throw new NotUnderstood()
        const holds = (row: ConditionRow) => {
          if (word.text === 'null') return own ? own.of(row) === null : inner(row) === null
          return inner(row) === (word.text === 'true')
        }
        truth = (row) => holds(row) !== isNegated
      }
      operand = undefined
    }
    return truth
  }

  private comparison(left: Operand): (row: ConditionRow) => Truth {
    const sign = this.peek()
    if (sign?.kind === 'sign' && ['=', '<>', '!='].includes(sign.text)) {
      this.at++
      const isNegated = sign.text !== '='
      const list = !isNegated && this.takeWord('any') ? this.list() : [this.operand()]
      for (const right of list) this.relate(left, right)
      return (row) => {
        const outcomes = list.map((right) => equal(left.of(row), right.of(row)))
        return isNegated ? inverse(anyOf(outcomes)) : anyOf(outcomes)
      }
    }
    const { column } = left
    if (column === undefined && this.peek()?.text !== 'is') throw new NotUnderstood()
    // Where it is no boolean, only whether it is null is asked.
    if (column !== undefined) this.of(column).add('true').add('false')
    return (row) => {
      const value = left.of(row)
      return value === 'true' || value === 't' ? true : value === null ? null : false
    }
  }

  /** The values of `ANY (ARRAY[…])`. */
  private list(): readonly Operand[] {
    let depth = 0
    while (this.take('(')) depth++
    this.needWord('array')
    this.need('[')
    const list = [this.operand()]
    while (this.take(',')) list.push(this.operand())
    this.need(']')
    this.casts()
    for (; depth > 0; depth--) {
      this.need(')')
      this.casts()
    }
    return list
  }

  private operand(): Operand {
    if (this.take('(')) {
      const inner = this.operand()
      this.need(')')
      this.castOf(inner)
      return inner
    }
    const { kind, text } = this.next()
    let operand: Operand
    if (kind === 'text') operand = { column: undefined, of: () => text }
    else if (kind === 'word' && text === 'null') operand = { column: undefined, of: () => null }
    else if (kind === 'word' && (text === 'true' || text === 'false'))
      operand = { column: undefined, of: () => text }
    else if (kind === 'name' || (kind === 'word' && !keywords.has(text)))
      operand = { column: text, of: (row) => row.get(text) ?? null }
    else throw new NotUnderstood()
    // A function, or a column of another name.
    if (['(', '.', '['].includes(this.peek()?.text ?? '') && this.peek()?.kind === 'sign')
      throw new NotUnderstood()
    this.castOf(operand)
    return operand
  }

  private castOf({ column }: Operand): void {
    for (const type of this.casts())
      if (column !== undefined && !textTypes.has(type)) throw new NotUnderstood()
  }

  /** The types that a value is read as. */
  private casts(): readonly string[] {
    const types: string[] = []
    while (this.take('::')) {
      let type = this.next().text
      while (this.take('.')) type = this.next().text
      while (this.peek()?.kind === 'word' && !keywords.has(this.peek()?.text ?? ''))
        type += ` ${this.next().text}`
      if (this.take('(')) {
        this.next()
        this.need(')')
      }
      if (this.take('[')) {
        this.need(']')
        type += '[]'
      }
      types.push(type)
    }
    return types
  }

  /** Notes which values a column is compared with. */
  private relate(left: Operand, right: Operand): void {
    for (const [one, another] of [
      [left, right],
      [right, left],
    ] as const) {
      if (one.column === undefined) continue
      if (another.column !== undefined) throw new NotUnderstood()
      const value = another.of(new Map())
      if (typeof value === 'string') this.of(one.column).add(value)
      else this.of(one.column)
    }
  }

  private of(column: string): Set<string> {
    const known = this.literals.get(column) ?? new Set()
    this.literals.set(column, known)
    return known
  }

  private peek(): ConditionToken | undefined {
    return this.tokens[this.at]
  }
  private next(): ConditionToken {
    const found = this.tokens[this.at]
    if (!found) throw new NotUnderstood()
    this.at++
    return found
  }
  private take(sign: string): boolean {
    const is = this.peek()?.kind === 'sign' && this.peek()?.text === sign
    if (is) this.at++
    return is
  }
  private need(sign: string): void {
    if (!this.take(sign)) throw new NotUnderstood()
  }
  private takeWord(word: string): boolean {
    const is = this.peek()?.kind === 'word' && this.peek()?.text === word
    if (is) this.at++
    return is
  }
  private needWord(word: string): void {
    if (!this.takeWord(word)) throw new NotUnderstood()
  }
}
