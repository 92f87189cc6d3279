import type { Dialect } from '../dialect.js'
import { failureOf } from './errors.js'
import { events } from './events.js'
import { instants } from './instants.js'
import { json } from './json.js'
import { members } from './members.js'
import { rows } from './rows.js'
import { schema } from './schema.js'
import { text } from './text.js'
import { inTransaction } from './transaction.js'
import { values } from './values.js'

/** PostgreSQL, and PGlite, which is one. */
export const postgres: Dialect = {
  values,
  text,
  instants,
  json,
  rows,
  members,
  events,
  schema,
  failureOf,
  inTransaction,
}
