import type { DatabaseConnection, Driver, QueryResult } from 'kysely'
import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'

export type Answer = readonly Readonly<Record<string, unknown>>[] | Error

/** A database that records the statements sent to it, and returns the answers that a test has given it. */
export interface Recorder {
  readonly db: Kysely<unknown>
  /** The next answers, in their order; without one, a statement has no rows. */
  readonly answers: Answer[]
  /** The statements since the last call, each with its parameters as JSON; random ids show as `<id>`. */
  take(): string
}

const randomId = /"[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}"/g

export function recorder(): Recorder {
  const answers: Answer[] = []
  const log: string[] = []
  const note = (text: string) => log.push(text)
  const connection: DatabaseConnection = {
    async executeQuery<R>({
      sql,
      parameters,
    }: {
      readonly sql: string
      readonly parameters: readonly unknown[]
    }): Promise<QueryResult<R>> {
      const values = parameters.map((value) => JSON.stringify(value)?.replace(randomId, '"<id>"'))
      note(`${sql};${values.length === 0 ? '' : ` -- ${values.join(', ')}`}`)
      const answer = answers.shift() ?? []
      if (answer instanceof Error) throw answer
      return { rows: answer as R[] }
    },
    async *streamQuery() {},
  }
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: async () => void note('begin;'),
    commitTransaction: async () => void note('commit;'),
    rollbackTransaction: async () => void note('rollback;'),
    releaseConnection: async () => {},
    destroy: async () => {},
  }
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  return { db, answers, take: () => log.splice(0).join('\n') }
}
