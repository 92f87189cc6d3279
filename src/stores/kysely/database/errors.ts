import type { AttributeMapping, ChildTableMapping } from '../../../mapping/index.js'
import { acceptsWrites } from '../../../mapping/index.js'
import { HostFault, isScimError, ScimError } from '../../../protocol/index.js'
import type { DatabaseFailure, Dialect, SqlTable } from '../dialect/dialect.js'
import { IntegrityFault } from './integrity-fault.js'

/** Maps constraint and column names in database errors to SCIM paths. */
export interface ErrorNames {
  readonly table: SqlTable
  /** Paths by the names of constraints and unique indexes. */
  readonly constraints: ReadonlyMap<string, string>
  /** Of a request: the value of its tenant. */
  readonly row?: { readonly tenant: unknown }
}

function unavailable(cause: unknown): ScimError {
  return ScimError.unavailable('The database is not available', { cause })
}

/** 409: what was to be deleted is referred to by data that the service may not change. */
function stillReferenced(failure: DatabaseFailure, cause: unknown): ScimError {
  const detail = 'It cannot be deleted while other data of this service refers to it'
  return new ScimError(409, undefined, detail, { cause: new IntegrityFault(failure, cause) })
}

/** 409: what was to be changed is referred to by data that the service may not change. */
function stillReferencedAsItWas(failure: DatabaseFailure, cause: unknown): ScimError {
  const detail = 'It cannot be changed while other data of this service refers to it as it was'
  return new ScimError(409, undefined, detail, { cause: new IntegrityFault(failure, cause) })
}

/**
 * The protocol's error for one of a transaction as a whole: 503 where the database is away, shutting down or out of
 * connections, 409 for a constraint that is checked at the end; other errors stay as they are.
 */
export function translateFailure(error: unknown, dialect: Dialect): unknown {
  if (isScimError(error)) return error
  const failure = dialect.failureOf(error)
  switch (failure?.kind) {
    case 'unavailable':
      return unavailable(error)
    case 'duplicate':
      return new ScimError(409, 'uniqueness', 'A value is already in use by another resource', {
        cause: error,
      })
    case 'missingReference':
    case 'stillReferenced':
      return stillReferenced(failure, error)
    default:
      return error
  }
}

/** The protocol's error for one of a deletion, which violates a foreign key where others refer to the row. */
export function translateDeletion(error: unknown, names: ErrorNames): unknown {
  const failure = isScimError(error) ? undefined : names.table.dialect.failureOf(error)
  if (failure?.kind === 'stillReferenced') return stillReferenced(failure, error)
  if (failure?.kind !== 'missingReference') return translateError(error, names)
  return isAboutOthers(failure, names) ? new IntegrityFault(failure, error) : stillReferenced(failure, error)
}

/** The error for one of an update that marks a row as deleted: what the database refuses is the host's, not the client's. */
export function translateMarking(error: unknown, names: ErrorNames): unknown {
  const translated = translateError(error, names)
  return isScimError(translated) && translated.status < 500 && !isScimError(error)
    ? new HostFault('softDelete: the database has refused what it sets', { cause: error })
    : translated
}

function isColumnOf(mapping: AttributeMapping, column: string): boolean {
  if (!acceptsWrites(mapping)) return false
  if (mapping.kind !== 'column') return 'column' in mapping && mapping.column === column
  return mapping.sameAs === undefined && (mapping.column === column || mapping.foldedIn === column)
}

/** The attribute in a column of the table that a failure is about; only those that clients can write. */
export function pathOfColumn(
  column: string,
  { layout }: SqlTable,
  source: RuleSource = 'own',
): string | undefined {
  if (source !== 'own') {
    if (source === 'other') return undefined
    const [name] = Object.entries(source.columns).find(([, of]) => of === column) ?? []
    const [attribute] = [...layout.attributes].find(([, mapping]) => mapping === source) ?? []
    if (name === undefined || !attribute) return undefined
    return attribute.type === 'complex' ? `${attribute.path}.${name}` : attribute.path
  }
  for (const [attribute, mapping] of layout.attributes) if (isColumnOf(mapping, column)) return attribute.path
  for (const { key, columns } of layout.elements) {
    for (const [subAttribute, mapping] of columns)
      if (isColumnOf(mapping, column)) return `${key}.${subAttribute.name}`
  }
  return undefined
}

/** Whose rule it is: that of the resource's own row, of the rows of an attribute, or of other rows. */
type RuleSource = 'own' | ChildTableMapping | 'other'

function sourceOf({ table: found }: DatabaseFailure, { name, layout }: SqlTable): RuleSource {
  if (found === undefined || found === localName(name)) return 'own'
  for (const mapping of layout.attributes.values())
    if (mapping.kind === 'childTable' && localName(mapping.table) === found) return mapping
  return 'other'
}

/** A table's name as errors have it: without its schema. */
function localName(table: string): string {
  return table.slice(table.lastIndexOf('.') + 1)
}

/** The path of the attribute that a failure is about: by the constraint's name, or by columns. */
function pathOfFailure(failure: DatabaseFailure, { table, constraints }: ErrorNames): string | undefined {
  const named = failure.constraint === undefined ? undefined : constraints.get(failure.constraint)
  if (named !== undefined) return named
  const source = sourceOf(failure, table)
  for (const column of failure.columns) {
    const path = pathOfColumn(column, table, source)
    if (path !== undefined) return path
  }
  return undefined
}

