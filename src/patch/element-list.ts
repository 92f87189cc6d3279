import type { Filter } from '../filter/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import { elementIdentity, mergeTwins } from '../schema/index.js'
import type { Change } from './change.js'
import { ElementIndex } from './element-index.js'
import type { Element, ElementKey, KeyText } from './element-key.js'
import { completedBy, elementsLike, equalTo, isElement, removedBy } from './element-key.js'

/** How many elements are looked through rather than indexed. */
const maxScanned = 16

/** With more indexes than this, keeping them is counted too. */
const freeIndexes = 8

const nowhere: readonly number[] = []

/** What keeps the work of a PATCH within its limit. */
export interface WorkMeter {
  /** An element is looked at. */
  visit(element: unknown): void
  /** Elements are looked at, or kept in an index. */
  spend(count: number): void
}

/**
 * The elements of a multi-valued attribute while the operations of a PATCH are applied. They are copied once, before
 * the first change; an element that is removed leaves a hole, so that the others keep their places in the indexes.
 */
export class ElementList {
  /** Undefined under a key that was asked for once: what is asked again is worth an index. */
  private indexes: Map<string, ElementIndex | undefined> | undefined
  private copy: unknown[] | undefined
  private holes = 0
  /** The places that the present operation has made primary; some may be primary no longer. */
  private primaries: number[] | undefined
  private hasRemovedByValue = false

  constructor(
    readonly attribute: CompiledAttribute,
    private readonly original: readonly unknown[],
    private readonly meter: WorkMeter,
    /** Whether other operations may change the list too, before it is closed. */
    private readonly staysOpen: boolean,
  ) {}

  /** As they are in the resource, with holes. */
  get elements(): readonly unknown[] {
    return this.copy ?? this.original
  }

  /** Adds elements; what is there already is completed, not repeated (RFC 7644 section 3.5.2.1). */
  add(values: readonly unknown[]): unknown {
    for (const value of values) {
      const same = elementsLike(this.attribute, value)
      const place = same && this.find(same).at(-1)
      if (place === undefined) {
        this.put(this.elements.length, value)
        continue
      }
      const existing = this.elements[place]
      if (!isElement(existing) || !isElement(value)) continue
      const completed = completedBy(this.attribute, existing, value)
      if (completed) this.put(place, completed)
    }
    return this.finish()
  }

  /** Adds an element as it is. */
  append(element: unknown): unknown {
    this.put(this.elements.length, element)
    return this.finish()
  }

  /** Changes the elements at some places; drops those that become undefined. */
  change(places: Iterable<number>, change: Change): unknown {
    let moved: Map<number, string | undefined> | undefined
    for (const place of places) {
      const element = this.elements[place]
      const next = change(element)
      if (next === element) continue
      this.put(place, next)
      const former = elementIdentity(this.attribute, element)
      if (next === undefined || elementIdentity(this.attribute, next) === former) continue
      moved ??= new Map()
      moved.set(place, former)
    }
    if (moved) this.mergeTwinsOf(moved)
    return this.finish()
  }

  /** Makes one of elements that have come to the same value and type (RFC 7643 section 2.4), but for twins of before. */
  private mergeTwinsOf(moved: ReadonlyMap<number, string | undefined>): void {
    for (const [place, former] of moved) {
      const element = this.elements[place]
      if (elementIdentity(this.attribute, element) === undefined) continue
      const same = elementsLike(this.attribute, element)
      const wasApart = (other: number) =>
        other !== place && (!moved.has(other) || moved.get(other) !== former)
      const twin = same && this.find(same).find(wasApart)
      if (twin === undefined) continue
      this.put(twin, mergeTwins(this.elements[twin], element))
      this.put(place, undefined)
    }
  }

  /** Changes all elements. */
  changeAll(change: Change): unknown {
    return this.change(
      this.placesThat(() => true),
      change,
    )
  }

  /** The places of the elements that match a value filter. */
  placesWhere(filter: Filter): readonly number[] {
    const { matches } = filter
    const candidates = this.elements.length > maxScanned ? this.candidatesFor(filter) : undefined
    if (!candidates) return this.placesThat(matches)
    return candidates.filter((place) => {
      this.meter.visit(this.elements[place])
      return matches(this.elements[place])
    })
  }

  /** The places of the elements that a `remove` with these values means, which are those that are meant. */
  placesOf(values: readonly unknown[], isMeant: (element: unknown) => boolean): Iterable<number> {
    if (this.elements.length <= maxScanned || !this.hasRemovedByValue) {
      this.hasRemovedByValue = true
      return this.placesThat(isMeant)
    }
    const places = new Set<number>()
    for (const value of values) {
      const wanted = removedBy(this.attribute, value)
      if (wanted) for (const place of this.find(wanted)) places.add(place)
    }
    return places
  }

