import type { TraceEntry } from '../../src/index.js'
import { lenient, type Profile, type ResourceTypeDefinition } from '../../src/index.js'
import { applyPatch, readPatchMessage, readPatchOperations } from '../../src/patch/index.js'
import { isScimError, type Note, type ScimError } from '../../src/protocol/index.js'
import { compileResourceType, schemasIn, validateChanges } from '../../src/schema/index.js'

export type Attributes = Readonly<Record<string, unknown>>

/** An object and all inside of it, which throws when anybody changes it. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) frozen(inner)
    Object.freeze(value)
  }
  return value
}

/** The way of a PATCH body from the profile to the outcome, without a store. */
export async function patchBody(
  definition: ResourceTypeDefinition,
  resource: Attributes,
  body: unknown,
  profile: Profile = lenient(),
): Promise<{ after: Attributes; trace: readonly TraceEntry[] }> {
  const type = compileResourceType(definition)
  const trace: TraceEntry[] = []
  const note: Note = (rule, path, message) => {
    trace.push(path === undefined ? { rule, message } : { rule, path, message })
  }
  const reading = { leniency: profile.leniency, note }
  const sent = readPatchMessage(body, 10_000, reading)
  const operations = readPatchOperations(profile.rewritePatch(sent, type, note), 10_000, reading)
  const after = applyPatch(type, resource, operations, reading)
  await validateChanges(resource, after, type, Number.POSITIVE_INFINITY)
  return { after, trace }
}

/** A resource with what every resource has. */
export function resource(definition: ResourceTypeDefinition, attributes: Attributes): Attributes {
  const type = compileResourceType(definition)
  const meta = { created: '2024-01-01T00:00:00Z', lastModified: '2024-01-01T00:00:00Z', version: '1' }
  return frozen({ schemas: schemasIn(attributes, type), id: '1', ...attributes, meta })
}

export function patchOp(operations: unknown) {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations }
}

/** What operations make of some attributes, without what every resource has. */
export async function patched(
  definition: ResourceTypeDefinition,
  before: Attributes,
  operations: unknown,
  profile?: Profile,
): Promise<Attributes> {
  const { after } = await patchBody(definition, resource(definition, before), patchOp(operations), profile)
  const { schemas: _schemas, id: _id, meta: _meta, ...attributes } = after
  return attributes
}

/** The error that operations are refused with. */
export async function refusal(
  definition: ResourceTypeDefinition,
  before: Attributes,
  operations: unknown,
  profile?: Profile,
): Promise<ScimError> {
  try {
    await patched(definition, before, operations, profile)
  } catch (error) {
    if (isScimError(error)) return error
    throw error
  }
  throw new Error('it was accepted')
}