/** Whether a missing reference is from other rows to others again, as in what a trigger writes. */
function isAboutOthers(failure: DatabaseFailure, { table }: ErrorNames): boolean {
  if (sourceOf(failure, table) !== 'other' || failure.columns.length === 0) return false
  // Where this table's rows are referred to, the columns are those of this table.
  return !failure.columns.some(
    (column) => column === table.id.column || pathOfColumn(column, table) !== undefined,
  )
}

/** What a write violates that the client has no part in, or that nobody can tell: 500, and the host is told. */
function ruleOfHost(failure: DatabaseFailure, cause: unknown): IntegrityFault {
  return new IntegrityFault(failure, cause)
}

function duplicate(
  failure: DatabaseFailure,
  path: string | undefined,
  { table }: ErrorNames,
  cause: unknown,
): unknown {
  if (path !== undefined) return ScimError.uniqueness(path, { cause })
  const source = sourceOf(failure, table)
  const { columns } = failure
  // Ids are given by the service, and other rows are written by triggers.
  if (source === 'other' || (source === 'own' && columns.includes(table.id.column)))
    return ruleOfHost(failure, cause)
  const [unique] = table.layout.type.unique.filter((attribute) => attribute.path !== 'id')
  if (source === 'own' && columns.length === 0 && unique) return ScimError.uniqueness(unique.path, { cause })
  // A column that the database computes may come from any of the client's values.
  return new ScimError(409, 'uniqueness', 'A value is already in use by another resource', {
    cause: ruleOfHost(failure, cause),
  })
}

/** The error for a value that is too long for its column, where that is known. */
export function valueTooLong(column: string | undefined, { table }: ErrorNames, cause: unknown): ScimError {
  const path = column === undefined ? undefined : pathOfColumn(column, table)
  return ScimError.invalidValue(`${path ?? 'A value'} is too long`, {
    cause,
    ...(path !== undefined && { path }),
  })
}

/**
 * The protocol's error for an error of the database: the client's, where it is about a value that the client writes; an
 * {@link IntegrityFault} for other rules of the host's tables. An error that means nothing to the protocol stays as it is.
 */
export function translateError(error: unknown, names: ErrorNames): unknown {
  if (isScimError(error)) return error
  const failure = names.table.dialect.failureOf(error)
  if (!failure) return error
  const path = pathOfFailure(failure, names)
  const options = { cause: error, ...(path !== undefined && { path }) }
  const name = path ?? 'A value'
  const refused = `${name} is not one that the database accepts`
  switch (failure.kind) {
    case 'unavailable':
      return unavailable(error)
    case 'duplicate':
      return duplicate(failure, path, names, error)
    case 'missingValue':
      return path === undefined
        ? ruleOfHost(failure, error)
        : ScimError.invalidValue(`${name} is required`, options)
    case 'missingReference':
      if (path !== undefined)
        return ScimError.invalidValue(`${name} refers to something that does not exist`, options)
      return sourceOf(failure, names.table) === 'other' && !isAboutOthers(failure, names)
        ? stillReferencedAsItWas(failure, error)
        : ruleOfHost(failure, error)
    case 'stillReferenced':
      return stillReferencedAsItWas(failure, error)
    case 'violatedCheck':
      // That of a type is of no table, and of a value that was written.
      return path === undefined && failure.table !== undefined
        ? ruleOfHost(failure, error)
        : ScimError.invalidValue(refused, options)
    case 'invalidValue':
      if (path === undefined && isTenant(failure, names)) return tenantOfAnotherType(names, error)
      return ScimError.invalidValue(refused, options)
    case 'invalidCharacter':
      return ScimError.invalidValue('A value has a character that cannot be stored', options)
    case 'tooLongForColumn':
    case 'tooLongForIndex':
      return ScimError.invalidValue(`${name} is too long`, options)
    case 'conflict':
      return error
  }
}

/** Whether the text that the database cannot read is the request's tenant. */
function isTenant({ unreadable, column }: DatabaseFailure, { table, row }: ErrorNames): boolean {
  if (table.tenant === undefined || row === undefined) return false
  return column === table.tenant || unreadable === String(row.tenant)
}

/** The client has no part in its tenant's name: 500, and the host is told. */
function tenantOfAnotherType({ table: { name, tenant } }: ErrorNames, cause: unknown): HostFault {
  return new HostFault(
    `The request's tenant is none that the type of the column "${tenant}" of "${name}" can hold`,
    { cause },
  )
}

/** The error for a check of which the columns are known. */
export function checkViolated(columns: readonly string[], names: ErrorNames, cause: unknown): unknown {
  const failure = names.table.dialect.failureOf(cause)
  if (!failure || columns.length === 0) return translateError(cause, names)
  const path = pathOfFailure({ ...failure, columns }, names)
  return path === undefined
    ? ruleOfHost(failure, cause)
    : ScimError.invalidValue(`${path} is not one that the database accepts`, { cause, path })
}

/** The error for a value that is there already, of which the columns are known. */
export function duplicateOf(
  columns: readonly string[],
  table: string | undefined,
  names: ErrorNames,
  cause: unknown,
): unknown {
  const failure = names.table.dialect.failureOf(cause)
  if (!failure || columns.length === 0) return translateError(cause, names)
  const known = { ...failure, columns, table }
  return duplicate(known, pathOfFailure(known, names), names, cause)
}

/** The error for a reference to nothing of which the columns are known. */
export function referenceMissing(columns: readonly string[], names: ErrorNames, cause: unknown): unknown {
  const path = columns.map((column) => pathOfColumn(column, names.table)).find((found) => found !== undefined)
  return path === undefined
    ? translateError(cause, names)
    : ScimError.invalidValue(`${path} refers to something that does not exist`, { cause, path })
}
