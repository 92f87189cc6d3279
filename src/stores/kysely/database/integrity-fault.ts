import { HostFault } from '../../../protocol/index.js'
import type { DatabaseFailure } from '../dialect/dialect.js'

/** What a rule of the database was about, in words. */
const rules: Readonly<Partial<Record<DatabaseFailure['kind'], string>>> = {
  duplicate: 'a value exists already',
  missingValue: 'a column must have a value',
  missingReference: 'a row refers to one that does not exist, or would',
  stillReferenced: 'other rows refer to a row',
  violatedCheck: 'a check has failed',
}

/**
 * A rule of the host's tables that a request has broken without being at fault, or not alone: for `onError`. It names the
 * rule and holds no values, which the error of the driver, its `cause`, may.
 */
export class IntegrityFault extends HostFault {
  override readonly name = 'IntegrityFault'
  /** The SQLSTATE. */
  readonly code: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined
  readonly constraint: string | undefined

  constructor({ kind, code, table, column, constraint }: DatabaseFailure, cause: unknown) {
    const where = [
      ['constraint', constraint],
      ['column', column],
      ['table', table],
    ].flatMap(([what, name]) => (name === undefined ? [] : [`${what} "${name}"`]))
    super(`${rules[kind] ?? 'the database refuses a value'}: ${where.join(' of ') || 'nothing is named'}`, {
      cause,
    })
    this.code = code
    this.table = table
    this.column = column
    this.constraint = constraint
  }
}
