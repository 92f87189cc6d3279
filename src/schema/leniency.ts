import type { Note, SchemasLeniency } from '../protocol/index.js'
import type { ResourceLocations } from './locations.js'
import type { CompiledAttribute, CompiledResourceType } from './registry.js'

/** A rule, and what it did to a value. */
interface Use {
  readonly rule: string
  readonly message: string
}

/** What a value that does not fit its attribute was read as, and by which rule. */
export interface Coerced extends Use {
  readonly value: unknown
  /** The rules that came before, where one was not enough. */
  readonly earlier?: readonly Use[]
}

/** What may be switched on one by one; see {@link Leniency}. */
export type Allowance = Exclude<keyof Leniency, 'coerce' | Demand>

/** What a profile asks for where the RFC says something else or nothing. */
export interface Demands {
  /** PATCH: `replace` of a complex attribute also removes the sub-attributes that its value does not have. */
  readonly replacesWhole: boolean
  /** PATCH: a value filter in a path selects one element at most. */
  readonly selectsOne: boolean
}

/** The name of one of the {@link Demands}. */
export type Demand = keyof Demands

/** What the RFC says. */
export const noDemands: Demands = { replacesWhole: false, selectsOne: false }

/**
 * How far a request may stray from the RFC, and what is demanded beyond it. The rules themselves, with their names and sources, are kept with the
 * identity providers that need them; schema, filters and PATCH only ask.
 */
export interface Leniency extends SchemasLeniency, Demands {
  /** Reads one value that does not fit the attribute's type, or answers undefined to have it refused. */
  readonly coerce: (value: unknown, attribute: CompiledAttribute) => Coerced | undefined
  /** Filters: a bare word where a quoted string belongs. */
  readonly unquotedLiterals: boolean
  /** PATCH: a value filter that selects nothing creates the element that it describes. */
  readonly createFromFilter: boolean
  /** PATCH: `remove` with a value removes the elements that equal it, and no others. */
  readonly removeByValue: boolean
  /** PATCH: a read-only attribute inside a value is dropped instead of refused, as POST and PUT do it anyway. */
  readonly ignoreReadOnly: boolean
  /** PATCH: to clear the attribute that switches a resource off leaves it as it is, instead of unassigned. */
  readonly keepActivation: boolean
  /** An attribute that no schema defines is dropped instead of refused. */
  readonly ignoreUnknown: boolean
  /** What a schema defines and the service does not keep, or cannot write, is dropped instead of refused. */
  readonly ignoreUnkept: boolean
  /** A schema URN in `schemas` that the resource type does not have is dropped instead of refused. */
  readonly ignoreUnknownSchemas: boolean
  /** An extension's attribute may be named without the extension's URN. */
  readonly unqualifiedExtensions: boolean
  /** A value without an array around it is the only one of a multi-valued attribute. */
  readonly loneValue: boolean
  /** PATCH: no operations at all are no change. */
  readonly emptyOperations: boolean
  /** A number in a message may be text. */
  readonly numbersAsText: boolean
  /** `sortOrder` may be "asc" or "desc". */
  readonly shortSortOrder: boolean
  /** Schemas and attributes may have their names of SCIM 1.x and of drafts. */
  readonly legacyNames: boolean
  /** Bulk: the data of a PATCH may lack the message around its operations. */
  readonly bareBulkPatch: boolean
}

/** The RFC and nothing else. */
export const noLeniency: Leniency = {
  ...noDemands,
  coerce: () => undefined,
  unquotedLiterals: false,
  createFromFilter: false,
  removeByValue: false,
  ignoreReadOnly: false,
  keepActivation: false,
  ignoreUnknown: false,
  ignoreUnkept: false,
  ignoreUnknownSchemas: false,
  loneValue: false,
  emptyOperations: false,
  bareBulkPatch: false,
  unqualifiedExtensions: false,
  numbersAsText: false,
  shortSortOrder: false,
  legacyNames: false,
  missingSchemas: false,
  misnamedSchemas: false,
}

/** How a value from the wire is read. */
export interface InputOptions {
  readonly leniency: Leniency
  readonly note: Note
  /** The resource type with what its store leaves out; undefined where the store keeps everything. */
  readonly full?: CompiledResourceType | undefined
  /** What the URIs of references lead to. Default: the id at their end, whatever the host and the type. */
  readonly locations?: ResourceLocations | undefined
}
