import { ScimError } from '../../../protocol/index.js'
import type { SqlTable } from '../dialect/dialect.js'
import type { Sql } from '../sql/sql.js'

/**
 * A dateTime as what a column is given. `path`: that of its attribute.
 *
 * @throws ScimError `invalidValue` for one that the column would round, or that it has no year for.
 */
export function instantParameter(dateTime: string, { dialect }: SqlTable, path: () => string): Sql {
  const parameter = dialect.instants.parameter(dateTime)
  if (parameter) return parameter
  throw ScimError.invalidValue(
    `${path()}: times are kept with microseconds here, from the year 1 to 9999 in UTC`,
    { path: path() },
  )
}
