import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions, trimSlashes } from '../protocol/index.js'

/** How a host says where the service is mounted, where its platform does not. */
export interface MountOptions {
  /** Such as `/scim/v2`. Without it, the mount ends before the first segment that is an endpoint, such as `Users`. */
  readonly basePath?: string
}

const optionNames = { basePath: true } satisfies OptionNames<MountOptions>

/**
 * Finds the mount of a path from what the host has said to an adapter.
 *
 * @throws TypeError for an option that there is not.
 */
export function mountFinder(adapter: string, options: MountOptions): (path: string) => string | undefined {
  assertKnownOptions(adapter, options, optionNames)
  const { basePath } = options
  if (basePath === undefined) return () => undefined
  const trimmed = trimSlashes(basePath)
  const mount = trimmed && `/${trimmed}`
  return () => mount
}
