import type { PatchOperation } from '../protocol/index.js'
import { isEqual, isObject, ScimError } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import {
  assertOnce,
  attributeNamed,
  coerce,
  dropReadOnly,
  fits,
  foldReference,
  isReadOnlyInStore,
  isUnassigned,
  normaliseReplacement,
  normaliseValue,
  replacementOf,
  unknownAttribute,
} from '../schema/index.js'
import type { Change } from './change.js'
import { changeKey } from './change.js'
import { isSameText } from './element-key.js'
import type { PatchRun } from './patch-run.js'
import { RequiredParts } from './required.js'

type Verb = Exclude<PatchOperation['op'], 'remove'>

export function misfit(attribute: CompiledAttribute): ScimError {
  return ScimError.invalidValue(
    `${attribute.path} must be ${attribute.multiValued ? 'an array of ' : ''}${attribute.type}`,
    {
      path: attribute.path,
    },
  )
}

/** Whether a value that comes with a larger one may go to its attribute; read-only ones are dropped or refused. */
export function isWritable(attribute: CompiledAttribute, value: unknown, run: PatchRun): boolean {
  if (attribute.mutability !== 'readOnly') return true
  const { ignoreReadOnly, ignoreUnkept } = run.leniency
  if (!(isReadOnlyInStore(attribute, run.full) ? ignoreUnkept : ignoreReadOnly)) {
    throw ScimError.mutability(`${attribute.path} is read-only`, { path: attribute.path })
  }
  dropReadOnly(value, attribute, run)
  return false
}

/** What `add` or `replace` does to an attribute's place (RFC 7644 sections 3.5.2.1 and 3.5.2.3). */
export function assign(verb: Verb, attribute: CompiledAttribute, value: unknown, run: PatchRun): Change {
  if (attribute.multiValued) return guarded(attribute, assignMany(verb, attribute, value, run), run)
  if (attribute.type === 'complex') return guarded(attribute, assignComplex(verb, attribute, value, run), run)
  return guarded(attribute, assignSimple(verb, attribute, value, run), run)
}

/** What `remove` does to an attribute's place, or to an element of it (RFC 7644 section 3.5.2.2). */
export function unassign(attribute: CompiledAttribute, run: PatchRun): Change {
  return guarded(attribute, () => undefined, run)
}

/** The same change, with what is to be known of it at the end. */
function guarded(attribute: CompiledAttribute, change: Change, run: PatchRun): Change {
  return notingLoss(attribute, oncePerLife(attribute, change), run)
}

/** The same change; what it takes the value of is noted, where that or something inside is required. */
function notingLoss(attribute: CompiledAttribute, change: Change, run: PatchRun): Change {
  const isRequiredPart = attribute.required && attribute.parent !== undefined
  if (!isRequiredPart && attribute.subAttributes.size === 0) return change
  return (current) => {
    const next = change(current)
    if (next !== undefined || current === undefined) return next
    if (!attribute.multiValued) run.lostParts?.dropWhole(attribute)
    if (isRequiredPart) {
      run.lostParts ??= new RequiredParts()
      run.lostParts.lose(attribute)
    }
    return next
  }
}

/** The same change, refused where an immutable attribute has a value already. */
function oncePerLife(attribute: CompiledAttribute, change: Change): Change {
  if (attribute.mutability !== 'immutable') return change
  return (current) => {
    const next = change(current)
    if (next === current || current === undefined) return next
    throw ScimError.mutability(`${attribute.path} cannot be changed once it has a value`, {
      path: attribute.path,
    })
  }
}

function assignSimple(verb: Verb, attribute: CompiledAttribute, value: unknown, run: PatchRun): Change {
  const next = normaliseValue(value, attribute, run)
  if (next !== undefined && !fits(next, attribute)) throw misfit(attribute)
  // To add what is there already changes nothing (RFC 7644 section 3.5.2.1).
  const isThere = (current: unknown) =>
    isEqual(current, next) || (verb === 'add' && isSameText(current, next, attribute))
  return (current) => (isThere(current) ? current : next)
}

