export { changedPaths } from './changes.js'
export type {
  CreatedEvent,
  DeactivatedEvent,
  DeletedEvent,
  EventContext,
  Happening,
  Lifecycle,
  LifecycleCallbacks,
  ReactivatedEvent,
  UpdatedEvent,
} from './lifecycle.js'
export { happenings } from './lifecycle.js'
