import type { TestProject } from 'vitest/node'
import { startPostgres } from '../stores/kysely/postgres-server.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server in which each test makes a database of its own. */
    readonly postgresUrl: string | undefined
  }
}

/** Starts the one PostgreSQL server of a test run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  project.provide('postgresUrl', server.url)
  return () => server.stop()
}
