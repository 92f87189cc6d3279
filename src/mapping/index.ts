export type {
  AttributeMapping,
  ChildTableMapping,
  ChildTableOptions,
  ColumnMapping,
  ColumnOptions,
  ComputedMapping,
  ConstantMapping,
  JsonMapping,
  PlainColumnMapping,
  PlainColumnOptions,
  ReferenceMapping,
  ReferenceOptions,
  StoredValues,
} from './attribute-mapping.js'
export {
  acceptsWrites,
  childTable,
  column,
  computed,
  constant,
  json,
  reference,
} from './attribute-mapping.js'
export type { MapOptions, Mapping, MapResource } from './define.js'
export { mapGroup, mapResource, mapUser } from './define.js'
export type { ElementChanges, ElementRow } from './element-changes.js'
export { elementChanges, identifyingColumns, withoutTwins } from './element-changes.js'
export type { ElementMapping } from './element-mapping.js'
export type { AttributeSource, ElementSources, JsonSource, Lookup } from './layout.js'
export { Layout } from './layout.js'
export type { LookupMapping, LookupOptions } from './lookup.js'
export { lookup } from './lookup.js'
export type { MappingDefinition, Overflow } from './paths.js'
export type { SameAsMapping, SameAsOptions } from './same-as.js'
export { sameAs } from './same-as.js'
export type { RowReader } from './to-resource.js'
export type { KeyChanges, RowChanges, RowValues } from './to-row.js'
export { readColumn, writeColumn } from './value.js'
export { ignoresCase } from './value-places.js'
