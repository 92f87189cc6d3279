import type { CompiledResourceType } from '../schema/index.js'

/** What was made of a text for a resource type. */
export interface Cache<Made> {
  get(type: CompiledResourceType, text: string): Made | undefined
  set(type: CompiledResourceType, text: string, made: Made): void
}

const maxEntries = 500
/** Longer texts are not worth their memory: no client sends many of them. */
const maxText = 1024

/**
 * Remembers for each resource type what was made of the latest texts, and no more than a bounded number of them.
 * There are two generations: what is asked for stays in the young one, and the old one is dropped as a whole.
 */
export function boundedCache<Made>(): Cache<Made> {
  const all = new WeakMap<CompiledResourceType, { young: Map<string, Made>; old: Map<string, Made> }>()
  return {
    get: (type, text) => {
      const some = all.get(type)
      if (!some) return undefined
      const young = some.young.get(text)
      if (young !== undefined) return young
      const old = some.old.get(text)
      if (old !== undefined) add(some, text, old)
      return old
    },
    set: (type, text, made) => {
      if (text.length > maxText) return
      let some = all.get(type)
      if (!some) {
        some = { young: new Map(), old: new Map() }
        all.set(type, some)
      }
      add(some, text, made)
    },
  }
}

function add<Made>(
  some: { young: Map<string, Made>; old: Map<string, Made> },
  text: string,
  made: Made,
): void {
  if (some.young.size >= maxEntries / 2) {
    some.old = some.young
    some.young = new Map()
  }
  some.young.set(text, made)
}
