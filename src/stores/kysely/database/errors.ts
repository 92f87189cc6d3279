import { isScimError, ScimError } from '../../../protocol/index.js'
import type { TableShape } from '../sql/table.js'

interface DatabaseError {
  readonly code: string | undefined
  readonly constraint: string | undefined
  readonly detail: string | undefined
  readonly column: string | undefined
  readonly message: string
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The parts of an error that drivers of PostgreSQL agree on. */
function read(error: unknown): DatabaseError | undefined {
  if (!(error instanceof Error)) return undefined
  const fields = error as Error & Readonly<Record<string, unknown>>
  return {
    code: text(fields.code),
    constraint: text(fields.constraint),
    detail: text(fields.detail),
    column: text(fields.column),
    message: error.message,
  }
}

/** Another transaction was in the way: the same again may succeed. */
export function isConflict(error: unknown): boolean {
  const code = read(error)?.code
  return code === '40001' || code === '40P01'
}

const unreachable = new Set(
  [
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
  ].concat(
    // Shutting down, not yet up, out of connections, statement timed out.
    ['57P01', '57P02', '57P03', '57P05', '57014', '53300', '53400', '55P03', '25006'],
  ),
)
/** What `pg` says without a code. */
const disconnected =
  /connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|client was closed|connection ended/i

function isUnavailable({ code, message }: DatabaseError): boolean {
  if (code === undefined) return disconnected.test(message)
  return unreachable.has(code) || code.startsWith('08') || code.startsWith('53')
}

/** 503 where the database is away, shutting down or out of connections; other errors stay as they are. */
export function translateOutage(error: unknown): unknown {
  const known = isScimError(error) ? undefined : read(error)
  return known && isUnavailable(known)
    ? ScimError.unavailable('The database is not available', { cause: error })
    : error
}

/** What makes attributes of the words of the database. */
export interface Words {
  readonly table: TableShape
  /** Attributes by the names of constraints and unique indexes. */
  readonly constraints: ReadonlyMap<string, string>
}

/** The attribute in a column. */
function attributeIn(column: string, { table }: Words): string | undefined {
  for (const [attribute, place] of table.layout.attributes)
    if ('column' in place && place.column === column) return attribute.path
  for (const slot of table.layout.elements) {
    for (const [sub, place] of slot.columns) if (place.column === column) return `${slot.key}.${sub.name}`
  }
  return undefined
}

/** The attribute that a violated constraint is about: by its name, or by the columns that the database lists. */
function attributeOf(error: DatabaseError, words: Words): string | undefined {
  const named = error.constraint === undefined ? undefined : words.constraints.get(error.constraint)
  if (named !== undefined) return named
  const columns = /\((.*)\)=\(/.exec(error.detail ?? '')?.[1] ?? ''
  for (const column of columns.match(/[\w$]+/g) ?? []) {
    const found = attributeIn(column, words)
    if (found !== undefined) return found
  }
  return error.column === undefined ? undefined : attributeIn(error.column, words)
}

/** Whether a value was too long, for its column or for an index, which the database does not always name. */
export function isTooLong(error: unknown): 'column' | 'index' | undefined {
  const code = read(error)?.code
  return code === '22001' ? 'column' : code === '54000' ? 'index' : undefined
}

/** What to say of a value that is too long for its column. */
export function tooLong(column: string | undefined, words: Words, cause: unknown): ScimError {
  const path = column === undefined ? undefined : attributeIn(column, words)
  return ScimError.invalidValue(`${path ?? 'A value'} is too long`, {
    cause,
    ...(path !== undefined && { path }),
  })
}

/** What the protocol says to an error of the database; what it has no word for stays as it is. */
export function translate(error: unknown, words: Words): unknown {
  if (isScimError(error)) return error
  const known = read(error)
  if (!known) return error
  const outage = translateOutage(error)
  if (outage !== error) return outage
  const path = attributeOf(known, words)
  const options = { cause: error, ...(path !== undefined && { path }) }
  const name = path ?? 'A value'
  switch (known.code) {
    case '23505': {
      const [first] = words.table.layout.type.unique
      return ScimError.uniqueness(path ?? first?.path ?? 'id', { cause: error })
    }
    case '23502':
      return ScimError.invalidValue(`${name} is required`, options)
    case '23503':
      return ScimError.invalidValue(`${name} refers to something that does not exist`, options)
    case '23514':
    case '22P02':
    case '22003':
    case '22007':
    case '22008':
      return ScimError.invalidValue(`${name} is not one that the database accepts`, options)
    case '22021':
    case '22P05':
      return ScimError.invalidValue('A value has a character that cannot be stored', options)
    case '22001':
    case '54000':
      return ScimError.invalidValue(`${name} is too long`, options)
    default:
      return error
  }
}
