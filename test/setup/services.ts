import type { TestProject } from 'vitest/node'
import { startPostgres } from '../stores/kysely/postgres-server.js'
import { build } from './build.js'
import { makePgliteTemplate } from './pglite-template.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server in which each test makes a database of its own. */
    readonly postgresUrl: string | undefined
  }
}

/** Prepares what tests start from: the built package, PostgreSQL and an empty database of PGlite; once for all projects. */
export default async function setup({ vitest }: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (vitest.getRootProject().getProvidedContext().postgresUrl !== undefined) return
  const [server] = await Promise.all([startPostgres(), build(), makePgliteTemplate()])
  vitest.provide('postgresUrl', server.url)
  return () => server.stop()
}
