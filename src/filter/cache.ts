import type { CompiledResourceType } from '../schema/index.js'

/** What was made of a text for a resource type. */
export interface Cache<Value> {
  get(type: CompiledResourceType, text: string): Value | undefined
  set(type: CompiledResourceType, text: string, value: Value): void
}

const maxEntries = 500
/** Longer texts are not worth their memory: no client sends many of them. */
const maxText = 1024

/**
 * Remembers for each resource type what was made of the latest texts, and no more than a bounded number of them.
 * There are two generations: what is asked for stays in the young one, and the old one is dropped as a whole.
 */
export function boundedCache<Value>(): Cache<Value> {
  const types = new WeakMap<CompiledResourceType, { young: Map<string, Value>; old: Map<string, Value> }>()
  return {
    get: (type, text) => {
      const generations = types.get(type)
      if (!generations) return undefined
      const young = generations.young.get(text)
      if (young !== undefined) return young
      const old = generations.old.get(text)
      if (old !== undefined) add(generations, text, old)
      return old
    },
    set: (type, text, value) => {
      if (text.length > maxText) return
      let generations = types.get(type)
      if (!generations) {
        generations = { young: new Map(), old: new Map() }
        types.set(type, generations)
      }
      add(generations, text, value)
    },
  }
}

function add<Value>(
  generations: { young: Map<string, Value>; old: Map<string, Value> },
  text: string,
  value: Value,
): void {
  if (generations.young.size >= maxEntries / 2) {
    generations.old = generations.young
    generations.young = new Map()
  }
  generations.young.set(text, value)
}
