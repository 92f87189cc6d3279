import { isObject, isScimError, ScimError } from '../protocol/index.js'
import type {
  CommonAttributes,
  CompiledAttribute,
  CompiledResourceType,
  Projection,
} from '../schema/index.js'
import { attributeNamed, includeOnly, readValue, referencesOf, schemasIn } from '../schema/index.js'
import type { NewReferences, StoredType } from '../stores/store.js'
import type { OperationContext } from './context.js'
import { storeContext } from './context.js'
import { withValue } from './with-value.js'

/**
 * Runs a write of attributes, which may refer to other resources. A reference that is not stored yet is kept only if the
 * resource exists in the tenant: the store checks it in the write, or the service before. One that does not exist is
 * left out, or stays where it is only text to the store, both with a line in the trace, or refuses the write; another
 * tenant's does not exist.
 *
 * @param write receives the attributes, and what the store must check of them; it may be called again, with fewer.
 * @throws ScimError `invalidValue` for a reference that is refused.
 */
export function writeReferring<A extends object, T>(
  context: OperationContext,
  before: CommonAttributes | undefined,
  attributes: A,
  write: (attributes: A, references: readonly NewReferences[] | undefined) => Promise<T>,
): Promise<T> {
  const references = newReferences(context, before, attributes)
  return references ? writeChecked(context, before, attributes, write) : write(attributes, undefined)
}

async function writeChecked<A extends object, T>(
  context: OperationContext,
  before: CommonAttributes | undefined,
  attributes: A,
  write: (attributes: A, references: readonly NewReferences[] | undefined) => Promise<T>,
): Promise<T> {
  const { store } = context.endpoint
  let kept = attributes
  const texts = new Set<CompiledAttribute>()
  function settle(reference: NewReferences, missing: readonly string[]): void {
    if (missing.length > 0 && staysAsText(context, reference)) texts.add(reference.attribute)
    else kept = leaveOut(context, kept, reference, missing)
  }
  for (;;) {
    const checked: NewReferences[] = []
    for (const reference of newReferences(context, before, kept) ?? []) {
      if (texts.has(reference.attribute)) continue
      if (reference.targets.every((target) => store.checksReferencesTo?.(target))) checked.push(reference)
      else settle(reference, await missingIds(context, reference))
    }
    try {
      return await write(kept, checked.length > 0 ? checked : undefined)
    } catch (error) {
      const refused = checked.find(({ attribute }) => isAbout(error, attribute))
      if (!refused) throw error
      const missing = refused.ids.length === 1 ? refused.ids : await missingIds(context, refused)
      // What has come to exist meanwhile did not when the store looked.
      settle(refused, missing.length > 0 ? missing : refused.ids)
    }
  }
}

/** What a write refers to that is not stored yet; undefined where there is nothing, as in most writes. */
function newReferences(
  { service, endpoint }: OperationContext,
  before: CommonAttributes | undefined,
  after: object,
): readonly NewReferences[] | undefined {
  let found: NewReferences[] | undefined
  for (const { attribute, types } of referencesOf(endpoint.type)) {
    const value = readValue(after, attribute)
    if (value === undefined) continue
    const stored = before && readValue(before, attribute)
    if (value === stored) continue
    const known = new Set(idsIn(stored))
    const ids = [...new Set(idsIn(value))].filter((id) => !known.has(id))
    const targets = service.endpoints.filter(({ type }) => types.includes(type.name))
    // Where the service has none of the types, existence cannot be checked.
    if (ids.length === 0 || targets.length === 0) continue
    found ??= []
    found.push({ attribute, ids, targets })
  }
  return found
}

function idOf(value: unknown): string | undefined {
  const id = isObject(value) ? value.value : undefined
  return id === undefined || id === null ? undefined : String(id)
}

function idsIn(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((one) => idOf(one) ?? [])
}

/** Whether a store has refused a write because of what an attribute refers to. */
function isAbout(error: unknown, { path }: CompiledAttribute): boolean {
  if (!isScimError(error) || error.scimType !== 'invalidValue') return false
  // A store may name the attribute, or the column of what is inside.
  return error.path === path || error.path?.startsWith(`${path}.`) === true
}

const idProjections = new WeakMap<CompiledResourceType, Projection>()

function idProjection(type: CompiledResourceType): Projection {
  let cached = idProjections.get(type)
  if (!cached) {
    const id = attributeNamed(type.attributes, 'id')
    cached = includeOnly(type, id ? [{ attribute: id }] : [])
    idProjections.set(type, cached)
  }
  return cached
}

/** Whether one of several types has a resource of the tenant with an id. */
export async function exists(
  context: OperationContext,
  id: string,
  targets: readonly StoredType[],
): Promise<boolean> {
  for (const target of targets) {
    if (await target.store.get(id, idProjection(target.type), storeContext(context, target))) return true
  }
  return false
}

async function missingIds(
  context: OperationContext,
  { ids, targets }: NewReferences,
): Promise<readonly string[]> {
  const missing: string[] = []
  for (const id of ids) if (!(await exists(context, id, targets))) missing.push(id)
  return missing
}

/**
 * Whether a reference to nothing is kept: a manager is often a name, or the id that another system knows, and clients
 * read back what they wrote. Not where a foreign key could refuse it, and not one of several, which is like a member.
 */
function staysAsText({ service, note, endpoint }: OperationContext, { attribute }: NewReferences): boolean {
  if (service.unknownReferences === 'reject' || attribute.required || attribute.multiValued) return false
  if (!endpoint.store.storesAsText?.(attribute, endpoint.type)) return false
  note('unknownReferences', attribute.path, 'kept as text what refers to no resource that exists')
  return true
}

/** Attributes without the references to some ids. @throws ScimError `invalidValue` where those are refused. */
function leaveOut<A extends object>(
  { service, note, endpoint }: OperationContext,
  attributes: A,
  { attribute }: NewReferences,
  missing: readonly string[],
): A {
  if (missing.length === 0) return attributes
  const { path } = attribute
  const value = readValue(attributes, attribute)
  const gone = new Set(missing)
  const left = Array.isArray(value) ? value.filter((one) => !gone.has(idOf(one) ?? '')) : []
  if (service.unknownReferences === 'reject' || (attribute.required && left.length === 0)) {
    throw ScimError.invalidValue(`${path} refers to something that does not exist`, { path })
  }
  note('unknownReferences', path, 'left out a reference to a resource that does not exist')
  const after = withValue(attributes, attribute.keys, left.length === 0 ? undefined : left)
  const result = 'schemas' in after ? { ...after, schemas: schemasIn(after, endpoint.type) } : after
  // An A without an optional attribute, or with fewer elements of one, is an A.
  return result as A
}
