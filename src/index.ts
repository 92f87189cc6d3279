export type { MountOptions } from './adapters/base-path.js'
export { fetchHandler } from './adapters/fetch.js'
export type { Authenticate, AuthRequest, BearerToken, Caller } from './auth/index.js'
export { bearerTokens } from './auth/index.js'
export type {
  ConformanceClaim,
  ConformanceProfile,
  ConformanceState,
  DescribedAttribute,
  DescribedResourceType,
  GroupWith,
  Scim,
  ScimOptions,
  ServedType,
  ServiceDescription,
  ServiceExtensions,
  UserWith,
} from './create-scim/index.js'
export { createScim, defineResourceType } from './create-scim/index.js'
export type {
  CreatedEvent,
  DeactivatedEvent,
  DeletedEvent,
  EventContext,
  LifecycleCallbacks,
  LifecycleEvent,
  ReactivatedEvent,
  UpdatedEvent,
} from './events/index.js'
export type {
  BoundFilter,
  Comparator,
  Equality,
  Filter,
  FilterLimits,
  FilterNode,
  Literal,
} from './filter/index.js'
export { bindFilter, parseFilter, printFilter } from './filter/index.js'
export type {
  AnsweredRequest,
  AuthenticationScheme,
  ExplainOptions,
  ExternalUrl,
  Instrumentation,
  MemoryRateLimitOptions,
  OpenApiDocument,
  OpenApiOptions,
  RateLimit,
  RateLimitDecision,
  RateLimitRequest,
  RequestBody,
  RequestEvent,
  RequestObserver,
  RequestRecorder,
  RequestTrace,
  ScimHandler,
  ScimRequest,
  ScimResponse,
} from './http/index.js'
export { explainTrace, memoryRateLimit } from './http/index.js'
export type { IpsieLevel, Profile, ProfileOptions, Requirement, Rule, RuleName } from './idp/index.js'
export { entra, interop, ipsie, lenient, okta, rules, strict } from './idp/index.js'
export type {
  Authorize,
  BeforeContext,
  BeforeCreate,
  BeforeDelete,
  BeforeHooks,
  BeforeUpdate,
  ChangedResource,
  ConflictDecision,
  CursorOptions,
  ErrorContext,
  HashPassword,
  Identify,
  Identity,
  Limits,
  OnConflict,
  OperationName,
  RequestDetail,
} from './operations/index.js'
export type { PatchLimits, PatchOptions } from './patch/index.js'
export { applyPatch } from './patch/index.js'
export type {
  ErrorMessage,
  PatchOperation,
  ScimErrorOptions,
  ScimType,
  TraceEntry,
} from './protocol/index.js'
export { isScimError, ScimError, urns } from './protocol/index.js'
export type {
  AttributeDefinition,
  AttributeDefinitions,
  AttributeType,
  Characteristics,
  CommonAttributes,
  CompiledAttribute,
  CompiledResourceType,
  ExtensionDefinition,
  ExtensionOptions,
  Group,
  InferAttributes,
  InferResource,
  Meta,
  Mutability,
  Projection,
  ResourceTypeDefinition,
  ResourceTypeOptions,
  Returned,
  SchemaDefinition,
  SchemaOptions,
  Uniqueness,
  User,
} from './schema/index.js'
export {
  attribute,
  defineExtension,
  defineSchema,
  enterpriseUserExtension,
  groupResourceType,
  groupSchema,
  userResourceType,
  userSchema,
} from './schema/index.js'
export type {
  CheckContext,
  Draft,
  Finding,
  GroupReference,
  GroupStore,
  LeftGroup,
  ListCursor,
  ListQuery,
  ListResult,
  Member,
  MemberChange,
  MemberChangeResult,
  MemoryStoreOptions,
  NewReferences,
  ResourceStore,
  Sort,
  StoreContext,
  StoreDescription,
  StoredPosition,
  StoredType,
  TransactionOptions,
  Transactions,
  UserStore,
  WalkStore,
} from './stores/index.js'
export { memoryStore } from './stores/index.js'
