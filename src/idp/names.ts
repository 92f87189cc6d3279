import type { Note, UnknownObject } from '../protocol/index.js'
import { getMember, isEqual, isObject, ScimError, showName } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import {
  chainOf,
  currentName,
  currentSubAttribute,
  findAttribute,
  findUnqualified,
  foundBy,
  hasFormerSubAttributes,
} from '../schema/index.js'
import { otherNamesIn } from './other-names.js'
import type { Rule } from './rule.js'

type Rewrite = (object: UnknownObject, type: CompiledResourceType, note: Note) => UnknownObject

/** Makes a rule's rewriting of attributes one of operations too: of the value of one without a path. */
function inValue(rewrite: Rewrite): NonNullable<Rule['operation']> {
  return (operation, type, note) => {
    const op = getMember(operation, 'op')
    const value = getMember(operation, 'value')
    if (op === 'remove' || getMember(operation, 'path') || !isObject(value)) return undefined
    const rewritten = rewrite(value, type, note)
    return rewritten === value ? undefined : [{ op, value: rewritten }]
  }
}

function inBody(rewrite: Rewrite): NonNullable<Rule['resource']> {
  return (body, type, note) => (isObject(body) ? rewrite(body, type, note) : body)
}

/** Attributes by their names as they were written, each of which there is once, in whatever case. */
class Attributes {
  private readonly values = new Map<string, unknown>()
  private readonly written = new Map<string, string>()

  constructor(entries: Iterable<readonly [string, unknown]>) {
    for (const [name, value] of entries) this.set(name, value)
  }

  get(name: string): unknown {
    return this.values.get(this.written.get(name.toLowerCase()) ?? name)
  }

  set(name: string, value: unknown): void {
    this.values.set(name, value)
    this.written.set(name.toLowerCase(), name)
  }

  replace(name: string, value: unknown): void {
    this.values.set(this.written.get(name.toLowerCase()) ?? name, value)
  }

  /** @throws ScimError `invalidSyntax` where the name is there with another value. */
  addOnce(name: string, value: unknown): void {
    if (!this.written.has(name.toLowerCase())) this.set(name, value)
    else if (!isEqual(this.get(name), value))
      throw ScimError.invalidSyntax(`${showName(name)} is given twice, under two names`)
  }

  toObject(): UnknownObject {
    return Object.fromEntries(this.values)
  }
}

/** Sub-attributes of SCIM 1.x inside of an attribute, under the names that they have now. */
function renameWithin(value: unknown, attribute: string, type: CompiledResourceType, note: Note): unknown {
  if (!isObject(value) || !hasFormerSubAttributes(attribute)) return value
  let output: UnknownObject = value
  for (const name of Object.keys(value)) {
    const is = currentSubAttribute(type, attribute, name)
    if (is === undefined || getMember(value, is) !== undefined) continue
    note('legacyNames', `${attribute}.${showName(name)}`, foundBy.legacyNames)
    const { [name]: inner, ...rest } = output
    output = { ...rest, [is]: inner }
  }
  return output
}

/** The attributes among some that had sub-attributes with other names. */
function renameInside(object: UnknownObject, type: CompiledResourceType, note: Note): UnknownObject {
  let output = object
  for (const name of Object.keys(object)) {
    const value = object[name]
    const renamed = renameWithin(value, name, type, note)
    if (renamed !== value) output = { ...output, [name]: renamed }
  }
  return output
}

function renameKeys(object: UnknownObject, type: CompiledResourceType, note: Note): UnknownObject {
  const full = type.full ?? type
  const renamed = new Map<string, string>()
  for (const name of otherNamesIn(object, full)) {
    const is = currentName(full, name)
    if (is !== undefined) renamed.set(name, is)
  }
  let output = object
  if (renamed.size > 0) {
    const attributes = new Attributes(Object.entries(object).filter(([name]) => !renamed.has(name)))
    const merged = new Set<string>()
    for (const [name, is] of renamed) {
      note('legacyNames', showName(is), foundBy.legacyNames)
      const known = attributes.get(is)
      const value = object[name]
      // What stands under the name of today counts.
      if (isObject(known) && isObject(value) && !merged.has(is))
        attributes.replace(is, { ...value, ...known })
      else attributes.addOnce(is, value)
      merged.add(is)
    }
    output = attributes.toObject()
  }
  output = renameInside(output, full, note)
  for (const { name } of full.extensions) {
    const extension = output[name]
    const inner = isObject(extension) ? renameInside(extension, full, note) : extension
    if (inner !== extension) output = { ...output, [name]: inner }
  }
  return output
}

/** The URNs of extensions in `schemas`, as they are now. */
function renameSchemas(object: UnknownObject, type: CompiledResourceType): UnknownObject {
  const schemas = getMember(object, 'schemas')
  if (!Array.isArray(schemas)) return object
  const full = type.full ?? type
  const renamed = schemas.map((urn: unknown) => {
    const is = typeof urn === 'string' ? currentName(full, urn) : undefined
    return is !== undefined && full.extensions.some(({ name }) => name === is) ? is : urn
  })
  if (renamed.every((urn, index) => urn === schemas[index])) return object
  const rest = Object.entries(object).filter(([name]) => name.toLowerCase() !== 'schemas')
  return { ...Object.fromEntries(rest), schemas: [...new Set(renamed)] }
}

