export { assertAuthorized } from './authorize.js'
export { WrittenChange } from './changed-paths.js'
export { CircuitBreaker } from './circuit-breaker.js'
export type { ContextSource, Endpoint, Service } from './context.js'
export { OperationContext } from './context.js'
export { toScimError } from './failure.js'
export { addGroups, shownGroups } from './groups/groups-of.js'
export { readCaller, readIdentity, readProfile } from './hook-results.js'
export type {
  Authorize,
  Callback,
  ConflictDecision,
  ErrorContext,
  HashPassword,
  Identify,
  Identity,
  OnConflict,
  OperationName,
} from './hooks.js'
export type { Limits } from './limits.js'
export { defaultLimits } from './limits.js'
export type { CursorOptions } from './list/cursor.js'
export { cursors } from './list/cursor.js'
export type { ListRequest, Page } from './list/list.js'
export { list } from './list/list.js'
export type { Found, PageAcross } from './list/list-across.js'
export { listAcross } from './list/list-across.js'
export type { MemberPages } from './member-pages.js'
export { MemoryWalks } from './memory-walks.js'
export type { Operation, Outcome } from './operation.js'
export { perform } from './operation.js'
export type { PatchReply } from './patch-reply.js'
export type { ProjectionRequest } from './projection.js'
export { joinNames, readProjection } from './projection.js'
export { read } from './read.js'
export type { StreamedRead } from './read-streamed.js'
export { readStreamed } from './read-streamed.js'
export { report } from './report.js'
export type { RequestDetail } from './request-detail.js'
export { DetailNotes } from './request-detail.js'
export type { Precondition } from './retry.js'
export { SharedWalks } from './shared-walks.js'
export { reportSize } from './size.js'
export type {
  BeforeContext,
  BeforeCreate,
  BeforeDelete,
  BeforeHooks,
  BeforeHooksOf,
  BeforeUpdate,
  ChangedResource,
  WriteHook,
  WriteHookSet,
} from './write-hooks.js'
export { hookName, writeKinds } from './write-hooks.js'
export { replyProjection } from './written-on-request.js'
