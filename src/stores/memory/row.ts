import type { CommonAttributes } from '../../schema/index.js'
import type { Member } from '../store.js'

const noMembers: ReadonlyMap<string, Member> = new Map()

/**
 * One resource. Members are kept apart from the rest, so that one can come and go without the others being touched;
 * the whole resource is assembled when it is read.
 */
export class Row<R extends CommonAttributes> {
  /** Set when the resource has been deleted, for lists that still hold the row. */
  isGone = false
  private whole: R | undefined
  private listed: readonly Member[] | undefined
  /** Made for the first member: most resources never have one. */
  private byId: Map<string, Member> | undefined

  constructor(
    /** Counts creations: the order of a list without `sortBy`. */
    readonly sequence: number,
    /** The attribute that members are under. */
    private readonly membership: string | undefined,
    private alone: R,
    list: readonly Member[] | undefined,
  ) {
    this.byId = list && byId(list)
  }

  /** Without members. */
  get withoutMembers(): R {
    return this.alone
  }
  set withoutMembers(resource: R) {
    this.alone = resource
    this.whole = undefined
  }

  get members(): ReadonlyMap<string, Member> {
    return this.byId ?? noMembers
  }

  /** The members, for changing them. */
  get changing(): Map<string, Member> {
    this.byId ??= new Map()
    return this.byId
  }

  /** The members as a list; the same one until they change. */
  get list(): readonly Member[] | undefined {
    if (this.members.size === 0) return undefined
    this.listed ??= [...this.members.values()]
    return this.listed
  }

  /** With members. */
  get resource(): R {
    const { list } = this
    if (!list || this.membership === undefined) return this.alone
    this.whole ??= Object.assign({}, this.alone, { [this.membership]: list })
    return this.whole
  }

  /** Must be called after members have changed. */
  membersChanged(): void {
    this.listed = undefined
    this.whole = undefined
  }
}

/** Splits a resource into its members and the rest. */
export function splitMembers<R extends CommonAttributes>(
  resource: R,
  membership: string | undefined,
): { readonly bare: R; readonly list: readonly Member[] | undefined } {
  if (membership === undefined || !(membership in resource)) return { bare: resource, list: undefined }
  const { [membership]: list, ...bare } = resource as R & Readonly<Record<string, unknown>>
  // The registry says that this attribute is multi-valued and has a `value`; R without an optional attribute is an R.
  return { bare: bare as unknown as R, list: list as readonly Member[] | undefined }
}

export function byId(list: readonly Member[]): Map<string, Member> {
  return new Map(list.map((member) => [member.value, member]))
}
