import type { Span, Tracer } from '@opentelemetry/api'
import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { isScimError } from '../protocol/index.js'
import type { CommonAttributes } from '../schema/index.js'
import type { CheckContext, NewReferences, ResourceStore, StoreContext, StoredType } from '../stores/index.js'

/** What of a store is a call that takes time: its last argument is the context. */
const calls: ReadonlySet<PropertyKey> = new Set<keyof ResourceStore<CommonAttributes>>([
  'get',
  'list',
  'create',
  'replace',
  'delete',
  'changeMembers',
  'groupsOf',
  'renameMember',
  'record',
])

type Method = (...args: unknown[]) => unknown

/** The stores behind those that are traced. */
const originals = new WeakMap<object, object>()

/** A type with the store that its host has made, by which stores know each other. */
function original({ type, store }: StoredType): StoredType {
  // What is kept there is the store that was wrapped.
  return { type, store: (originals.get(store) as StoredType['store'] | undefined) ?? store }
}

function originalReferences(references: readonly NewReferences[]): readonly NewReferences[] {
  return references.map((reference) => ({ ...reference, targets: reference.targets.map(original) }))
}

/** A store's context that shows the other stores as the host has made them. */
function originalContext(given: StoreContext): StoreContext {
  return Object.create(given, {
    types: { get: () => given.types?.map(original), enumerable: true },
    references: { get: () => given.references && originalReferences(given.references), enumerable: true },
  }) as StoreContext
}

function originalCheck(asked: CheckContext): CheckContext {
  return { ...asked, types: asked.types.map(original) }
}

/** The arguments of a call, the last of which is the context. */
function originalArguments(args: readonly unknown[]): unknown[] {
  return [...args.slice(0, -1), originalContext(args.at(-1) as StoreContext)]
}

/** Names the kind of an error, and nothing of its message, which may be personal. */
function fail(span: Span, error: unknown): void {
  const isRefusal = isScimError(error) && error.status < 500
  const kind = isScimError(error) ? String(error.status) : error instanceof Error ? error.name : typeof error
  span.setAttribute('error.type', kind)
  // A store that says that there is no such resource, or that a name is taken, works.
  if (!isRefusal) span.setStatus({ code: SpanStatusCode.ERROR })
}

/** Ends a span when the work does that has begun in it. */
function follow<T>(span: Span, work: () => T): T {
  try {
    const result = work()
    // Whoever calls waits for the store's own promise.
    Promise.resolve(result).then(
      () => span.end(),
      (error) => {
        fail(span, error)
        span.end()
      },
    )
    return result
  } catch (error) {
    fail(span, error)
    span.end()
    throw error
  }
}

/** Wraps a store, so that each of its calls has a span, a child of the active one. */
export function tracedStore<R extends CommonAttributes>(
  store: ResourceStore<R>,
  resourceType: string,
  tracer: Tracer,
): ResourceStore<R> {
  const wrapped = new WeakMap<Method, Method>()
  const attributes = { 'scim.resource_type': resourceType }

  function wrap(name: PropertyKey, method: Method): Method {
    const spanName = `scim.store.${String(name)}`
    if (calls.has(name)) {
      return (...args) => {
        const parent = context.active()
        const span = tracer.startSpan(spanName, { attributes }, parent)
        const work = () => method.apply(store, originalArguments(args))
        return follow(span, () => context.with(trace.setSpan(parent, span), work))
      }
    }
    if (name === 'members') {
      return (...args) => {
        const parent = context.active()
        const pages = method.apply(store, originalArguments(args)) as
          | Partial<AsyncIterable<unknown>>
          | undefined
        const iterate = pages?.[Symbol.asyncIterator]
        // What is no list of pages is told of by the service.
        if (!iterate) return pages
        const start = () => tracer.startSpan(spanName, { attributes }, parent)
        return { [Symbol.asyncIterator]: () => tracedPages(iterate.call(pages), start) }
      }
    }
    if (name === 'checksReferencesTo') return (target) => method.call(store, original(target as StoredType))
    // Before any request there is nothing to measure.
    if (name === 'check') return (asked) => method.call(store, originalCheck(asked as CheckContext))
    return method.bind(store)
  }

  // Over an empty object: what a proxy says of a frozen one must be the truth.
  const proxy = new Proxy<Partial<ResourceStore<R>>>(
    {},
    {
      get(_target, name) {
        const value: unknown = Reflect.get(store, name)
        if (typeof value !== 'function') return value
        const method = value as Method
        const known = wrapped.get(method) ?? wrap(name, method)
        wrapped.set(method, known)
        return known
      },
      has: (_target, name) => name in store,
    },
  )
  originals.set(proxy, store)
  // It answers for every property of the store.
  return proxy as ResourceStore<R>
}

/** The pages of members, with a span from the first that is asked for to the last. */
function tracedPages(pages: AsyncIterator<unknown>, start: () => Span): AsyncIterator<unknown> {
  let span: Span | undefined
  return {
    async next() {
      span ??= start()
      try {
        const result = await pages.next()
        if (result.done) span.end()
        return result
      } catch (error) {
        fail(span, error)
        span.end()
        throw error
      }
    },
    async return() {
      const result = await pages.return?.()
      span?.end()
      return result ?? { done: true, value: undefined }
    },
  }
}
