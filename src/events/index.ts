export { changedPaths } from './changes.js'
export type {
  CallbacksOf,
  CreatedEvent,
  DeactivatedEvent,
  DeletedEvent,
  EventContext,
  Lifecycle,
  LifecycleCallbacks,
  LifecycleChange,
  LifecycleEvent,
  ReactivatedEvent,
  UpdatedEvent,
} from './lifecycle.js'
export { eventName, lifecycleChanges, lifecycleKinds } from './lifecycle.js'
