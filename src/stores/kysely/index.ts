export type {
  ChildrenPlace,
  ColumnOptions,
  ColumnPlace,
  ComputedPlace,
  Condition,
  ConstantPlace,
  JsonPlace,
  Mapping,
  MappingDefinition,
  MapResource,
  Overflow,
  PlainColumnPlace,
  ReferencePlace,
} from '../../mapping/index.js'
export {
  childTable,
  column,
  computed,
  constant,
  json,
  mapGroup,
  mapResource,
  mapUser,
  reference,
} from '../../mapping/index.js'
export { checkMapping } from './check.js'
export type { PostgresPool } from './connect.js'
export type { DeliverOptions, EventHandler, EventHandlers } from './drain.js'
export { deliverEvents } from './drain.js'
export type { EventsTable, EventsTableOptions } from './events.js'
export { eventsTable } from './events.js'
export type { IdColumn, KyselyStore, KyselyStoreOptions, TenantColumn } from './options.js'
export { kyselyStore } from './store.js'
export type { IdType } from './table.js'
export type { ScimTables, ScimTablesOptions } from './tables.js'
export { scimTables } from './tables.js'
