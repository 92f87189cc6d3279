import { freezeDeep } from '../../protocol/index.js'
import type { CommonAttributes, SortValue } from '../../schema/index.js'
import type { Member } from '../store.js'

const noMembers: ReadonlyMap<string, Member> = new Map()

/** What a list knows of a resource: a row, or what a row was when the list began. */
export interface Listed<R extends CommonAttributes> {
  readonly sequence: number
  readonly isGone: boolean
  readonly withoutMembers: R
  /** With members. */
  readonly resource: R
}

/**
 * One resource. Members are kept apart from the rest, so that one can come and go without the others being touched;
 * the whole resource is assembled when it is read. Everything is frozen when it is written: what a reader is given is
 * what is stored.
 */
export class Row<R extends CommonAttributes> implements Listed<R> {
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
    freezeDeep(alone)
    this.byId = list && byId(list)
  }

  /** Without members. */
  get withoutMembers(): R {
    return this.alone
  }
  set withoutMembers(resource: R) {
    this.alone = freezeDeep(resource)
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
    this.listed ??= Object.freeze([...this.members.values()])
    return this.listed
  }

  /** With members. */
  get resource(): R {
    const { list } = this
    if (!list || this.membership === undefined) return this.alone
    this.whole ??= freezeDeep(Object.assign({}, this.alone, { [this.membership]: list }))
    return this.whole
  }

  /** Must be called after members have changed. */
  membersChanged(): void {
    this.listed = undefined
    this.whole = undefined
  }
}

/**
 * A row as a list has found it: what is written while the list is made changes neither which resources are on it, nor
 * their order. Only members are those of the moment in which they are read.
 */
export class FoundRow<R extends CommonAttributes> implements Listed<R> {
  /** What the resource sorts by. */
  key: SortValue = null

  constructor(
    private readonly row: Row<R>,
    readonly withoutMembers: R,
  ) {}

  get id(): string {
    return this.withoutMembers.id
  }
  get sequence(): number {
    return this.row.sequence
  }
  get isGone(): boolean {
    return this.row.isGone
  }
  get resource(): R {
    return this.row.resource
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

/** Members by their ids, frozen: from here on they are shared. */
export function byId(list: readonly Member[]): Map<string, Member> {
  return new Map(list.map((member) => [member.value, freezeDeep(member)]))
}
