import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import { ScimError } from 'scimkit'

/** Opens a connection that gives up soon: a client that waits for minutes is worse off than one that is told to come again. */
export function connect(url: string): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: 5000, connectTimeout: 2000 })
  // Each command says what has failed; without a listener the process would say it too, each second.
  redis.on('error', () => {})
  return redis
}

/** A script that Redis runs as one step: no other client sees it half done, or writes between its reads and its writes. */
export type Script = (keys: readonly string[], argument: unknown, signal?: AbortSignal) => Promise<unknown>

/** Makes a script of files in `lua`, the last of which is its name. It receives the keys, and one argument as JSON. */
export function script(redis: Redis, ...files: readonly [...string[], string]): Script {
  const name = files.at(-1) ?? ''
  const lua = files
    .map((file) => readFileSync(new URL(`./lua/${file}.lua`, import.meta.url), 'utf8'))
    .join('\n')
  redis.defineCommand(name, { lua })
  const run = Reflect.get(redis, name) as (...values: (string | number)[]) => Promise<unknown>
  return async (keys, argument, signal) => {
    // Before it begins: a script that has begun writes all of its writes.
    signal?.throwIfAborted()
    try {
      return await run.call(redis, keys.length, ...keys, JSON.stringify(argument))
    } catch (error) {
      // What Redis has refused is a mistake in the script. Anything else is a Redis that is away.
      if (error instanceof Error && error.name === 'ReplyError') throw error
      throw ScimError.unavailable('The directory cannot be reached', { cause: error })
    }
  }
}
