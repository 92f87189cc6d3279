export type { MemoryStoreOptions } from './memory/store.js'
export { memoryStore } from './memory/store.js'
export type {
  Draft,
  GroupReference,
  GroupStore,
  ListCursor,
  ListQuery,
  ListResult,
  Member,
  MemberChange,
  MemberChangeResult,
  ResourceStore,
  Sort,
  StoreContext,
  Transactions,
  UserStore,
} from './store.js'
