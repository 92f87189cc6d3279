import type { ResourceType } from '../schema/index.js'

/** What was made of a text for a resource type. */
export interface Cache<Made> {
  get(type: ResourceType, text: string): Made | undefined
  set(type: ResourceType, text: string, made: Made): void
}

const maxEntries = 500
/** Longer texts are not worth their memory: no client sends many of them. */
const maxText = 1024

/** Remembers for each resource type what was made of the latest texts, and no more than a bounded number of them. */
export function boundedCache<Made>(): Cache<Made> {
  const all = new WeakMap<ResourceType, Map<string, Made>>()
  return {
    get: (type, text) => all.get(type)?.get(text),
    set: (type, text, made) => {
      if (text.length > maxText) return
      const some = all.get(type) ?? new Map<string, Made>()
      all.set(type, some)
      if (some.size >= maxEntries) {
        // A map lists its oldest entry first.
        for (const oldest of some.keys()) {
          some.delete(oldest)
          break
        }
      }
      some.set(text, made)
    },
  }
}
