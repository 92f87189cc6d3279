import type { PatchOperation } from '../protocol/index.js'
import { isEqual, isObject, ScimError } from '../protocol/index.js'
import type { Attribute, Reading } from '../schema/index.js'
import {
  assertOnce,
  attributeNamed,
  coerce,
  dropReadOnly,
  fits,
  foldReference,
  isUnassigned,
  normaliseReplacement,
  normaliseValue,
  unknownAttribute,
} from '../schema/index.js'
import { addElements, settlePrimary } from './elements.js'

/** Makes the next value of a place from the present one; undefined is no value. */
export type Change = (current: unknown) => unknown

type Verb = Exclude<PatchOperation['op'], 'remove'>

export function misfit(one: Attribute): ScimError {
  return ScimError.invalidValue(`${one.path} is to be ${one.multiValued ? 'an array of ' : ''}${one.type}`, {
    path: one.path,
  })
}

/** Whether a value that comes with a larger one may go to its attribute; read-only ones are dropped or refused. */
export function isWritable(one: Attribute, value: unknown, reading: Reading): boolean {
  if (one.mutability !== 'readOnly') return true
  if (!reading.leniency.ignoreReadOnly) {
    throw ScimError.mutability(`${one.path} is read-only`, { path: one.path })
  }
  dropReadOnly(value, one, reading)
  return false
}

/** What `add` or `replace` does to an attribute's place (RFC 7644 sections 3.5.2.1 and 3.5.2.3). */
export function assign(verb: Verb, one: Attribute, value: unknown, reading: Reading): Change {
  if (one.multiValued) return oncePerLife(one, assignMany(verb, one, value, reading))
  if (one.type === 'complex') return oncePerLife(one, assignComplex(verb, one, value, reading))
  return oncePerLife(one, assignSimple(one, value, reading))
}

/** What `remove` does to an attribute's place, or to an element of it (RFC 7644 section 3.5.2.2). */
export function unassign(one: Attribute): Change {
  return oncePerLife(one, () => undefined)
}

/** The same change, refused where an immutable attribute has a value already. */
function oncePerLife(one: Attribute, change: Change): Change {
  if (one.mutability !== 'immutable') return change
  return (current) => {
    const next = change(current)
    if (next === current || current === undefined) return next
    throw ScimError.mutability(`${one.path} can not be changed once it has a value`, { path: one.path })
  }
}

function assignSimple(one: Attribute, value: unknown, reading: Reading): Change {
  const next = normaliseValue(value, one, reading)
  if (next !== undefined && !fits(next, one)) throw misfit(one)
  return (current) => {
    return isEqual(current, next) ? current : next
  }
}

function assignMany(verb: Verb, one: Attribute, value: unknown, reading: Reading): Change {
  // To `add` one value is to add it to the others (RFC 7644 section 3.5.2.1).
  const values = verb === 'add' && fits(value, one) ? [value] : value
  const next = (verb === 'add' ? normaliseValue : normaliseReplacement)(values, one, reading)
  if (next !== undefined && !(Array.isArray(next) && next.every((element) => fits(element, one))))
    throw misfit(one)
  return (current) => {
    const before = Array.isArray(current) ? current : []
    if (verb === 'add') {
      if (next === undefined) return current
      return settlePrimary(one, before, addElements(one, before, next))
    }
    if (isEqual(current, next)) return current
    return next
  }
}

/** The object that stands for a complex attribute's value. */
function toObject(one: Attribute, value: unknown, reading: Reading): Readonly<Record<string, unknown>> {
  if (isObject(value)) return foldReference(value, one)
  const read = coerce(value, one, reading)
  if (!isObject(read?.value)) throw misfit(one)
  return foldReference(read.value, one)
}

/** Sets the sub-attributes that are given and leaves the others. */
function assignComplex(verb: Verb, one: Attribute, value: unknown, reading: Reading): Change {
  if (isUnassigned(value)) return () => undefined
  const object = toObject(one, value, reading)
  const merge = assignEach(verb, one.subAttributes, one, object, reading)
  const key = one.isExtension ? undefined : attributeNamed(one.subAttributes, 'value')
  return (current) => {
    const next = merge(current)
    // Without its `value` a reference refers to nothing: the whole of it is unassigned.
    const cleared =
      key && isObject(next) && next.value === undefined && isObject(current) && current.value !== undefined
    return cleared ? undefined : next
  }
}

/** Sets the given ones among some attributes of an object. */
export function assignEach(
  verb: Verb,
  attributes: ReadonlyMap<string, Attribute>,
  parent: Attribute | undefined,
  object: Readonly<Record<string, unknown>>,
  reading: Reading,
): Change {
  const changes = new Map<Attribute, Change>()
  for (const [name, value] of Object.entries(object)) {
    const found = attributeNamed(attributes, name)
    if (!found) unknownAttribute(name, parent, reading)
    else if (isWritable(found, value, reading)) {
      assertOnce(changes, found)
      changes.set(found, assign(verb, found, value, reading))
    }
  }
  return (current) => {
    let output = current
    for (const [one, change] of changes) output = changeKey(output, one, change)
    return output
  }
}

/** What an element of a multi-valued attribute becomes when a value filter selects it. */
export function assignElement(verb: Verb, one: Attribute, value: unknown, reading: Reading): Change {
  if (one.type !== 'complex') throw ScimError.invalidPath(`${one.path} has no sub-attributes to filter by`)
  if (isUnassigned(value)) return unassign(one)
  return oncePerLife(one, assignEach(verb, one.subAttributes, one, toObject(one, value, reading), reading))
}

/** Changes one key of an object on a copy; the same object where nothing changes. */
export function changeKey(object: unknown, one: Attribute, change: Change): unknown {
  const current = isObject(object) ? object : {}
  const before = current[one.name]
  const after = change(before)
  if (after === before) return object
  // Not by spreading: V8 gives an object that gains a key after a spread a hidden class of its own.
  if (after !== undefined) {
    const next: Record<string, unknown> = Object.assign({}, current)
    next[one.name] = after
    return next
  }
  const { [one.name]: _removed, ...rest } = current
  return Object.keys(rest).length === 0 ? undefined : rest
}
