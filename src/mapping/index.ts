export type {
  AnyPlace,
  ChildrenPlace,
  ColumnOptions,
  ColumnPlace,
  ComputedPlace,
  Condition,
  ConstantPlace,
  JsonPlace,
  PlainColumnPlace,
  ReferencePlace,
} from './attribute-mapping.js'
export { childTable, column, computed, constant, isWritable, json, reference } from './attribute-mapping.js'
export type { Mapping, MapResource } from './define.js'
export { mapGroup, mapResource, mapUser } from './define.js'
export type { Slot } from './element-mapping.js'
export type { Elements, JsonSource, Source } from './layout.js'
export { Layout } from './layout.js'
export type { MappingDefinition, Overflow } from './paths.js'
export type { Read } from './to-resource.js'
export type { Written } from './to-row.js'
export { readColumn, writeColumn } from './value.js'