  /** Closes the gaps that removed elements have left. Returns how many elements were looked at. */
  close(): number {
    if (!this.copy || this.holes === 0) return 0
    const before = this.copy.length
    let length = 0
    for (const element of this.copy) if (element !== undefined) this.copy[length++] = element
    this.copy.length = length
    this.holes = 0
    this.indexes = undefined
    return before
  }

  private placesThat(isMeant: (element: unknown) => boolean): readonly number[] {
    // Most operations mean one element.
    let places: number[] | undefined
    const { elements } = this
    for (let place = 0; place < elements.length; place++) {
      const element = elements[place]
      if (element === undefined) continue
      this.meter.visit(element)
      if (!isMeant(element)) continue
      if (places) places.push(place)
      else places = [place]
    }
    return places ?? nowhere
  }

  /** The fewest places among which are all that match, where an index knows; undefined: all. */
  private candidatesFor(filter: Filter): readonly number[] | undefined {
    let fewest: (() => readonly number[]) | undefined
    let count = Number.POSITIVE_INFINITY
    for (const { attribute, value } of filter.equalities) {
      const wanted = attribute.parent === this.attribute ? equalTo(attribute, value) : undefined
      const index = wanted && this.indexBy(wanted.key)
      if (!index || index.count(wanted.text) >= count) continue
      count = index.count(wanted.text)
      fewest = () => index.find(wanted.text)
    }
    return fewest ? fewest() : this.alternativesFor(filter.tree)
  }

  /** The places of the elements that fulfil one of several equalities, as in a list of ids; undefined for other filters. */
  private alternativesFor(tree: Filter['tree']): readonly number[] | undefined {
    if (tree.op !== 'or') return undefined
    const places = new Set<number>()
    for (const one of tree.filters) {
      const isEquality = one.op === 'eq' && one.attribute.parent === this.attribute
      const wanted = isEquality ? equalTo(one.attribute, one.value) : undefined
      // Several conditions are worth an index at once.
      const index = wanted && (this.indexBy(wanted.key) ?? this.indexBy(wanted.key))
      if (!wanted || !index) return undefined
      for (const place of index.find(wanted.text)) places.add(place)
    }
    return [...places].sort((a, b) => a - b)
  }

  private find({ key, text }: KeyText): readonly number[] {
    const index = this.elements.length > maxScanned ? this.indexBy(key) : undefined
    if (!index) return this.placesThat((element) => key.of(element) === text)
    const count = index.count(text)
    if (count > 1) this.meter.spend(count)
    return index.find(text)
  }

  /** The index by a key, made when it is asked for again. */
  private indexBy(key: ElementKey): ElementIndex | undefined {
    this.indexes ??= new Map()
    const known = this.indexes.get(key.name)
    if (known) return known
    if (!this.indexes.has(key.name)) {
      this.indexes.set(key.name, undefined)
      return undefined
    }
    this.meter.spend(this.elements.length)
    const index = new ElementIndex(key, this.elements)
    this.indexes.set(key.name, index)
    return index
  }

  private put(place: number, next: unknown): void {
    const elements = this.own()
    const former = elements[place]
    if (this.indexes) {
      if (this.indexes.size > freeIndexes) this.meter.spend(this.indexes.size)
      for (const index of this.indexes.values()) index?.replace(place, former, next)
    }
    elements[place] = next
    if (next === undefined) this.holes++
    else if (isPrimary(next)) {
      if (this.primaries) this.primaries.push(place)
      else this.primaries = [place]
    }
  }

  private own(): unknown[] {
    this.copy ??= this.original.slice()
    return this.copy
  }

  /** When a change made an element primary, the others no longer are (RFC 7644 section 3.5.2). */
  private keepOnePrimary(): void {
    if (!this.primaries) return
    let last = -1
    for (const place of this.primaries) if (place > last && isPrimary(this.elements[place])) last = place
    this.primaries = undefined
    const attribute = this.attribute.subAttributes.get('primary')
    if (last === -1 || !attribute) return
    if (this.elements.length <= maxScanned) {
      for (let place = 0; place < this.elements.length; place++) if (place !== last) this.demote(place)
      return
    }
    const others = equalTo(attribute, true)
    if (others) for (const place of this.find(others)) if (place !== last) this.demote(place)
  }

  private demote(place: number): void {
    const element = this.elements[place]
    if (isPrimary(element)) this.put(place, { ...element, primary: false })
  }

  /** The value of the attribute after an operation: the same array where nothing has changed. */
  private finish(): unknown {
    this.keepOnePrimary()
    if (!this.copy) return this.original
    if (this.copy.length === this.holes) return undefined
    if (!this.staysOpen) this.close()
    return this.copy
  }
}

function isPrimary(element: unknown): element is Element {
  return isElement(element) && element.primary === true
}
