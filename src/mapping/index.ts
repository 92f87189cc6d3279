export type { Mapping, MapResource } from './define.js'
export { mapGroup, mapResource, mapUser } from './define.js'
export type { AnyPlace, Elements, JsonSource, Read, Slot, Source, Written } from './layout.js'
export { isWritable, Layout, readColumn, writeColumn } from './layout.js'
export type { MappingDefinition, Overflow } from './paths.js'
export type {
  ChildrenPlace,
  ColumnOptions,
  ColumnPlace,
  ComputedPlace,
  Condition,
  ConstantPlace,
  JsonPlace,
  PlainColumnPlace,
  ReferencePlace,
} from './place.js'
export { children, column, computed, constant, json, reference } from './place.js'
