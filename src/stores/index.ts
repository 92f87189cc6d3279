export type { MemoryStoreOptions } from './memory/store.js'
export { memoryStore } from './memory/store.js'
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
  StoredType,
  TransactionOptions,
  Transactions,
  UserStore,
} from './store.js'
