import { type Filter as Parsed, parse } from 'scim2-parse-filter'
import { assertKnownOptions, assertLimits, ScimError } from '../protocol/index.js'
import {
  defaultFilterLimits,
  type FilterLimits,
  type FilterNode,
  filterLimitNames,
  type Literal,
} from './ast.js'
import { checkPath, lex, type Token } from './lex.js'
import type { Lexeme } from './scan.js'

/**
 * The structure of a filter (RFC 7644 figure 1).
 *
 * @throws ScimError invalidFilter that says what was expected and where.
 * @example
 * parseFilter('title pr and userType eq "Employee"')
 */
export function parseFilter(text: string, limits: FilterLimits = defaultFilterLimits): FilterNode {
  assertKnownOptions('parseFilter', limits, defaultFilterLimits)
  assertLimits('parseFilter', limits, filterLimitNames)
  const tokens: Token[] = []
  const { literals } = lex(text, { limits, unquoted: false }, tokens)
  return parseTokens(tokens, (index) => literalOf(literals[index]))
}

/**
 * The structure that tokens describe. Each literal has a number, its place among the literals of the text; `literal`
 * says what stands for it in the tree.
 */
export function parseTokens(tokens: readonly Token[], literal: (index: number) => Literal): FilterNode {
  const { text, paths } = plainText(tokens)
  try {
    return convert(parse(text), paths, literal)
  } catch (cause) {
    // Tokens are in order when they leave the lexer; what remains is a depth that the host allowed and no stack has.
    throw ScimError.invalidFilter('The filter cannot be read', { cause })
  }
}

/**
 * The filter in the words that the parser package reads well: a word of ours for each path, a number for each
 * literal. A condition behind a value filter is moved inside of it, so that both are about the same element.
 */
function plainText(tokens: readonly Token[]): { text: string; paths: readonly string[] } {
  const paths: string[] = []
  let text = ''
  let bracket = 0
  let literalCount = 0
  let ending = ''
  for (const token of tokens) {
    switch (token.kind) {
      case 'path':
        text += `p${paths.push(checkPath(token.text, ScimError.invalidFilter)) - 1}`
        break
      case 'open':
        bracket = text.length + 1
        text += '['
        break
      case 'subPath':
        text = `${text.slice(0, bracket)}(${text.slice(bracket, -1)})and `
        text += `p${paths.push(checkPath(token.text, ScimError.invalidFilter)) - 1}`
        ending = ']'
        break
      case 'word':
        text += ` ${token.text} `
        break
      case 'presence':
        text += ` pr${ending}`
        ending = ''
        break
      case 'value':
        text += literalCount++ + ending
        ending = ''
        break
      case 'null':
        text += `null${ending}`
        ending = ''
        break
      default:
        text += token.text
    }
  }
  return { text, paths }
}

function convert(parsed: Parsed, paths: readonly string[], literal: (index: number) => Literal): FilterNode {
  switch (parsed.op) {
    case 'and':
    case 'or':
      return { op: parsed.op, filters: parsed.filters.map((part) => convert(part, paths, literal)) }
    case 'not':
      return { op: 'not', filter: convert(parsed.filter, paths, literal) }
    case '[]':
      return {
        op: 'valuePath',
        path: pathOf(paths, parsed.attrPath),
        filter: convert(parsed.valFilter, paths, literal),
      }
    case 'pr':
      return { op: 'pr', path: pathOf(paths, parsed.attrPath) }
    default: {
      const { compValue } = parsed
      const value = typeof compValue === 'number' ? literal(compValue) : null
      return { op: parsed.op, path: pathOf(paths, parsed.attrPath), value }
    }
  }
}

function pathOf(paths: readonly string[], word: string): string {
  return paths[Number(word.slice(1))] ?? word
}

function literalOf(lexeme: Lexeme | undefined): Literal {
  return typeof lexeme === 'object' ? lexeme.text : (lexeme ?? null)
}
