export { atomicBulk } from './atomic.js'
export type { BulkObserver, BulkOperation, BulkResult } from './bulk.js'
export { bulk } from './bulk.js'
