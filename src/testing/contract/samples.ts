import type { CompiledAttribute, CompiledResourceType } from '../../schema/index.js'
import {
  canonicalValuesOf,
  chainOf,
  isReadOnly,
  keyOfReference,
  referencesOf,
  schemasIn,
} from '../../schema/index.js'

import type { Resource, ResourceDraft } from './tested-store.js'
import { valueFor } from './values.js'

type Values = Record<string, unknown>

/** Puts a value where an attribute has it, making what it is inside of. */
function put(values: Values, keys: readonly string[], value: unknown): void {
  const [key = '', ...rest] = keys
  if (rest.length === 0) values[key] = value
  else {
    const inner = { ...(values[key] as Values | undefined) }
    put(inner, rest, value)
    values[key] = inner
  }
}

/** Resources of a type, made from what its schemas say. */
export class Samples {
  /** What is written at the top of a resource and inside of single complex attributes: simple ones, and lists. */
  readonly attributes: readonly CompiledAttribute[]
  /** An attribute that may have any text, also none; undefined where the type has no such. */
  readonly text: CompiledAttribute | undefined
  /** The attribute by which a resource has a name that no other may have. */
  readonly name: CompiledAttribute | undefined

  constructor(
    readonly type: CompiledResourceType,
    /** Whether a resource may be without the attribute that switches it off. */
    readonly canClearActivation: boolean,
  ) {
    const without = new Set<CompiledAttribute | undefined>([
      type.memberOf,
      type.membership,
      type.credential,
      ...referencesOf(type).map(({ attribute }) => attribute),
    ])
    const shared = (type.definition.sharedValues ?? []).flatMap(({ source, alias }) => [source, alias])
    const isShared = ({ path }: CompiledAttribute) => shared.some(({ keys }) => keys.join('.') === path)
    const walk = (attribute: CompiledAttribute): readonly CompiledAttribute[] => {
      const isLeft =
        without.has(attribute) ||
        isReadOnly(attribute) ||
        attribute.mutability === 'writeOnly' ||
        attribute.returned === 'never' ||
        attribute.places?.length === 0 ||
        isShared(attribute)
      if (isLeft) return []
      if (attribute.type !== 'complex' || attribute.multiValued) return [attribute]
      return [...attribute.subAttributes.values()].flatMap(walk)
    }
    this.attributes = type.ordered.flatMap(walk)
    const names = this.attributes.filter((one) => type.unique.includes(one) && one.type === 'string')
    this.name = names.find(({ required }) => required) ?? names[0]
    const isText = ({ type, multiValued, required, uniqueness, canonicalValues }: CompiledAttribute) =>
      type === 'string' && !multiValued && !required && uniqueness === 'none' && canonicalValues.length === 0
    const texts = this.attributes.filter((one) => isText(one) && one.path !== 'externalId')
    this.text = texts.find(({ parent }) => !parent) ?? texts[0]
  }

  /** What a resource of that name must have, and is switched on. */
  minimal(name: string): ResourceDraft {
    const values: Values = {}
    for (const attribute of this.attributes) {
      if (attribute === this.name) put(values, attribute.keys, name)
      else if (attribute.required) put(values, attribute.keys, this.valueOf(attribute, 0, name))
    }
    const { activation } = this.type
    if (activation && this.attributes.includes(activation)) put(values, activation.keys, true)
    return this.draft(values)
  }

  /** {@link minimal}, with a text that tells its states apart. */
  marked(name: string, mark: string): ResourceDraft {
    if (this.text) return this.with(this.minimal(name), this.text, mark)
    return this.minimal(`${name}-${mark}`)
  }

  /** The text of {@link marked}. */
  markOf(resource: Resource | undefined): unknown {
    const attribute = this.text ?? this.name
    let value: unknown = resource
    for (const key of attribute?.keys ?? []) value = (value as Values | undefined)?.[key]
    return value
  }

  /** A resource with every attribute that it may have; those of another number have other values. */
  full(name: string, number = 0): ResourceDraft {
    return this.varied(name, number, () => true)
  }

  /** A resource with some attributes, and those that it must have. */
  varied(
    name: string,
    number: number,
    has: (attribute: CompiledAttribute, index: number) => boolean,
  ): ResourceDraft {
    const values: Values = {}
    for (const [index, attribute] of this.attributes.entries()) {
      const isNeeded = attribute.required || (attribute === this.type.activation && !this.canClearActivation)
      if (attribute === this.name) put(values, attribute.keys, name)
      else if (isNeeded || has(attribute, index))
        put(values, attribute.keys, this.valueOf(attribute, number, name))
    }
    return this.draft(values)
  }

  /** A resource with another value of one attribute; undefined removes it, and what is empty then. */
  with(draft: ResourceDraft, { keys }: CompiledAttribute, value: unknown): ResourceDraft {
    const values: Values = { ...draft }
    put(values, keys, value)
    return this.draft(withoutEmpty(values))
  }

  /** A value of an attribute that others with the same number have too, unless it must be the resource's own. */
  valueOf(attribute: CompiledAttribute, number: number, name: string): unknown {
    if (!attribute.multiValued) return this.simple(attribute, number, name)
    if (attribute.type !== 'complex')
      return [0, 1].map((index) => this.simple(attribute, number + index, name))
    const elements = this.elements(attribute, number, name)
    // Lists differ in length too: some have one element less, and some one.
    if (number % 4 === 3) return elements.slice(0, 1)
    return number % 3 === 2 && elements.length > 1 ? elements.slice(0, -1) : elements
  }

  private simple(attribute: CompiledAttribute, number: number, name: string): unknown {
    if (this.type.unique.includes(attribute)) return `${name}-${attribute.name}`
    return valueFor(attribute, number)
  }

  private elements(attribute: CompiledAttribute, number: number, name: string): readonly Values[] {
    const type = attribute.subAttributes.get('type')
    const canonical = type ? canonicalValuesOf(type, this.type) : []
    const kinds = canonical.length > 0 ? canonical.slice(0, 3) : ['work', 'home', 'other']
    const subs = [...attribute.subAttributes.values()]
    // Not every element has every part.
    const isLeftOut = (sub: CompiledAttribute, index: number) =>
      sub.name === 'display' && (number % 4 === 3 || (number % 4 === 1 && index === 2))
    const made = kinds.map((kind, index) => {
      const element: Values = {}
      for (const sub of subs) {
        if (isReadOnly(sub) || sub.returned === 'never' || keyOfReference(sub)) continue
        if (isLeftOut(sub, index)) continue
        if (sub === type) element[sub.name] = kind
        else if (sub.name === 'primary' && sub.type === 'boolean') {
          if (index === 0) element[sub.name] = true
        } else element[sub.name] = this.simple(sub, number + index, name)
      }
      return element
    })
    const { places } = attribute
    if (!places) return made
    const taken = new Set<object>()
    return made.filter((element) => {
      const place = places.find((one) => !taken.has(one) && one.matches(element))
      if (place && !place.holdsMany) taken.add(place)
      return place !== undefined
    })
  }

  private draft(values: Values): ResourceDraft {
    const { schemas: _schemas, ...rest } = values
    return { schemas: schemasIn(rest, this.type), ...rest }
  }
}

function withoutEmpty(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      if (value === undefined) return []
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[key, value]]
      const inner = withoutEmpty(value as Values)
      return Object.keys(inner).length === 0 ? [] : [[key, inner]]
    }),
  )
}

/** Whether an attribute is inside of a list. */
export function isInList(attribute: CompiledAttribute): boolean {
  return chainOf(attribute).some((one) => one !== attribute && one.multiValued)
}
