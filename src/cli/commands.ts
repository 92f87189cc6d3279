import { check, checkHelp, readCheckArguments } from './check.js'
import { exitCodes, exitHelp } from './exit-codes.js'
import { guideHelp, printGuide, readGuideArguments } from './guide.js'
import { migrate, migrateHelp, readMigrateArguments } from './migrate.js'
import { serve } from './serve.js'
import { readServeOptions, serveHelp } from './serve-options.js'
import { readSqlArguments, sql, sqlHelp } from './sql.js'
import { token } from './token.js'
import { readTokenArguments, tokenHelp } from './token-arguments.js'
import { verifyHelp } from './verify/help.js'

/** One of the commands of `scimkit`. */
export interface Command {
  /** A line for the general help. */
  readonly summary: string
  readonly help: string
  /** @returns the exit code; undefined: it goes on by itself. @throws UsageError */
  run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number | undefined>
}

export const commands: Readonly<Record<string, Command>> = {
  serve: {
    summary: 'serves SCIM 2.0 here, for trying out an identity provider',
    help: serveHelp,
    async run(args, env) {
      await serve(readServeOptions(args, env))
      return undefined
    },
  },
  check: {
    summary: 'compares the tables of a service with its mapping',
    help: checkHelp,
    run: async (args) => check(readCheckArguments(args)),
  },
  guide: {
    summary: 'prints the guide that customers set up their identity provider by',
    help: guideHelp,
    async run(args) {
      await printGuide(readGuideArguments(args))
      return exitCodes.done
    },
  },
  verify: {
    summary: 'checks a SCIM server, in whatever language it is written',
    help: verifyHelp,
    async run(args, env) {
      // On demand, as it brings every case with it.
      const { readVerifyOptions } = await import('./verify/options.js')
      const { verify } = await import('./verify/verify.js')
      return verify(readVerifyOptions(args, env))
    },
  },
  token: {
    summary: 'issues, lists, rotates and revokes API tokens',
    help: tokenHelp,
    run: async (args) => token(readTokenArguments(args)),
  },
  migrate: {
    summary: 'creates the tables of scimkit in a database, or brings them up to date',
    help: migrateHelp,
    run: async (args) => migrate(readMigrateArguments(args)),
  },
  sql: {
    summary: 'prints the SQL of the tables that scimkit creates',
    help: sqlHelp,
    async run(args) {
      await sql(readSqlArguments(args))
      return exitCodes.done
    },
  },
}

const summaries = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(8)}${summary}`)

export const generalHelp = `scimkit COMMAND [options]

${summaries.join('\n')}

scimkit COMMAND --help says what a command is told, and gives an example.
scimkit --version says which version this is.

${exitHelp}`
