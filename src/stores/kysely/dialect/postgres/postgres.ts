import type { Dialect } from '../dialect.js'
import { catalogueDialect } from './catalogue.js'
import { failureOf } from './errors.js'
import { eventDialect } from './events.js'
import { isWithoutFold } from './folding.js'
import { instantDialect } from './instants.js'
import { jsonDialect, ownJsonDialect } from './json.js'
import { memberDialect } from './members.js'
import { mendDialect } from './mends.js'
import { rowDialect } from './rows.js'
import { schemaDialect } from './schema.js'
import { ownTextDialect, textDialect } from './text.js'
import { advisoryLock, inTransaction } from './transaction.js'
import { valueDialect } from './values.js'

/** PostgreSQL, and PGlite, which is one. */
export const postgres: Dialect = {
  values: valueDialect,
  text: textDialect,
  instants: instantDialect,
  json: jsonDialect,
  own: (names) => ({ text: ownTextDialect(names), json: ownJsonDialect(names) }),
  rows: rowDialect,
  members: memberDialect,
  events: eventDialect,
  schema: schemaDialect,
  catalogue: catalogueDialect,
  mends: mendDialect,
  failureOf,
  lacksOwnFolding: isWithoutFold,
  inTransaction,
  lock: advisoryLock,
}
