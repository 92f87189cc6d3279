export type { Precondition } from './attempts.js'
export { assertAuthorized } from './authorize.js'
export type { CursorOptions } from './cursor.js'
export { cursors } from './cursor.js'
export { toScimError } from './failure.js'
export { addGroups } from './groups.js'
export type { ListRequest, Page } from './list.js'
export { list } from './list.js'
export type { Found, PageAcross } from './list-across.js'
export { listAcross } from './list-across.js'
export type { Operation, Outcome } from './operation.js'
export { perform } from './operation.js'
export { readProjection } from './projection.js'
export { read } from './read.js'
export type { StreamedRead } from './read-in-parts.js'
export { readStreamed } from './read-in-parts.js'
export { report } from './report.js'
export type {
  Authorize,
  Call,
  Callback,
  ConflictDecision,
  Endpoint,
  ErrorContext,
  HashPassword,
  Limits,
  OnConflict,
  OperationName,
  Service,
  Unit,
} from './service.js'
