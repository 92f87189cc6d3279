export { changedPaths } from './changes.js'
export type {
  CallbacksOf,
  CreatedEvent,
  DeactivatedEvent,
  DeletedEvent,
  EventContext,
  Happening,
  Lifecycle,
  LifecycleCallbacks,
  LifecycleEvent,
  ReactivatedEvent,
  UpdatedEvent,
} from './lifecycle.js'
export { happenings } from './lifecycle.js'
