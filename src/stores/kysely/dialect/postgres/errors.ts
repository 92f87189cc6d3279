import type { DatabaseFailure } from '../dialect.js'

type Kind = DatabaseFailure['kind']

/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const codes: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  // serialization_failure, deadlock_detected
  conflict: ['40001', '40P01'],
  // unique_violation
  duplicate: ['23505'],
  // not_null_violation
  missingValue: ['23502'],
  // foreign_key_violation
  missingReference: ['23503'],
  // check_violation, invalid_text_representation, numeric_value_out_of_range, invalid_datetime_format,
  // datetime_field_overflow
  invalidValue: ['23514', '22P02', '22003', '22007', '22008'],
  // character_not_in_repertoire, untranslatable_character
  invalidCharacter: ['22021', '22P05'],
  // string_data_right_truncation
  tooLongForColumn: ['22001'],
  // program_limit_exceeded, here by the size of an index row
  tooLongForIndex: ['54000'],
  unavailable: [
    // Shutting down, not yet up, statement timed out, lock not available, read-only after a failover.
    ...['57P01', '57P02', '57P03', '57P05', '57014', '55P03', '25006'],
    ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'],
    ...['EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
  ],
}
const kinds = new Map(
  Object.entries(codes).flatMap(([kind, list]) => list.map((code) => [code, kind as Kind] as const)),
)

/** The messages of `pg` about connections, which have no code. */
const disconnected =
  /connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|client was closed|connection ended/i

function kindOf(code: string | undefined, message: string): Kind | undefined {
  if (code === undefined) return disconnected.test(message) ? 'unavailable' : undefined
  // Classes 08, connection exception, and 53, insufficient resources.
  return code.startsWith('08') || code.startsWith('53') ? 'unavailable' : kinds.get(code)
}

/** Reads the fields that all drivers of PostgreSQL set. */
export function failureOf(error: unknown): DatabaseFailure | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, constraint, detail, column } = error as Error & Readonly<Record<string, unknown>>
  const kind = kindOf(textOrUndefined(code), error.message)
  if (kind === undefined) return undefined
  // Such as `Key (tenant, lower(login))=(acme, bob) already exists.`
  const listed = /\((.*)\)=\(/.exec(textOrUndefined(detail) ?? '')?.[1]?.match(/[\w$]+/g) ?? []
  const columns = typeof column === 'string' ? [...listed, column] : listed
  return { kind, constraint: textOrUndefined(constraint), columns }
}

function textOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
