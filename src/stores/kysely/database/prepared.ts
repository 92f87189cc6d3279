import type { Sql } from '../sql/sql.js'
import type { ResultRow } from '../statements/row.js'
import type { Database } from './execute.js'
import { queryText } from './execute.js'

/** The values of one run of a statement, by their names. */
type Values = Readonly<Record<string, unknown>>

/**
 * A statement whose text is made once, since to make it takes longer than to run it.
 *
 * `build` is called with a mark for each value that differs from run to run.
 */
export class Prepared<Given extends Values> {
  private made: { readonly text: string; readonly parameters: readonly unknown[] } | undefined

  constructor(private readonly build: (mark: (name: keyof Given & string) => unknown) => Sql) {}

  run(db: Database, values: Given): Promise<readonly ResultRow[]> {
    this.made ??= this.make(db)
    const { text, parameters } = this.made
    return queryText(
      db,
      text,
      parameters.map((one) => (one instanceof Mark ? values[one.name] : one)),
    )
  }

  private make(db: Database) {
    const { sql: text, parameters } = this.build((name) => new Mark(name)).compile(db)
    return { text, parameters }
  }
}

class Mark {
  constructor(readonly name: string) {}
}
