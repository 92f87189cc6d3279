import { UsageError } from './options.js'

/**
 * Imports what needs an optional package.
 *
 * @throws UsageError that says what to install.
 */
export async function optional<T>(packages: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UsageError(`to keep data, npm install ${packages}; to do without, --store memory`, {
      cause: error,
    })
  }
}

/** What went wrong, in a line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as NodeJS.ErrnoException
  return error.message.split('\n')[0] || code || error.name
}
