import { HostFault } from '../../../../protocol/index.js'
import type { DatabaseFailure, FailureKind } from '../dialect.js'
import { isWithoutFold } from './folding.js'

/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const kindsByCode = new Map<string, FailureKind>([
  ['40001', 'conflict'], // serialization_failure
  ['40P01', 'conflict'], // deadlock_detected
  ['23505', 'duplicate'], // unique_violation
  ['23502', 'missingValue'], // not_null_violation
  ['23503', 'missingReference'], // foreign_key_violation
  ['23001', 'stillReferenced'], // restrict_violation
  ['23514', 'violatedCheck'], // check_violation
  ['22P02', 'invalidValue'], // invalid_text_representation
  ['22003', 'invalidValue'], // numeric_value_out_of_range
  ['22007', 'invalidValue'], // invalid_datetime_format
  ['22008', 'invalidValue'], // datetime_field_overflow
  ['22021', 'invalidCharacter'], // character_not_in_repertoire
  ['22P05', 'invalidCharacter'], // untranslatable_character
  ['22001', 'tooLongForColumn'], // string_data_right_truncation
  ['54000', 'tooLongForIndex'], // program_limit_exceeded, here by the size of an index row
  ['57P01', 'unavailable'], // admin_shutdown
  ['57P02', 'unavailable'], // crash_shutdown
  ['57P03', 'unavailable'], // cannot_connect_now
  ['57P05', 'unavailable'], // idle_session_timeout
  ['57014', 'unavailable'], // query_canceled, by a timeout
  ['25P03', 'unavailable'], // idle_in_transaction_session_timeout
  ['25P04', 'unavailable'], // transaction_timeout
  ['55P03', 'unavailable'], // lock_not_available
  ['25006', 'unavailable'], // read_only_sql_transaction, after a failover
  ['ECONNREFUSED', 'unavailable'],
  ['ECONNRESET', 'unavailable'],
  ['ECONNABORTED', 'unavailable'],
  ['EPIPE', 'unavailable'],
  ['ETIMEDOUT', 'unavailable'],
  ['EHOSTUNREACH', 'unavailable'],
  ['ENETUNREACH', 'unavailable'],
  ['ENOTFOUND', 'unavailable'],
  ['EAI_AGAIN', 'unavailable'],
])

/** The messages of `pg` about connections, which have no code. */
const disconnected =
  /connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|client was closed|connection ended/i

function kindOfCode(code: string | undefined, message: string): FailureKind | undefined {
  if (code === undefined) return disconnected.test(message) ? 'unavailable' : undefined
  // Classes 08, connection exception, and 53, insufficient resources.
  return code.startsWith('08') || code.startsWith('53') ? 'unavailable' : kindsByCode.get(code)
}

/** Reads the fields that all drivers of PostgreSQL set. */
export function failureOf(error: unknown): DatabaseFailure | undefined {
  // What has been translated is no error of the database any more.
  if (!(error instanceof Error) || error instanceof HostFault) return undefined
  const { code, table, constraint, detail, column } = error as Error & Readonly<Record<string, unknown>>
  // Whoever asks again asks otherwise: see OwnFolding.
  const kind = isWithoutFold(error) ? 'conflict' : kindOfCode(textOrUndefined(code), error.message)
  if (kind === undefined) return undefined
  // Such as `Key (tenant, lower(login))=(acme, bob) already exists.`
  const listed = keysIn(textOrUndefined(detail) ?? '').match(/[\p{L}\p{N}_$]+/gu) ?? []
  return {
    kind,
    code: textOrUndefined(code),
    table: textOrUndefined(table),
    column: textOrUndefined(column),
    constraint: textOrUndefined(constraint),
    columns: typeof column === 'string' ? [...listed, column] : listed,
    ...(kind === 'invalidValue' && { unreadable: quotedIn(error.message) }),
  }
}

/** Such as `invalid input syntax for type uuid: "acme"`, in the quotation marks of any language. */
function quotedIn(message: string): string | undefined {
  const start = message.search(/["«»„“‚‘]/)
  const end = Math.max(...[...'"«»“”‘’'].map((mark) => message.lastIndexOf(mark)))
  return start >= 0 && end > start ? message.slice(start + 1, end) : undefined
}

/** What stands between the first parenthesis and the first `)=(`; behind it are values, which may hold anything. */
function keysIn(detail: string): string {
  const start = detail.indexOf('(')
  const end = detail.indexOf(')=(')
  return start === -1 || end === -1 ? '' : detail.slice(start, end)
}

function textOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
