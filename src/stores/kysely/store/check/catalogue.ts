import type { ConnectedDatabase } from '../../database/connect.js'
import { translateFailure } from '../../database/errors.js'
import type { TableFacts } from '../../dialect/catalogue.js'
import type { Database } from '../../sql/query.js'
import { query } from '../../sql/query.js'

/** What is known of a database's tables, by the names that they were asked for under. */
type Facts = ReadonlyMap<string, TableFacts>

/** Tables that will be asked for together. */
interface Batch {
  readonly names: Set<string>
  readonly facts: Promise<Facts>
}

/** The tables of one database as this process has read them, for all stores and services. */
class Catalogue {
  private readonly known = new Map<string, TableFacts>()
  private next: Batch | undefined

  constructor(private readonly database: ConnectedDatabase) {}

  async read(names: readonly string[], mayReuse: boolean): Promise<Facts> {
    if (mayReuse && names.every((name) => this.known.has(name))) return this.known
    this.next ??= this.batch()
    const { facts, names: asked } = this.next
    for (const name of names) asked.add(name)
    return facts
  }

  /** What all stores of a check ask for is one statement: they ask in the same turn. */
  private batch(): Batch {
    const names = new Set<string>()
    const facts = Promise.resolve().then(async () => {
      this.next = undefined
      const { db, dialect } = this.database
      const rows = await query(db, dialect.catalogue.tables([...names])).catch((error: unknown) => {
        throw translateFailure(error, dialect)
      })
      const read = new Map(rows.map((row) => dialect.catalogue.read(row)).map((table) => [table.name, table]))
      for (const [name, table] of read) this.known.set(name, table)
      return read
    })
    return { names, facts }
  }
}

const catalogues = new WeakMap<Database, Catalogue>()

/**
 * What the database knows of tables. `mayReuse`: as it was when another check of this process read it.
 *
 * @throws ScimError 503 while the database is away.
 */
export function readTables(
  database: ConnectedDatabase,
  names: readonly string[],
  mayReuse: boolean,
): Promise<Facts> {
  let catalogue = catalogues.get(database.db)
  if (!catalogue) {
    catalogue = new Catalogue(database)
    catalogues.set(database.db, catalogue)
  }
  return catalogue.read(names, mayReuse)
}
