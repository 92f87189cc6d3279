export { atomicBulk } from './as-one.js'
export type { BulkObserver, BulkOperation, BulkResult } from './bulk.js'
export { bulk } from './bulk.js'
