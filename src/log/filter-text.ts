import type { BoundFilter } from '../filter/index.js'

/** A filter as text, with `…` for each literal that is no boolean. */
export function filterText(filter: BoundFilter): string {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.filters.map((part) => operandText(part, filter.op)).join(` ${filter.op} `)
    case 'not':
      return `not (${filterText(filter.filter)})`
    case 'pr':
      return `${filter.attribute.path} pr`
    case 'valuePath':
      return `${filter.attribute.path}[${filterText(filter.filter)}]`
    default:
      return `${filter.attribute.path} ${filter.op} ${typeof filter.value === 'boolean' ? filter.value : '…'}`
  }
}

function operandText(filter: BoundFilter, within: 'and' | 'or'): string {
  const isPlain = (filter.op !== 'and' && filter.op !== 'or') || (filter.op === 'and' && within === 'or')
  return isPlain ? filterText(filter) : `(${filterText(filter)})`
}
