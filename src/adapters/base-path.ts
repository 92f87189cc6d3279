import { trimSlashes } from '../protocol/index.js'

/** How a host says where the service is mounted, where its platform does not. */
export interface MountOptions {
  /** Such as `/scim/v2`. Without it, the mount ends before the first segment that is an endpoint, such as `Users`. */
  readonly basePath?: string
}

/** Finds the mount of a path from what the host has said. */
export function mountFinder({ basePath }: MountOptions): (path: string) => string | undefined {
  if (basePath === undefined) return () => undefined
  const trimmed = trimSlashes(basePath)
  const mount = trimmed && `/${trimmed}`
  return () => mount
}
