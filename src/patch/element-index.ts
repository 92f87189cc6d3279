import type { ElementKey } from './element-key.js'

const nowhere: readonly number[] = []

/** The places of elements by one of their keys. A place that has its key alone needs no Set: most have. */
export class ElementIndex {
  private readonly places = new Map<string, number | Set<number>>()

  constructor(
    private readonly key: ElementKey,
    elements: readonly unknown[],
  ) {
    for (let place = 0; place < elements.length; place++) this.add(place, key.of(elements[place]))
  }

  /** How many elements have the key. */
  count(text: string): number {
    const found = this.places.get(text)
    if (found === undefined) return 0
    return typeof found === 'number' ? 1 : found.size
  }

  /** The places of the elements that have the key, in ascending order. */
  find(text: string): readonly number[] {
    const found = this.places.get(text)
    if (found === undefined) return nowhere
    return typeof found === 'number' ? [found] : [...found].sort((a, b) => a - b)
  }

  /** Another element is at the place; undefined is none. */
  replace(place: number, former: unknown, next: unknown): void {
    const was = this.key.of(former)
    const is = this.key.of(next)
    if (was === is) return
    this.remove(place, was)
    this.add(place, is)
  }

  private add(place: number, text: string | undefined): void {
    if (text === undefined) return
    const found = this.places.get(text)
    if (found === undefined) this.places.set(text, place)
    else if (typeof found === 'number') this.places.set(text, new Set([found, place]))
    else found.add(place)
  }

  private remove(place: number, text: string | undefined): void {
    if (text === undefined) return
    const found = this.places.get(text)
    if (typeof found === 'object') found.delete(place)
    else if (found === place) this.places.delete(text)
  }
}
