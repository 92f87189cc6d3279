import type { Authenticate, Caller } from '../auth/index.js'
import type { CallbacksOf, LifecycleCallbacks } from '../events/index.js'
import type { AuthenticationScheme, Identify, RequestEvent } from '../http/index.js'
import type { Profile } from '../idp/index.js'
import type {
  Authorize,
  CursorOptions,
  ErrorContext,
  HashPassword,
  Limits,
  OnConflict,
} from '../operations/index.js'
import type { ExtensionDefinition, Group, InferExtensions, User } from '../schema/index.js'
import type { ResourceStore } from '../stores/index.js'
import type { ServedType } from './define.js'

/** Extensions of a service's own, by the resource type that they extend. */
export interface ServiceExtensions {
  /** Besides the Enterprise User, which is always there. */
  readonly User?: readonly ExtensionDefinition[]
  readonly Group?: readonly ExtensionDefinition[]
}

type Extended<R, Extensions> = Extensions extends readonly ExtensionDefinition[]
  ? R & InferExtensions<Extensions>
  : R

/** The users of a service with these extensions. */
export type UserWith<Extensions extends ServiceExtensions> = Extended<User, Extensions['User']>
/** The groups of a service with these extensions. */
export type GroupWith<Extensions extends ServiceExtensions> = Extended<Group, Extensions['Group']>

/** What a service is told when it is made. */
export interface ScimOptions<
  Extensions extends ServiceExtensions = ServiceExtensions,
  Types extends readonly ServedType[] = readonly ServedType[],
> {
  /** Says who sent a request; {@link bearerTokens} is one. */
  readonly authenticate: Authenticate
  /** Says whether a caller may do something; false is answered with 403. Left out: whoever is known may do all. */
  readonly authorize?: Authorize
  /** Says which resource a caller is. Left out: `/Me` is answered with 501. */
  readonly identify?: Identify
  /** Where users live. */
  readonly users: ResourceStore<NoInfer<UserWith<Extensions>>>
  /** Where groups live. Left out: the service has no groups, and discovery does not name them. */
  readonly groups?: ResourceStore<NoInfer<GroupWith<Extensions>>>
  /** Resource types besides users and groups: each gets every verb, filters, PATCH, bulk and discovery. */
  readonly resourceTypes?: Types
  /** Extensions besides the Enterprise User. Stores and events are typed from them. */
  readonly extensions?: Extensions
  /** Called after the store has accepted a write. */
  readonly on?: LifecycleCallbacks<'User', NoInfer<UserWith<Extensions>>> &
    LifecycleCallbacks<'Group', NoInfer<GroupWith<Extensions>>> &
    CallbacksOf<NoInfer<Types>>
  /**
   * Which deviations from the RFC are accepted, for all or by caller. Default {@link lenient}: what any known
   * identity provider sends.
   */
  readonly profile?: Profile | ((caller: Caller) => Profile)
  /** Makes of a password in clear text what may be stored of it. Left out: passwords are accepted and not stored. */
  readonly hashPassword?: HashPassword
  /** Decides about a POST of what is there already. Left out: 409. */
  readonly onConflict?: OnConflict
  /**
   * What becomes of a group's members that are no resource of the service: left out with a line in the trace, or the
   * whole request refused. Default `ignore`.
   */
  readonly unknownMembers?: 'ignore' | 'reject'
  /**
   * Whether the operations of a bulk request happen all together or not at all: the first that fails undoes the others,
   * and its error is the reply. For stores that share transactions, such as those over one database. Default false.
   */
  readonly atomicBulk?: boolean
  /** Where clients reach the mount, such as `https://app.example.com/scim/v2`; found from each request unless told. */
  readonly baseUrl?: string
  /** Whether `X-Forwarded-Proto`, `-Host` and `-Prefix` are set by a proxy of the host's own. Default false. */
  readonly trustProxy?: boolean
  /** What a client may ask for at most; each has a default. */
  readonly limits?: Partial<Limits>
  /** How cursors are sealed. A service of several processes gives each the same `secret`. */
  readonly cursors?: CursorOptions
  /** Whether discovery is answered without a credential. Default false. */
  readonly publicDiscovery?: boolean
  /** What discovery says of how to authenticate. Default: an API token. */
  readonly authenticationSchemes?: readonly AuthenticationScheme[]
  /** Help for people, named in discovery. */
  readonly documentationUri?: string
  /** Called after each request, with its trace and without personal data. */
  readonly onRequest?: (event: RequestEvent) => unknown
  /** Takes exceptions of stores and callbacks, which clients never see. Default: a line on the console. */
  readonly onError?: (error: unknown, context: ErrorContext) => void
}
