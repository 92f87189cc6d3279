import type { Authenticate, Caller } from '../auth/index.js'
import type { CallbacksOf, LifecycleCallbacks } from '../events/index.js'
import type {
  AuthenticationScheme,
  Instrumentation,
  RateLimit,
  RequestEvent,
  RequestRecorder,
} from '../http/index.js'
import type { Profile } from '../idp/index.js'
import type {
  Authorize,
  BeforeHooks,
  BeforeHooksOf,
  CursorOptions,
  ErrorContext,
  HashPassword,
  Identify,
  Limits,
  OnConflict,
  PatchReply,
} from '../operations/index.js'
import type { ExtensionDefinition, Group, InferExtensions, User } from '../schema/index.js'
import type { Finding, ResourceStore, WalkStore } from '../stores/index.js'
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

/** The options of {@link createScim}. */
export interface ScimOptions<
  Extensions extends ServiceExtensions = ServiceExtensions,
  Types extends readonly ServedType[] = readonly ServedType[],
> {
  /** Identifies the caller of a request, such as {@link bearerTokens}. */
  readonly authenticate: Authenticate
  /** Decides whether a caller may do something; false is answered with 403. Default: every known caller may do everything. */
  readonly authorize?: Authorize
  /** Finds the resource that a caller is, for `/Me`. Default: `/Me` is answered with 501. */
  readonly identify?: Identify
  /** The store of users. */
  readonly users: ResourceStore<NoInfer<UserWith<Extensions>>>
  /** The store of groups. Default: the service has no groups, and discovery does not name them. */
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
   * Called before a write, to change or refuse it: `user.create`, `user.update`, `user.delete`, and the same for groups
   * and resource types of the service's own. See {@link BeforeHooks}.
   *
   * @example
   * before: {
   *   'user.create': ({ draft }) => ({ ...draft, locale: draft.locale ?? 'en' }),
   *   'user.delete': ({ before }) => {
   *     if (before.userName === 'owner@example.com') throw ScimError.forbidden('The owner cannot be deleted')
   *   },
   * }
   */
  readonly before?: BeforeHooks<'User', NoInfer<UserWith<Extensions>>> &
    BeforeHooks<'Group', NoInfer<GroupWith<Extensions>>> &
    BeforeHooksOf<NoInfer<Types>>
  /**
   * Which deviations from the RFC are accepted, for all callers or by caller. Default: {@link lenient}, everything
   * that a known identity provider sends.
   */
  readonly profile?: Profile | ((caller: Caller) => Profile)
  /** Turns a password in clear text into what may be stored. Default: passwords are accepted and not stored. */
  readonly hashPassword?: HashPassword
  /** Decides about a POST of a resource that already exists. Default: 409. */
  readonly onConflict?: OnConflict
  /**
   * What happens to members of a group that are no resource of the service: `ignore` leaves them out with a line in
   * the trace, `reject` refuses the request. Default: `ignore`.
   */
  readonly unknownMembers?: 'ignore' | 'reject'
  /**
   * What happens to a reference, such as `manager`, to what is no resource of the tenant: `ignore` keeps it where it is
   * only text to the store, as in JSON, since clients send names and ids of other systems; it leaves it out where it
   * would be a foreign key, and where it is one of several. Both add a line to the trace. `reject` refuses the request
   * with `invalidValue`. References that are stored already stay. Default: `ignore`.
   */
  readonly unknownReferences?: 'ignore' | 'reject'
  /**
   * Whether two groups of a tenant may have one name: `unique` answers the second with 409, as Microsoft's validator
   * requires; `any` allows it, as RFC 7643 section 8.7.1 does, for directories that have twins. Stores must allow it
   * too: `scimTables` has the same option. Default: `unique`.
   */
  readonly groupNames?: 'unique' | 'any'
  /**
   * What a PATCH is answered with: `resource` (200) or `none` (204). A client that names attributes always gets them.
   * Default: `resource` for users, `none` for groups, which may have a million members (RFC 7644 section 3.5.2).
   */
  readonly patchReply?: { readonly users?: PatchReply; readonly groups?: PatchReply }
  /**
   * What discovery says. `pagination: false` leaves the member of RFC 9865 out of ServiceProviderConfig, for clients
   * that stop at what they do not know, such as older ones in Python. `externalId`: whether /Schemas lists that common
   * attribute with each type that keeps it, as Entra's workflow test wants it and RFC 7643 section 8.7.1 has it not.
   * Default: pagination is there, and externalId is listed but under `strict()`, `interop()` and `ipsie()`.
   */
  readonly discovery?: { readonly pagination?: boolean; readonly externalId?: boolean }
  /**
   * Whether a bulk request is one transaction: the first operation that fails undoes the others, and its error is the
   * reply. For stores that share transactions, such as those over one database. Default: false.
   */
  readonly atomicBulk?: boolean
  /**
   * Milliseconds within which a request is answered, from its arrival at the service. After that the client receives 503
   * with `Retry-After`, or 408 where its body is still arriving; the signal given to stores and callbacks is aborted,
   * no further write begins, and an atomic bulk request is rolled back. A write that a store finishes all the same causes
   * its events. Each part of a streamed reply has this time too. Default: no deadline.
   */
  readonly deadline?: number
  /** Where clients reach the mount, such as `https://app.example.com/scim/v2`. Default: taken from each request. */
  readonly baseUrl?: string
  /** Whether `X-Forwarded-Proto`, `-Host` and `-Prefix` are set by a proxy of the host's own. Default: false. */
  readonly trustProxy?: boolean
  /** Bounds on what one request may cost; each has a default. */
  readonly limits?: Partial<Limits>
  /**
   * How many requests a tenant may send, such as {@link memoryRateLimit}: more are answered with 429 and `Retry-After`.
   * A bulk request counts as many as it has operations. Requests without a valid credential count for nobody. Default:
   * as many as it likes.
   */
  readonly rateLimit?: RateLimit
  /** How cursors are encrypted. All processes of a service need the same `secret`. */
  readonly cursors?: CursorOptions
  /**
   * Where pages by number have ended, for all processes of a service that a balancer spreads one client's requests over,
   * such as `kyselyWalks()` of `scimkit/kysely`. It needs `cursors.secret`. Default: each process remembers its own.
   */
  readonly walks?: WalkStore
  /** Whether discovery is answered without a credential. Default: false. */
  readonly publicDiscovery?: boolean
  /** What discovery says about authentication. Default: an API token. */
  readonly authenticationSchemes?: readonly AuthenticationScheme[]
  /** A page with help for people, named in discovery. */
  readonly documentationUri?: string
  /** Called after each request, with its trace, and without personal data unless `actor` or the ids of resources are. */
  readonly onRequest?: (event: RequestEvent) => unknown
  /** Keeps a record of requests, such as `createRequestLog()` of `scimkit/portal`. Default: nothing is recorded. */
  readonly log?: RequestRecorder
  /** Follows requests and store calls, such as `instrument()` of `scimkit/otel`. Default: nothing does. */
  readonly instrumentation?: Instrumentation
  /**
   * Receives what clients never see, once: exceptions of stores and callbacks, and each {@link ScimError} of 500 or more
   * that has a `cause`, such as the 503 for a database that is away. Default: a line on the console.
   */
  readonly onError?: (error: unknown, context: ErrorContext) => void
  /**
   * Whether the stores are checked against what they are over before the first request reaches one: an error answers
   * every request with 500, so that no tenant sees another's rows. Default: true. False is for processes that live for
   * a request or two, where `scimkit check` or {@link Scim.ready} has run before they are deployed.
   */
  readonly check?: boolean
  /** Receives each warning of the check, once. Default: a line on the console. */
  readonly onWarning?: (finding: Finding) => void
}
