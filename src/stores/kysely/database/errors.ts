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

/** 503 where the database is away, shutting down or out of connections; other errors stay as they are. */
export function translateOutage(error: unknown, dialect: Dialect): unknown {
  if (isScimError(error)) return error
  return dialect.failureOf(error)?.kind === 'unavailable' ? unavailable(error) : error
}

/** The path of the attribute in a column. */
function pathOfColumn(column: string, { layout }: SqlTable): string | undefined {
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
