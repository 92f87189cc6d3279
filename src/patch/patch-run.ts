import type { FilterLimits } from '../filter/index.js'
import { defaultFilterLimits } from '../filter/index.js'
import type { Note, OptionNames } from '../protocol/index.js'
import { ScimError } from '../protocol/index.js'
import type {
  CompiledAttribute,
  CompiledResourceType,
  InputOptions,
  Leniency,
  ResourceLocations,
} from '../schema/index.js'
import { isElement } from './element-key.js'
import type { WorkMeter } from './element-list.js'
import { ElementList } from './element-list.js'
import type { RequiredParts } from './required.js'

/** Bounds on what a PATCH may cost. */
export interface PatchLimits extends FilterLimits {
  /**
   * Elements of multi-valued attributes that the operations of one PATCH may look at where no index finds them, beyond
   * going over each attribute a few times; long elements and long filters count several times. Default 200,000.
   */
  readonly maxPatchComparisons: number
}

export const defaultPatchLimits: PatchLimits = { ...defaultFilterLimits, maxPatchComparisons: 200_000 }

export const patchLimitNames: readonly string[] = Object.keys(defaultPatchLimits)

/** How a PATCH is read: which deviations from the RFC are accepted, and where each use of one is noted. */
export interface PatchOptions extends Omit<InputOptions, 'full'> {
  readonly limits?: PatchLimits | undefined
}

export const patchOptionNames = {
  leniency: true,
  note: true,
  limits: true,
  locations: true,
} satisfies OptionNames<PatchOptions>

/** How often the elements of an attribute may be gone over, whatever their number. */
const freePasses = 16

/** So few operations look at each element a few times only, however long it is. */
const fewOperations = 8

/** Characters of an element or of a filter that count as one more element. */
const charactersPerVisit = 256

/** What a part of an element counts beside its characters. */
const charactersPerPart = 8

const nothing: readonly unknown[] = []

/** The operations of a PATCH while they are applied. */
export class PatchRun implements InputOptions, WorkMeter {
  readonly leniency: Leniency
  readonly note: Note
  readonly limits: PatchLimits
  readonly locations: ResourceLocations | undefined
  /** Undefined until one is lost: few operations take the value of something required. */
  lostParts: RequiredParts | undefined
  private readonly isLong: boolean
  private left: number
  /** What an element counts for the present operation. */
  private weight = 1
  /** The lists that stay open from one operation to the next, one of each attribute. */
  private open: ElementList[] | undefined

  constructor(
    { leniency, note, limits = defaultPatchLimits, locations }: PatchOptions,
    private readonly operations: number,
    readonly full?: CompiledResourceType | undefined,
  ) {
    this.leniency = leniency
    this.note = note
    this.limits = limits
    this.locations = locations
    this.left = limits.maxPatchComparisons
    this.isLong = operations > fewOperations
  }

  /** An operation with this path begins. */
  begin(path: string | undefined): void {
    this.weight = path === undefined ? 1 : 1 + Math.floor(path.length / charactersPerVisit)
  }

  visit(element: unknown): void {
    // One operation looks at each element once; a few with long filters look at it as often as many with short ones.
    const isWeighed = this.isLong || (this.weight > 1 && this.operations > 1)
    this.spend(isWeighed ? this.weight + Math.floor(lengthOf(element) / charactersPerVisit) : 1)
  }

  spend(count: number): void {
    this.left -= count
    if (this.left >= 0) return
    const { maxPatchComparisons } = this.limits
    throw ScimError.tooLarge(
      `The operations of the PATCH look at more elements than maxPatchComparisons (${maxPatchComparisons}) allows`,
    )
  }

  /** The elements that a multi-valued attribute has, to be changed. */
  listOf(attribute: CompiledAttribute, value: unknown): ElementList {
    const elements: readonly unknown[] = Array.isArray(value) ? value : nothing
    if (!isAlone(attribute)) return new ElementList(attribute, elements, this, false)
    const place = this.open?.findIndex((list) => list.attribute === attribute) ?? -1
    const known = this.open?.[place]
    if (known?.elements === elements) return known
    this.left += freePasses * elements.length
    const list = new ElementList(attribute, elements, this, this.operations > 1)
    if (this.operations === 1) return list
    if (!this.open) this.open = [list]
    else if (known) this.open[place] = list
    else this.open.push(list)
    return list
  }

  /** Makes the arrays in the resource whole, for what looks at them from outside: removed elements leave gaps. */
  settle(): void {
    this.spend(this.close())
  }

  /** The same, at the end. Returns how many elements had to be moved. */
  close(): number {
    let moved = 0
    if (this.open) for (const list of this.open) moved += list.close()
    return moved
  }
}

/**
 * Whether a list may be changed in place while it is open: an element that holds one must be seen to change, and so
 * must what may be set only once.
 */
function isAlone(attribute: CompiledAttribute): boolean {
  if (attribute.mutability === 'immutable') return false
  for (let parent = attribute.parent; parent; parent = parent.parent) {
    if (parent.multiValued || parent.mutability === 'immutable') return false
  }
  return true
}

function lengthOf(element: unknown): number {
  if (typeof element === 'string') return element.length
  let length = 0
  if (isElement(element)) {
    for (const part of Object.values(element)) length += charactersPerPart + lengthOf(part)
  }
  return length
}
