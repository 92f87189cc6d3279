import type { bulkDispatcher } from './bulk.js'

type Dispatch = ReturnType<typeof bulkDispatcher>

/** The same as {@link bulkDispatcher}, whose code is loaded with the first bulk request: most clients send none. */
export function bulkOnDemand(...parts: Parameters<typeof bulkDispatcher>): Dispatch {
  let loading: Promise<Dispatch> | undefined
  return async (request, call) => {
    loading ??= import('./bulk.js').then((loaded) => loaded.bulkDispatcher(...parts))
    return (await loading)(request, call)
  }
}
