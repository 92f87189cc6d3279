import { HostFault } from '../../../../protocol/index.js'
import type { DatabaseFailure, FailureKind } from '../dialect.js'
import { UnstorableValueError } from './driver/bind.js'
import { isBusy, snapshotTooOld } from './driver/connection.js'

/** By the names of the primary result codes, which drivers prefix those of the extended ones with. */
const kindsByCode: readonly (readonly [code: string, number: number, kind: FailureKind])[] = [
  ['SQLITE_LOCKED', 6, 'unavailable'],
  ['SQLITE_READONLY', 8, 'unavailable'],
  ['SQLITE_IOERR', 10, 'unavailable'],
  ['SQLITE_FULL', 13, 'unavailable'],
  ['SQLITE_CANTOPEN', 14, 'unavailable'],
  ['SQLITE_TOOBIG', 18, 'tooLongForColumn'],
  ['SQLITE_MISMATCH', 20, 'invalidValue'],
]

/** What SQLite says of a rule that is broken, which names it: `UNIQUE constraint failed: users.org, users.login`. */
const broken =
  /^(?:(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed(?:: (?:index '([^']*)'|(.*)))?|cannot store \w+ value in \w+ column ([^.]+)\.(.*))/s

const kindsByRule: Readonly<Record<string, FailureKind>> = {
  UNIQUE: 'duplicate',
  'NOT NULL': 'missingValue',
  CHECK: 'violatedCheck',
  'FOREIGN KEY': 'missingReference',
}

/** Reads what all drivers of SQLite have in common: the message, and a code in one of two forms. */
export function sqliteFailureOf(error: unknown): DatabaseFailure | undefined {
  if (!(error instanceof Error) || error instanceof HostFault) return undefined
  if (error instanceof UnstorableValueError) return failure(error.kind, undefined)
  const { code, errcode } = error as Error & { readonly code?: unknown; readonly errcode?: unknown }
  const name = typeof code === 'string' ? code : undefined
  const rule = broken.exec(error.message)
  if (rule) return failureOfRule(rule, name)
  if (name === 'SQLITE_BUSY_SNAPSHOT' || errcode === snapshotTooOld) return failure('conflict', name)
  if (isBusy(error)) return failure('unavailable', name)
  const known = kindsByCode.find(([prefix, number]) =>
    typeof errcode === 'number' ? (errcode & 0xff) === number : name?.startsWith(prefix),
  )
  return known && failure(known[2], name)
}

function failureOfRule(
  [, rule, index, subject = '', table, column]: RegExpExecArray,
  code: string | undefined,
): DatabaseFailure {
  if (table !== undefined && column !== undefined)
    return { ...failure('invalidValue', code), table, column, columns: [column] }
  const kind = kindsByRule[rule ?? ''] ?? 'violatedCheck'
  if (kind === 'violatedCheck') return { ...failure(kind, code), constraint: subject }
  if (index !== undefined) return { ...failure(kind, code), constraint: index }
  const names = subject.split(', ').filter((name) => name.includes('.'))
  const columns = names.map((name) => name.slice(name.indexOf('.') + 1))
  return {
    ...failure(kind, code),
    table: names[0]?.slice(0, names[0].indexOf('.')),
    column: columns.length === 1 ? columns[0] : undefined,
    columns,
  }
}

function failure(kind: FailureKind, code: string | undefined): DatabaseFailure {
  return { kind, code, table: undefined, column: undefined, constraint: undefined, columns: [] }
}
