import type { UnknownObject } from '../../../protocol/index.js'
import { urns } from '../../../protocol/index.js'
import { readMappedPath } from '../mapping.js'
import type { EntraContext, EntraRun } from './context.js'

/** One value that has changed. */
export interface ValueChange {
  readonly path: string
  readonly value: unknown
  /** Whether there was none before. */
  readonly isNew: boolean
}

/** Whether operations are spelt as with `aadOptscim062020`; provisioning on demand ignores the flag. (documented) */
export function isCompliant({ flags }: EntraContext, { isOnDemand }: EntraRun): boolean {
  return flags.aadOptscim062020 === true && !isOnDemand
}

/** Booleans are text in the default form. */
function spellValue(value: unknown, compliant: boolean): unknown {
  if (typeof value !== 'boolean' || compliant) return value
  return value ? 'True' : 'False'
}

function spellPath(path: string, isOldest: boolean): string {
  const { schema } = readMappedPath(path)
  return isOldest && schema !== undefined ? `${schema}.${path.slice(schema.length + 1)}` : path
}

/** The operations of a PATCH of a user. */
export function valueOperations(
  context: EntraContext,
  entraRun: EntraRun,
  changes: readonly ValueChange[],
): readonly UnknownObject[] {
  if (!isCompliant(context, entraRun)) {
    const isOldest = context.flags.AzureAdScimPatch2017 === true
    return changes.map(({ path, value, isNew }) => ({
      op: isNew ? 'Add' : 'Replace',
      path: spellPath(path, isOldest),
      value: spellValue(value, false),
    }))
  }
  // What is in an element has an operation of its own, and all else stands in one without a path.
  const isAlone = ({ path }: ValueChange) => path.includes('[') || path === 'active'
  const single = changes
    .filter(isAlone)
    .map(({ path, value, isNew }) => ({ op: isNew ? 'add' : 'replace', path, value }))
  const others = changes.filter((change) => !isAlone(change)).map(({ path, value }) => [path, value])
  return others.length === 0 ? single : [...single, { op: 'replace', value: Object.fromEntries(others) }]
}

/** Adds or removes members. */
export function memberOperations(
  context: EntraContext,
  entraRun: EntraRun,
  verb: 'Add' | 'Remove',
  ids: readonly string[],
): readonly UnknownObject[] {
  const compliant = isCompliant(context, entraRun)
  if (verb === 'Remove' && compliant) {
    return ids.map((id) => ({ op: 'remove', path: `members[value eq ${JSON.stringify(id)}]` }))
  }
  const value = ids.map((id) => ({ $ref: null, value: id }))
  return [{ op: compliant ? verb.toLowerCase() : verb, path: 'members', value }]
}

export function patchBody(operations: readonly UnknownObject[]): UnknownObject {
  return { schemas: [urns.patchOp], Operations: operations }
}
