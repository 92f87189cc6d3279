import type { CommonAttributes, CompiledResourceType } from '../schema/index.js'
import type { StoreDescription } from './description.js'
import type { ResourceStore } from './store.js'

const methods = ['get', 'list', 'create', 'replace', 'delete'] as const

/** Has a store say what it is, as long as no host has put methods of its own in the place of the store's. */
export function describeAs<R extends CommonAttributes>(
  store: ResourceStore<R>,
  describe: (type: CompiledResourceType) => StoreDescription,
): void {
  store.describe = function (this: ResourceStore<R>, type) {
    return methods.every((name) => this[name] === store[name]) ? describe(type) : undefined
  }
}
