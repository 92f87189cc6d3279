export type { MemoryStoreOptions } from './memory/store.js'
export { memoryStore } from './memory/store.js'
export type { Draft, ListQuery, ListResult, ResourceStore, Sort, StoreContext, UserStore } from './store.js'
