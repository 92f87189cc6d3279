import { urns } from '../protocol/index.js'
import type { Allowance } from './leniency.js'
import { attributeNamed, findAttribute } from './lookup.js'
import type { CompiledAttribute, CompiledResourceType } from './registry.js'

/** What the core schemas were called in SCIM 1.x and in drafts of 2.0, without or with the name of the resource type. */
const legacyCores = [
  'urn:scim:schemas:core:1.0',
  'urn:scim:schemas:core:1.1',
  'urn:scim:schemas:core:2.0',
  'urn:ietf:params:scim:schemas:core:2.0',
]

/** The same of extensions, by what they are called now. */
const legacyExtensions: Readonly<Record<string, readonly string[]>> = {
  [urns.enterpriseUser]: [
    'urn:scim:schemas:extension:enterprise:1.0:user',
    'urn:scim:schemas:extension:enterprise:1.0',
    'urn:scim:schemas:extension:enterprise:1.1:user',
    'urn:scim:schemas:extension:enterprise:1.1',
    'urn:scim:schemas:extension:enterprise:2.0:user',
    'urn:scim:schemas:extension:enterprise:2.0',
    'urn:ietf:params:scim:schemas:extension:enterprise:1.0:user',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0',
    // As Microsoft's documentation of a POST writes it.
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0user',
  ],
}

/** Sub-attributes of SCIM 1.x, by the attribute that they are in, in lower case. */
const legacySubAttributes = [
  { of: urns.enterpriseUser, attribute: 'manager', was: 'managerid', is: 'value' },
] as const

/** Whether an attribute, named in any case, is one whose sub-attributes had other names. */
export function hasFormerSubAttributes(attribute: string): boolean {
  return legacySubAttributes.some(
    (legacy) => legacy.attribute.length === attribute.length && legacy.attribute === attribute.toLowerCase(),
  )
}

interface Alias {
  /** In lower case. */
  readonly was: string
  readonly is: string
}

interface UrnNames {
  /** What the schemas are called, as they are written nearly always. */
  readonly exact: ReadonlySet<string>
  /** The same in lower case. */
  readonly own: readonly string[]
  /** What they were called, the longest name first. */
  readonly aliases: readonly Alias[]
}

const urnNames = new WeakMap<CompiledResourceType, UrnNames>()

function urnNamesOf(type: CompiledResourceType): UrnNames {
  const known = urnNames.get(type)
  if (known) return known
  const core = type.definition.schema.urn
  const name = core.slice(core.lastIndexOf(':') + 1).toLowerCase()
  const exact = new Set([core, ...type.extensions.map((extension) => extension.name)])
  const own = [...exact].map((urn) => urn.toLowerCase())
  const found: Alias[] = legacyCores.flatMap((was) => [
    { was: `${was}:${name}`, is: core },
    { was, is: core },
  ])
  for (const { name: is } of type.extensions) {
    for (const was of legacyExtensions[is] ?? []) found.push({ was, is })
  }
  const aliases = found
    .filter(({ was }) => !own.includes(was))
    .sort((one, other) => other.was.length - one.was.length)
  const names = { exact, own, aliases }
  urnNames.set(type, names)
  return names
}

/** Whether a path begins with a URN, all of it: what follows is no part of a longer name. */
function beginsWith(path: string, urn: string): boolean {
  return path.startsWith(urn) && !/^[\w-]/.test(path.slice(urn.length, urn.length + 1))
}

/** Whether a resource type has an extension whose sub-attributes had other names. */
function legacySubAttributeOf(type: CompiledResourceType, attribute: string, name: string) {
  const lower = name.toLowerCase()
  const found = legacySubAttributes.find(
    (legacy) => legacy.was === lower && legacy.attribute === attribute.toLowerCase(),
  )
  return found && type.extensions.some((extension) => extension.name === found.of) ? found.is : undefined
}

/**
 * A path or URN with the names that its schema and sub-attribute have now; undefined where those are the ones it has.
 * Whether there is such an attribute is not looked at.
 */
export function currentName(type: CompiledResourceType, path: string): string | undefined {
  let name = path
  if (/^urn:/i.test(path)) {
    const { exact, own, aliases } = urnNamesOf(type)
    if (exact.has(path)) return undefined
    const lower = path.toLowerCase()
    const alias = own.some((urn) => beginsWith(lower, urn))
      ? undefined
      : aliases.find(({ was }) => lower === was || lower.startsWith(`${was}:`))
    if (alias) name = alias.is + path.slice(alias.was.length)
  }
  const sub = /^(?:(.*):)?([^.:[]+)\.([^.:[]+)$/s.exec(name)
  const is = sub && legacySubAttributeOf(type, sub[2] ?? '', sub[3] ?? '')
  if (is) name = `${name.slice(0, name.lastIndexOf('.'))}.${is}`
  return name === path ? undefined : name
}

/** The name that a sub-attribute has now, by the attribute that it is in. */
export function currentSubAttribute(
  type: CompiledResourceType,
  attribute: string,
  name: string,
): string | undefined {
  return legacySubAttributeOf(type, attribute, name)
}

/** The attribute of the one extension that has an attribute of that name. */
export function findUnqualified(type: CompiledResourceType, path: string): CompiledAttribute | undefined {
  const [name] = path.split('.', 1)
  if (name === undefined) return undefined
  const [only, another] = type.extensions.filter((attribute) => attributeNamed(attribute.subAttributes, name))
  return only && !another ? findAttribute(type, `${only.name}:${path}`) : undefined
}

/** A rule by which an attribute is found under a name that is not its own. */
export type NameRule = Extract<Allowance, 'unqualifiedExtensions' | 'legacyNames'>

/** An attribute that was named otherwise, and the rules that it is found by. */
export interface OtherName {
  readonly attribute: CompiledAttribute
  readonly rules: readonly NameRule[]
}

/** What each rule says when it has found an attribute. */
export const foundBy: Readonly<Record<NameRule, string>> = {
  unqualifiedExtensions: 'found the attribute in its extension',
  legacyNames: 'read the name of SCIM 1.x or of a draft',
}

/** The attribute that a path means which is not its own: without its extension's URN, or with a former name. */
export function findByOtherName(type: CompiledResourceType, path: string): OtherName | undefined {
  const unqualified = findUnqualified(type, path)
  if (unqualified) return { attribute: unqualified, rules: ['unqualifiedExtensions'] }
  const name = currentName(type, path)
  if (name === undefined) return undefined
  const found = findAttribute(type, name)
  if (found) return { attribute: found, rules: ['legacyNames'] }
  const both = findUnqualified(type, name)
  return both && { attribute: both, rules: ['legacyNames', 'unqualifiedExtensions'] }
}
