import type { AttributePath, BoundFilter } from '../filter/index.js'
import { findPath, readPath, unknownIn } from '../filter/index.js'
import type { Note } from '../protocol/index.js'
import { isScimError, noNote, ScimError, showName } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import {
  chainOf,
  currentName,
  findAttribute,
  hasSchemaOf,
  isReadOnly,
  isReadOnlyInStore,
  noteLeftOut,
  noteUnwritable,
} from '../schema/index.js'
import type { PatchRun } from './patch-run.js'

export function targetOf(path: AttributePath): CompiledAttribute {
  return path.subAttribute ?? path.attribute
}

/**
 * Reads the path of an operation. Undefined, with a line in the trace, where the operation is about something that the
 * service does not keep and the profile ignores that.
 *
 * @throws ScimError `invalidPath`; `invalidFilter`; `mutability` for what its schema makes read-only.
 */
export function readTarget(
  type: CompiledResourceType,
  text: string,
  run: PatchRun,
): AttributePath | undefined {
  const path = readKept(type, text, run)
  if (!path) return undefined
  for (const attribute of chainOf(targetOf(path))) {
    if (attribute.mutability !== 'readOnly') continue
    if (!run.leniency.ignoreUnkept || !isReadOnlyInStore(attribute, run.full)) throw readOnly(attribute)
    noteUnwritable(attribute, run)
    return undefined
  }
  return path
}

function readOnly({ path }: CompiledAttribute): ScimError {
  return ScimError.mutability(`${path} is read-only`, { path })
}

function readKept(type: CompiledResourceType, text: string, run: PatchRun): AttributePath | undefined {
  const { full, leniency } = run
  if (full && leniency.ignoreUnkept) {
    const kept = findIn(type, text, run, run.note)
    if (kept) return kept
    const leftOut = findLeftOut(type, full, text, run)
    if (leftOut) {
      noteLeftOut(leftOut, run)
      return undefined
    }
  }
  if (!leniency.ignoreUnknown) return readPath(type, text, run)
  const isDefined = hasSchemaOf(type, text) || (full && !leniency.ignoreUnkept && hasSchemaOf(full, text))
  if (!isDefined && !(leniency.legacyNames && currentName(type, text) !== undefined)) {
    run.note('unknownAttributes', showName(text), 'ignored: the schema is not configured')
    return undefined
  }
  return readKnown(type, text, run)
}

/** The path; undefined, with a line in the trace, where it names something that no schema has. */
function readKnown(type: CompiledResourceType, text: string, run: PatchRun): AttributePath | undefined {
  try {
    return readPath(type, text, run)
  } catch (error) {
    if (!isScimError(error)) throw error
    const unknown = unknownIn(run.full ?? type, text, run)
    if (unknown === undefined) throw error
    run.note('unknownAttributes', showName(unknown), 'ignored: no schema of this resource type defines it')
    return undefined
  }
}

/** The path where the type has all of it, also what its filter names. */
function findIn(
  type: CompiledResourceType,
  text: string,
  { leniency, limits, locations }: PatchRun,
  note: Note,
): AttributePath | undefined {
  try {
    return findPath(type, text, { leniency, limits, note, locations })
  } catch (error) {
    if (isScimError(error)) return undefined
    throw error
  }
}

/** The attribute on a path, or in its filter, that the schemas define and the store leaves out. */
function findLeftOut(
  type: CompiledResourceType,
  full: CompiledResourceType,
  text: string,
  run: PatchRun,
): CompiledAttribute | undefined {
  const path = findIn(full, text, run, noNote)
  if (!path) return undefined
  const target = targetOf(path)
  if (isReadOnly(target)) throw readOnly(target)
  const named = [path.attribute, target, ...(path.filter ? attributesIn(path.filter.tree) : [])]
  return named.find((attribute) => !findAttribute(type, attribute.path))
}

function attributesIn(tree: BoundFilter): readonly CompiledAttribute[] {
  if ('filters' in tree) return tree.filters.flatMap(attributesIn)
  return tree.op === 'not' ? attributesIn(tree.filter) : [tree.attribute]
}
