import type { Projection } from '../../../schema/index.js'
import type { ResultRow } from '../sql/query.js'
import { query, queryText } from '../sql/query.js'
import { selectStatement } from '../statements/write.js'
import type { StoreRequest } from './shape.js'

/** Reads of single rows, most of which have one of a few projections: their statements are compiled once. */
export class RowReads {
  private readonly statements = new WeakMap<Projection, { readonly text: string }>()

  async run(
    { table, row, db }: StoreRequest,
    id: string,
    projection: Projection,
  ): Promise<ResultRow | undefined> {
    if (row.memberRows) {
      // The tables that its members are in are part of the statement.
      const [result] = await query(db, selectStatement(row, id, projection))
      return result
    }
    let statement = this.statements.get(projection)
    if (!statement) {
      statement = { text: selectStatement(row, id, projection).compile(db).sql }
      this.statements.set(projection, statement)
    }
    const parameters = table.tenant === undefined ? [id] : [row.tenant, id]
    const [result] = await queryText(db, statement.text, parameters)
    return result
  }
}