/** An operation whose path, or what is in its value, has other names. */
const renameOperation: NonNullable<Rule['operation']> = (operation, type, note) => {
  const full = type.full ?? type
  const [op, path, value] = ['op', 'path', 'value'].map((name) => getMember(operation, name))
  if (typeof path !== 'string' || path.trim() === '') return inValue(renameKeys)(operation, type, note)
  const written = path.trim()
  const end = written.indexOf('[')
  const name = end < 0 ? written : written.slice(0, end)
  const other = findAttribute(full, name) ? undefined : currentName(full, name)
  const is = other ?? name
  const target = is.slice(is.lastIndexOf(':') + 1)
  const isExtension = full.extensions.some((extension) => extension.name === is)
  const inside =
    isExtension && isObject(value) ? renameInside(value, full, note) : renameWithin(value, target, full, note)
  if (other === undefined && inside === value) return undefined
  if (other !== undefined) note('legacyNames', showName(other), foundBy.legacyNames)
  return [{ op, path: is + written.slice(name.length), value: inside }]
}

/** What is in an object under the URN of the core schema belongs to the top of the resource. */
const hoistCore: Rewrite = (object, type, note) => {
  const core = type.definition.schema.urn
  const lower = core.toLowerCase()
  const key = otherNamesIn(object, type.full ?? type).find((name) => name.toLowerCase() === lower)
  const inner = key === undefined ? undefined : object[key]
  if (key === undefined || !isObject(inner)) return object
  note('coreUrnKeys', core, 'read what is in it as attributes of the resource')
  const attributes = new Attributes(Object.entries(object).filter(([name]) => name !== key))
  for (const [name, value] of Object.entries(inner)) attributes.addOnce(name, value)
  return attributes.toObject()
}

/** The value of an attribute by the objects around it. */
export function nestedValue(chain: readonly CompiledAttribute[], value: unknown): UnknownObject {
  const [first, ...rest] = chain
  return first ? { [first.name]: rest.length > 0 ? nestedValue(rest, value) : value } : {}
}

/** An object with a value at the end of a chain of attributes; undefined where there is something already. */
function withValue(
  object: UnknownObject,
  [first, ...rest]: readonly CompiledAttribute[],
  value: unknown,
): UnknownObject | undefined {
  if (!first) return undefined
  const name = first.name.toLowerCase()
  const key = Object.keys(object).find((one) => one.toLowerCase() === name)
  if (rest.length === 0) return key === undefined ? { ...object, [first.name]: value } : undefined
  const inside = key === undefined ? {} : object[key]
  const inner = isObject(inside) ? withValue(inside, rest, value) : undefined
  return inner && { ...object, [key ?? first.name]: inner }
}

/** Puts the values of names at the top of a resource where the attributes that they mean belong. */
function moveTo(
  find: (name: string, type: CompiledResourceType) => CompiledAttribute | undefined,
  noteMove: (note: Note, name: string, attribute: CompiledAttribute) => void,
): Rewrite {
  return (object, type, note) => {
    const full = type.full ?? type
    const moved = new Map<CompiledAttribute, string>()
    for (const name of otherNamesIn(object, full)) {
      const attribute = find(name, full)
      // What comes a second time, in another case, is unknown.
      if (attribute && !moved.has(attribute)) moved.set(attribute, name)
    }
    let output = object
    for (const [attribute, name] of moved) {
      const next = withValue(output, chainOf(attribute), object[name])
      if (!next) continue
      noteMove(note, name, attribute)
      const { [name]: _, ...rest } = next
      output = rest
    }
    return output
  }
}

/** Attributes of extensions that stand at the top of a resource. */
const qualifyKeys = moveTo(
  (name, type) => (/[.:[]/.test(name) ? undefined : findUnqualified(type, name)),
  (note, _name, { path }) => note('unqualifiedExtensions', path, foundBy.unqualifiedExtensions),
)

/** Names at the top of a resource that are paths. */
const nestKeys = moveTo(
  (name, type) => {
    if (!/[.:]/.test(name) || name.includes('[')) return undefined
    const attribute = findAttribute(type, name) ?? findUnqualified(type, name)
    const above = attribute ? chainOf(attribute).slice(0, -1) : []
    return above.some(({ multiValued }) => multiValued) ? undefined : attribute
  },
  (note, name) => note('pathKeys', showName(name), 'read the key as a path'),
)

export const nestBody = inBody(nestKeys)
export const qualifyBody = inBody(qualifyKeys)
export const qualifyOperation = inValue(qualifyKeys)

/** Rules for attributes under other names than their own. */
export const nameRules = [
  {
    name: 'legacyNames',
    description:
      'Schemas and attributes may have their names of SCIM 1.x and of drafts: "urn:scim:schemas:extension:enterprise:1.0", "manager.managerId".',
    sentBy: ['OneLogin', 'clients of SCIM 1.1'],
    source: 'simplecloud.info, SCIM 1.1 core schema (urn:scim:schemas:extension:enterprise:1.0, managerId)',
    allows: 'legacyNames',
    resource: inBody((body, type, note) => renameKeys(renameSchemas(body, type), type, note)),
    operation: renameOperation,
  },
  {
    name: 'coreUrnKeys',
    description:
      'Attributes of the core schema may be in an object under its URN, as those of extensions are.',
    sentBy: ['clients that treat all schemas alike'],
    source: 'rfc-editor.org, RFC 7643 section 3.3 (only extensions have an object under their URN)',
    resource: inBody(hoistCore),
    operation(operation, type, note) {
      const [op, path, value] = ['op', 'path', 'value'].map((name) => getMember(operation, name))
      const core = type.definition.schema.urn
      if (typeof path !== 'string' || path.trim().toLowerCase() !== core.toLowerCase()) {
        return inValue(hoistCore)(operation, type, note)
      }
      if (op === 'remove' || !isObject(value)) return undefined
      note('coreUrnKeys', core, 'read the value as attributes of the resource')
      return [{ op, value }]
    },
  },
] as const satisfies readonly Rule[]
