import { UsageError } from './usage-error.js'

/** An optional package, or several, and what they are for. */
export interface OptionalPackages {
  /** Their names, as `npm install` takes them. */
  readonly packages: string
  /** What is not done without them, such as `data is kept by optional packages`. */
  readonly why: string
}

/**
 * Imports what needs an optional package.
 *
 * @throws UsageError that says what to install, and why.
 */
export async function optional<T>({ packages, why }: OptionalPackages, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UsageError(`${why}: npm install ${packages}`, { cause: error })
  }
}