/** An element that is no object, in place of another. */
function assignOne(verb: Verb, attribute: CompiledAttribute, value: unknown, run: PatchRun): Change {
  return guarded(attribute, assignSimple(verb, { ...attribute, multiValued: false }, value, run), run)
}

function assignMany(verb: Verb, attribute: CompiledAttribute, value: unknown, run: PatchRun): Change {
  // To `add` one value is to add it to the others (RFC 7644 section 3.5.2.1).
  const values = verb === 'add' && fits(value, attribute) ? [value] : value
  const next = normaliseReplacement(values, attribute, run)
  if (next !== undefined && !(Array.isArray(next) && next.every((element) => fits(element, attribute))))
    throw misfit(attribute)
  return (current) => {
    if (verb === 'add') return next === undefined ? current : run.listOf(attribute, current).add(next)
    const kept = replacementOf(attribute, current, next)
    return isEqual(current, kept) ? current : kept
  }
}

/** The object that stands for a complex attribute's value. */
function toObject(
  attribute: CompiledAttribute,
  value: unknown,
  run: PatchRun,
): Readonly<Record<string, unknown>> {
  if (isObject(value)) return foldReference(value, attribute, run)
  const read = coerce(value, attribute, run)
  if (!isObject(read?.value)) throw misfit(attribute)
  return foldReference(read.value, attribute, run)
}

/** What of a value stays when all of it is replaced: what clients cannot write, or only once. */
function lastingPart(value: unknown, attribute: CompiledAttribute): unknown {
  if (!isObject(value)) return undefined
  const kept = Object.entries(value).filter(([name]) => {
    const mutability = attributeNamed(attribute.subAttributes, name)?.mutability
    return mutability === 'readOnly' || mutability === 'immutable'
  })
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

/** Sets the sub-attributes that are given; leaves the others, unless a profile demands that all are replaced. */
function assignComplex(verb: Verb, attribute: CompiledAttribute, value: unknown, run: PatchRun): Change {
  if (isUnassigned(value)) return () => undefined
  const object = toObject(attribute, value, run)
  const merge = assignEach(verb, attribute.subAttributes, attribute, object, run)
  const key = attribute.isExtension ? undefined : attributeNamed(attribute.subAttributes, 'value')
  const replacesWhole = verb === 'replace' && run.leniency.replacesWhole && !attribute.isExtension
  return (current) => {
    const next = merge(replacesWhole ? lastingPart(current, attribute) : current)
    if (replacesWhole && isEqual(next, current)) return current
    // Without its `value` a reference refers to nothing: the whole of it is unassigned.
    const cleared =
      key && isObject(next) && next.value === undefined && isObject(current) && current.value !== undefined
    return cleared ? undefined : next
  }
}

/** Sets the given ones among some attributes of an object. */
export function assignEach(
  verb: Verb,
  attributes: ReadonlyMap<string, CompiledAttribute>,
  parent: CompiledAttribute | undefined,
  object: Readonly<Record<string, unknown>>,
  run: PatchRun,
): Change {
  const changes = new Map<CompiledAttribute, Change>()
  for (const [name, value] of Object.entries(object)) {
    const found = attributeNamed(attributes, name)
    if (!found) unknownAttribute(name, parent, run)
    else if (isWritable(found, value, run)) {
      assertOnce(changes, found)
      changes.set(found, assign(verb, found, value, run))
    }
  }
  return (current) => {
    let output = current
    for (const [attribute, change] of changes) output = changeKey(output, attribute, change)
    return output
  }
}

/** What an element of a multi-valued attribute becomes when a value filter selects it. */
export function assignElement(
  verb: Verb,
  attribute: CompiledAttribute,
  value: unknown,
  run: PatchRun,
): Change {
  if (attribute.type !== 'complex') return assignOne(verb, attribute, value, run)
  if (isUnassigned(value)) return unassign(attribute, run)
  return oncePerLife(
    attribute,
    assignEach(verb, attribute.subAttributes, attribute, toObject(attribute, value, run), run),
  )
}
