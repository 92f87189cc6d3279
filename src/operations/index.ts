export { assertAuthorized } from './authorize.js'
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
} from './context.js'
export { toScimError } from './failure.js'
export { addGroups } from './groups/groups-of.js'
export type { CursorOptions } from './list/cursor.js'
export { cursors } from './list/cursor.js'
export type { ListRequest, Page } from './list/list.js'
export { list } from './list/list.js'
export type { Found, PageAcross } from './list/list-across.js'
export { listAcross } from './list/list-across.js'
export type { Operation, Outcome } from './operation.js'
export { perform } from './operation.js'
export { readProjection } from './projection.js'
export { read } from './read.js'
export type { StreamedRead } from './read-streamed.js'
export { readStreamed } from './read-streamed.js'
export { report } from './report.js'
export type { Precondition } from './retry.js'
