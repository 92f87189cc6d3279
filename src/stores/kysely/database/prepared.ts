import type { UnknownObject } from '../../../protocol/index.js'
import type { Database, ResultRow } from '../sql/query.js'
import { queryText } from '../sql/query.js'
import type { Sql } from '../sql/sql.js'

/**
 * A statement that is compiled once, since compiling takes longer than running.
 *
 * `build` receives a placeholder for each value that differs from run to run.
 */
export class Prepared<Values extends UnknownObject> {
  private compiled: { readonly text: string; readonly parameters: readonly unknown[] } | undefined

  constructor(private readonly build: (placeholder: (name: keyof Values & string) => unknown) => Sql) {}

  run(db: Database, values: Values): Promise<readonly ResultRow[]> {
    this.compiled ??= this.compile(db)
    const { text, parameters } = this.compiled
    return queryText(
      db,
      text,
      parameters.map((parameter) => (parameter instanceof Placeholder ? values[parameter.name] : parameter)),
    )
  }

  private compile(db: Database) {
    const { sql: text, parameters } = this.build((name) => new Placeholder(name)).compile(db)
    return { text, parameters }
  }
}

class Placeholder {
  constructor(readonly name: string) {}
}
