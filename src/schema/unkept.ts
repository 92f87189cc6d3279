import type { ResourceTypeDefinition } from './define.js'
import type { InputOptions } from './leniency.js'
import { attributeNamed, chainOf, findAttribute } from './lookup.js'
import type { CompiledAttribute, CompiledResourceType } from './registry.js'
import { compileResourceType } from './registry.js'

/** A resource type as its store keeps it, which still knows what the schemas define. */
export function restrictedType(
  full: ResourceTypeDefinition,
  restricted: ResourceTypeDefinition,
): CompiledResourceType {
  const type = compileResourceType(restricted)
  return restricted === full ? type : { ...type, full: compileResourceType(full) }
}

/** The attribute that schemas define under a name, inside of another or at the top, and that the store leaves out. */
export function leftOutAttribute(
  name: string,
  parent: CompiledAttribute | undefined,
  full: CompiledResourceType | undefined,
): CompiledAttribute | undefined {
  if (!full) return undefined
  const among = parent ? findAttribute(full, parent.path)?.subAttributes : full.attributes
  return among && attributeNamed(among, name)
}

/** Whether a read-only attribute is so only because the store cannot write it: its schema lets clients do so. */
export function isReadOnlyInStore(
  attribute: CompiledAttribute,
  full: CompiledResourceType | undefined,
): boolean {
  const defined = full && findAttribute(full, attribute.path)
  return defined !== undefined && !isReadOnly(defined)
}

/** Whether an attribute, or one that it is part of, is read-only. */
export function isReadOnly(attribute: CompiledAttribute): boolean {
  return chainOf(attribute).some(({ mutability }) => mutability === 'readOnly')
}

/** Adds a line to the trace: the service keeps no such attribute. */
export function noteLeftOut({ path }: CompiledAttribute, { note }: Pick<InputOptions, 'note'>): void {
  note('unkeptAttributes', path, `ignored: this service keeps no ${path}`)
}

/** Adds a line to the trace: the service shows an attribute and cannot write it. */
export function noteUnwritable({ path }: CompiledAttribute, { note }: Pick<InputOptions, 'note'>): void {
  note('unkeptAttributes', path, `ignored: ${path} cannot be written here`)
}

/** What is said of elements of an attribute that the store has no place for. */
export function unplacedMessage({ path, places }: CompiledAttribute): string {
  if (places?.length === 0) return `this service keeps no ${path}`
  return `this service keeps of ${path} only ${places?.map((place) => place.path).join(', ')}`
}

/** Adds a line to the trace: there is no place for an element. */
export function noteUnplaced(attribute: CompiledAttribute, { note }: Pick<InputOptions, 'note'>): void {
  note(
    'unkeptAttributes',
    attribute.path,
    `${attribute.multiValued ? 'ignored a value' : 'ignored'}: ${unplacedMessage(attribute)}`,
  )
}
