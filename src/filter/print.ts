import type { FilterNode } from './ast.js'

/**
 * A filter as text, with the parentheses that its structure needs and no others. Reading the text again gives an
 * equal structure.
 *
 * @example
 * printFilter(parseFilter('(a EQ 1)')) // 'a eq 1'
 */
export function printFilter(filter: FilterNode): string {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.filters.map((part) => printOperand(part, filter.op)).join(` ${filter.op} `)
    case 'not':
      return `not (${printFilter(filter.filter)})`
    case 'pr':
      return `${filter.path} pr`
    case 'valuePath':
      return `${filter.path}[${printFilter(filter.filter)}]`
    default:
      return `${filter.path} ${filter.op} ${JSON.stringify(filter.value)}`
  }
}

/** `and` binds tighter than `or`; the same word inside itself keeps its parentheses, to be read as it was. */
function printOperand(filter: FilterNode, within: 'and' | 'or'): string {
  const isPlain = (filter.op !== 'and' && filter.op !== 'or') || (filter.op === 'and' && within === 'or')
  return isPlain ? printFilter(filter) : `(${printFilter(filter)})`
}
