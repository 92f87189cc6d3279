export type {
  Added,
  ClientMethod,
  ConnectionLink,
  ConnectionsStore,
  FoundClient,
  FoundToken,
  LinkedWrite,
  LinkQuery,
  ReplacedToken,
  StoredClient,
  StoredConnection,
  StoredToken,
  Use,
} from './connections.js'
export type { GuestLinkStore, StoredGuestLink } from './guest-links.js'
export { memoryConnections } from './memory/connections.js'
export { memoryRequestLog } from './memory/request-log.js'
export type { MemoryStoreOptions } from './memory/store.js'
export { memoryStore } from './memory/store.js'
export type {
  BodyShape,
  ErasedEntries,
  LogEntry,
  LoggedResource,
  LogLimits,
  LogOutcome,
  LogQuery,
  RequestLogStore,
} from './request-log.js'
export type {
  CheckContext,
  Draft,
  Finding,
  GroupReference,
  GroupStore,
  LeftGroup,
  ListCursor,
  ListQuery,
  ListResult,
  Member,
  MemberChange,
  MemberChangeResult,
  NewReferences,
  ResourceStore,
  Sort,
  StoreContext,
  StoreDescription,
  StoredPosition,
  StoredType,
  TransactionOptions,
  Transactions,
  UserStore,
  WalkStore,
} from './store.js'
