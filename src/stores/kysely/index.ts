export type {
  ChildTableMapping,
  ChildTableOptions,
  ColumnMapping,
  ColumnOptions,
  ComputedMapping,
  ConstantMapping,
  JsonMapping,
  LookupMapping,
  LookupOptions,
  MapOptions,
  Mapping,
  MappingDefinition,
  MapResource,
  Overflow,
  PlainColumnMapping,
  PlainColumnOptions,
  ReferenceMapping,
  ReferenceOptions,
  SameAsMapping,
  SameAsOptions,
  StoredValues,
} from '../../mapping/index.js'
export {
  childTable,
  column,
  computed,
  constant,
  json,
  lookup,
  mapGroup,
  mapResource,
  mapUser,
  reference,
  sameAs,
} from '../../mapping/index.js'
export type { KyselyConnections, KyselyConnectionsOptions } from './connections/connections.js'
export { kyselyConnections } from './connections/connections.js'
export type { ExecuteStatement, OnTransaction, TransactionCaller } from './database/on-transaction.js'
export type { Migration } from './dialect/migration.js'
export type { PostgresPool } from './dialect/postgres/pool.js'
export type { SqliteDatabase, SqliteStatement } from './dialect/sqlite/driver/database.js'
export type { DeliverOptions, EventHandler, EventHandlers, HandlerContext } from './outbox/deliver.js'
export { deliverEvents } from './outbox/deliver.js'
export type { ErasedPerson } from './outbox/erase.js'
export type { EventsTable, EventsTableOptions } from './outbox/events-table.js'
export { eventsTable } from './outbox/events-table.js'
export type { KyselyRequestLog, KyselyRequestLogOptions } from './request-log/request-log.js'
export { kyselyRequestLog } from './request-log/request-log.js'
export type { IdType } from './sql/table.js'
export type {
  IdColumn,
  KyselyStore,
  KyselyStoreOptions,
  TenantColumn,
  VersionColumns,
} from './store/options.js'
export type {
  ColumnValues,
  InsertDefaults,
  RowCaller,
  RowOptions,
  SoftDeleteOptions,
  WhereOptions,
} from './store/row-options.js'
export { kyselyStore } from './store/store.js'
export type { ScimTables, ScimTablesOptions } from './tables/scim-tables.js'
export { scimTables } from './tables/scim-tables.js'
export type { KyselyWalks, KyselyWalksOptions } from './walks/walks.js'
export { kyselyWalks } from './walks/walks.js'
