import { isScimError, ScimError } from '../../../protocol/index.js'
import type { DatabaseFailure, Dialect, SqlTable } from '../dialect/dialect.js'

/** Maps constraint and column names in database errors to SCIM paths. */
export interface ErrorNames {
  readonly table: SqlTable
  /** Paths by the names of constraints and unique indexes. */
  readonly constraints: ReadonlyMap<string, string>
}

function unavailable(cause: unknown): ScimError {
  return ScimError.unavailable('The database is not available', { cause })
}

/** 409: what was to be deleted is referred to by data that the service may not change. */
export function stillReferenced(cause: unknown): ScimError {
  const detail = 'It cannot be deleted while other data of this service refers to it'
  return new ScimError(409, undefined, detail, { cause })
}

/**
 * The protocol's error for one of a transaction as a whole: 503 where the database is away, shutting down or out of
 * connections, 409 for a constraint that is checked at the end; other errors stay as they are.
 */
export function translateFailure(error: unknown, dialect: Dialect): unknown {
  if (isScimError(error)) return error
  switch (dialect.failureOf(error)?.kind) {
    case 'unavailable':
      return unavailable(error)
    case 'duplicate':
      return new ScimError(409, 'uniqueness', 'A value is already in use by another resource', {
        cause: error,
      })
    case 'missingReference':
    case 'stillReferenced':
      return stillReferenced(error)
    default:
      return error
  }
}

/** The protocol's error for one of a deletion, which violates a foreign key only where others refer to the row. */
export function translateDeletion(error: unknown, names: ErrorNames): unknown {
  const isKept = !isScimError(error) && names.table.dialect.failureOf(error)?.kind === 'missingReference'
  return isKept ? stillReferenced(error) : translateError(error, names)
}

/** The error for one of an update that marks a row as deleted: what the database refuses is the host's, not the client's. */
export function translateMarking(error: unknown, names: ErrorNames): unknown {
  const translated = translateError(error, names)
  return isScimError(translated) && translated.status < 500 && !isScimError(error)
    ? new Error('softDelete: the database has refused what it sets', { cause: error })
    : translated
}

/** The path of the attribute in a column. */
export function pathOfColumn(column: string, { layout }: SqlTable): string | undefined {
  for (const [attribute, mapping] of layout.attributes)
    if ('column' in mapping && mapping.column === column) return attribute.path
  for (const { key, columns } of layout.elements) {
    for (const [subAttribute, mapping] of columns)
      if (mapping.column === column) return `${key}.${subAttribute.name}`
  }
  return undefined
}

/** The path of the attribute that a failure is about: by the constraint's name, or by columns. */
function pathOfFailure(failure: DatabaseFailure, { table, constraints }: ErrorNames): string | undefined {
  const named = failure.constraint === undefined ? undefined : constraints.get(failure.constraint)
  if (named !== undefined) return named
  for (const column of failure.columns) {
    const path = pathOfColumn(column, table)
    if (path !== undefined) return path
  }
  return undefined
}

/** The error for a value that is too long for its column, where that is known. */
export function valueTooLong(column: string | undefined, { table }: ErrorNames, cause: unknown): ScimError {
  const path = column === undefined ? undefined : pathOfColumn(column, table)
  return ScimError.invalidValue(`${path ?? 'A value'} is too long`, {
    cause,
    ...(path !== undefined && { path }),
  })
}

/** The protocol's error for an error of the database; an error that it has none for stays as it is. */
export function translateError(error: unknown, names: ErrorNames): unknown {
  if (isScimError(error)) return error
  const { dialect, layout } = names.table
  const failure = dialect.failureOf(error)
  if (!failure) return error
  const path = pathOfFailure(failure, names)
  const options = { cause: error, ...(path !== undefined && { path }) }
  const name = path ?? 'A value'
  switch (failure.kind) {
    case 'unavailable':
      return unavailable(error)
    case 'duplicate':
      return ScimError.uniqueness(path ?? layout.type.unique[0]?.path ?? 'id', { cause: error })
    case 'missingValue':
      return ScimError.invalidValue(`${name} is required`, options)
    case 'missingReference':
      return ScimError.invalidValue(`${name} refers to something that does not exist`, options)
    case 'stillReferenced':
      return stillReferenced(error)
    case 'invalidValue':
      return ScimError.invalidValue(`${name} is not one that the database accepts`, options)
    case 'invalidCharacter':
      return ScimError.invalidValue('A value has a character that cannot be stored', options)
    case 'tooLongForColumn':
    case 'tooLongForIndex':
      return ScimError.invalidValue(`${name} is too long`, options)
    case 'conflict':
      return error
  }
}
