export { bulkAsOne } from './as-one.js'
export type { BulkOperation, BulkResult, BulkWatch } from './bulk.js'
export { bulk } from './bulk.js'
