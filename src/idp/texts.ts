import type { Note, UnknownObject } from '../protocol/index.js'
import { getMember, isObject } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import { attributeNamed, isUnassigned } from '../schema/index.js'
import { isJsonText, parseJsonText } from './json-text.js'
import type { Rule } from './rule.js'
import { attributeAt } from './target.js'

/** What is inside of a value that has the name of its attribute around it once more, alone or in an array. */
function insideName(value: unknown, { name, path, subAttributes }: CompiledAttribute): unknown {
  const [only, ...more]: readonly unknown[] = Array.isArray(value) ? value : [value]
  const [key = '', ...others] = isObject(only) ? Object.keys(only) : []
  const isName = [name, path].some((one) => one.toLowerCase() === key.toLowerCase())
  if (!isObject(only) || more.length > 0 || others.length > 0 || !isName) return value
  return attributeNamed(subAttributes, key) ? value : only[key]
}

/** The value of an operation without what it has around it: its attribute's name once more, or JSON as text. */
function unwrapValue(
  operation: UnknownObject,
  type: CompiledResourceType,
  note: Note,
): readonly UnknownObject[] | undefined {
  const [op, path, value] = ['op', 'path', 'value'].map((name) => getMember(operation, name))
  if (!isObject(value) && !Array.isArray(value) && !isJsonText(value)) return undefined
  if (typeof path !== 'string' || path.trim() === '') return unwrapAttributes(op, value, note)
  const target = attributeAt(type.full ?? type, path.trim())
  // What is called `value` is read from such an object by another rule, and texts of JSON are values of simple ones.
  if (
    !target ||
    target.name === 'value' ||
    (target.type !== 'complex' && !isObject(value) && !Array.isArray(value))
  )
    return undefined
  const parsed = isJsonText(value) ? parseJsonText(value) : value
  // What is added to a list, or replaces it, is a list: another object in its place is refused.
  const inside = op === 'remove' || !target.multiValued ? insideName(parsed, target) : parsed
  if (inside === value || inside === undefined) return undefined
  // To remove nothing in particular is to remove all.
  if (op === 'remove' && isUnassigned(inside) && !Array.isArray(inside)) return undefined
  note('wrappedValues', target.path, 'took off what was around the value')
  return [{ op, path, value: inside }]
}

/** The attributes of an operation without a path, in an array or as text. */
function unwrapAttributes(op: unknown, value: unknown, note: Note): readonly UnknownObject[] | undefined {
  const parsed = isJsonText(value) ? parseJsonText(value) : value
  const [only, ...others]: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed]
  if (only === value || !isObject(only) || others.length > 0) return undefined
  note('wrappedValues', 'value', 'took off what was around the attributes')
  return [{ op, value: only }]
}

/** What an element says whose `value` is an object as text: its own `value`, and its name. */
function unpack(element: unknown): UnknownObject | undefined {
  if (!isObject(element) || typeof element.value !== 'string' || !element.value.startsWith('{'))
    return undefined
  const inner = parseJsonText(element.value)
  if (!isObject(inner) || typeof inner.value !== 'string') return undefined
  const { displayName } = inner
  return { ...element, value: inner.value, ...(typeof displayName === 'string' && { display: displayName }) }
}

/** The same of elements in an array, or of one alone; undefined where there is none. */
function unpackAll(value: unknown): unknown {
  if (!Array.isArray(value)) return unpack(value)
  return value.some(unpack) ? value.map((element: unknown) => unpack(element) ?? element) : undefined
}

/** The same of each attribute in an object. */
function unpackIn(object: UnknownObject): UnknownObject | undefined {
  let unpacked: Map<string, unknown> | undefined
  // Nearly no body has one, and each is looked through.
  for (const name in object) {
    const value = object[name]
    const read = typeof value === 'object' && value !== null ? unpackAll(value) : undefined
    if (read === undefined) continue
    unpacked ??= new Map(Object.entries(object))
    unpacked.set(name, read)
  }
  return unpacked && Object.fromEntries(unpacked)
}

function unpackOperation(
  operation: UnknownObject,
  _type: CompiledResourceType,
  note: Note,
): readonly UnknownObject[] | undefined {
  const [op, path, value] = ['op', 'path', 'value'].map((name) => getMember(operation, name))
  const isElement = typeof path === 'string' && path.trim() !== ''
  // `roles[primary eq "True"].value`: what is in the text is said of the element.
  const holder = isElement ? /^(.*\])\.value$/is.exec(path.trim())?.[1] : undefined
  const sent = holder === undefined ? value : { value }
  const unpacked = isElement || !isObject(sent) ? unpackAll(sent) : unpackIn(sent)
  if (unpacked === undefined) return undefined
  note('stringifiedValues', 'value', 'read the object that was sent as text')
  return [{ op, ...(isElement && { path: holder ?? path }), value: unpacked }]
}

/** Rules for what is inside of texts and of objects around a value. */
export const textRules = [
  {
    name: 'stringifiedValues',
    description:
      'The value of a role may be an object as text: its own value and display name are read from it.',
    sentBy: ['Entra'],
    source: 'learn.microsoft.com, customize attribute mappings (SingleAppRoleAssignment)',
    resource(body, _type, note) {
      const unpacked = isObject(body) ? unpackIn(body) : undefined
      if (unpacked) note('stringifiedValues', 'value', 'read the object that was sent as text')
      return unpacked ?? body
    },
    operation: unpackOperation,
  },
  {
    name: 'wrappedValues',
    description:
      'A value that is removed, or is the only one, may have its attribute\'s name around it, {"members": […]}; an object or array may be JSON as text.',
    sentBy: ['scripts that make requests out of resources'],
    source:
      'rfc-editor.org, RFC 7644 section 3.5.2 (the value of an operation is that of its attribute, as JSON)',
    operation: unwrapValue,
    coerce(value, attribute) {
      if (attribute.type !== 'complex' || !isJsonText(value)) return undefined
      const parsed = parseJsonText(value)
      if (!isObject(parsed) && !Array.isArray(parsed)) return undefined
      return { value: parsed, message: 'read the JSON that was sent as text' }
    },
  },
] as const satisfies readonly Rule[]
