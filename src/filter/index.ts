export { bindFilterAcross } from './across-types.js'
export type {
  AttributePath,
  BoundFilter,
  Comparator,
  Equality,
  Filter,
  FilterLimits,
  FilterNode,
  Literal,
} from './ast.js'
export { defaultFilterLimits } from './ast.js'
export type { FilterLeniency, FilterOptions } from './filter.js'
export { bindFilter } from './filter.js'
export { equalsAny, filterFromTree } from './from-tree.js'
export { countConditions, isWithinAttribute, mentions } from './mentions.js'
export { parseFilter } from './parse.js'
export type { PathOptions } from './path.js'
export { findPath, readPath } from './path.js'
export { printFilter } from './print.js'
export { propertyReader } from './property.js'
export { unknownIn } from './unknown.js'
export type { Comparison, FilterVisitor } from './visit.js'
export { visitFilter } from './visit.js'
