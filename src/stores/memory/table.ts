import type { BoundFilter, Filter } from '../../filter/index.js'
import { mentions } from '../../filter/index.js'
import type { LongWork } from '../../protocol/index.js'
import { doInTurns, freezeDeep, isEqual, ScimError, Steps } from '../../protocol/index.js'
import type {
  CommonAttributes,
  CompiledAttribute,
  CompiledResourceType,
  Projection,
} from '../../schema/index.js'
import { labelOf } from '../../schema/index.js'
import type { GroupReference, ListQuery, ListResult, MemberChange, StoreContext } from '../store.js'
import { Indexes } from './indexes.js'
import { matchInTurns } from './match.js'
import { MultiMap } from './multi-map.js'
import type { FoundRows, RowPage } from './page.js'
import { pageByCreation, paginate } from './page.js'
import type { Listed } from './row.js'
import { byId, Row, splitMembers } from './row.js'
import { sortInTurns } from './sort.js'

/** Rows that an index gives, each once. */
type Rows<R extends CommonAttributes> = ReadonlySet<Row<R>> | readonly Row<R>[]

function isSingle(rows: Rows<CommonAttributes> | undefined): boolean {
  return rows !== undefined && ('size' in rows ? rows.size : rows.length) < 2
}

function bySequence(a: Row<CommonAttributes>, b: Row<CommonAttributes>): number {
  return a.sequence - b.sequence
}

/** The resources of one type and tenant, with the indexes that lookups need. */
export class Table<R extends CommonAttributes> {
  private readonly rows = new Map<string, Row<R>>()
  private readonly indexes: Indexes<Row<R>>
  private readonly membership: CompiledAttribute | undefined
  /** The rows that an id is a member of. */
  private readonly memberOf = new MultiMap<Row<R>>()
  /** In the order of creation, also what has been deleted until there is too much of it. */
  private created: Row<R>[] = []
  private gone = 0
  private sequence = 0

  constructor(private readonly type: CompiledResourceType) {
    this.indexes = new Indexes(type)
    this.membership = type.membership
  }

  get(id: string, projection: Projection): R | undefined {
    const row = this.rows.get(id)
    return row && this.read(row, projection)
  }

  has(id: string): boolean {
    return this.rows.has(id)
  }

  /** The row at a version, where one is expected. @throws ScimError `notFound`; `versionMismatch`. */
  rowAt(id: string, expectedVersion: string | undefined): Row<R> {
    const row = this.rows.get(id)
    if (!row) throw ScimError.notFound()
    if (expectedVersion !== undefined && row.withoutMembers.meta.version !== expectedVersion)
      throw ScimError.versionMismatch()
    return row
  }

  insert(resource: R): void {
    if (this.rows.has(resource.id)) throw ScimError.uniqueness('id')
    this.indexes.assertUnique(resource, undefined)
    const { bare, list } = splitMembers(resource, this.membership?.name)
    this.sequence += 1
    const row = new Row(this.sequence, this.membership?.name, bare, list)
    this.rows.set(resource.id, row)
    this.created.push(row)
    this.indexes.change(row, undefined, bare)
    for (const id of row.members.keys()) this.memberOf.add(id, row)
  }

  update(row: Row<R>, resource: R): void {
    this.indexes.assertUnique(resource, row)
    const { bare, list } = splitMembers(resource, this.membership?.name)
    this.indexes.change(row, row.withoutMembers, bare)
    row.withoutMembers = bare
    if (list !== row.list) this.changeMembers(row, { replaceAll: list ?? [] })
  }

  delete(row: Row<R>): void {
    this.rows.delete(row.withoutMembers.id)
    row.isGone = true
    this.gone += 1
    if (this.gone > 1000 && this.gone * 2 > this.created.length) {
      this.created = this.created.filter((one) => !one.isGone)
      this.gone = 0
    }
    this.indexes.change(row, row.withoutMembers, undefined)
    for (const id of row.members.keys()) this.memberOf.remove(id, row)
  }

  /** Changes members and says which have come and gone, and whether anything is different. */
  changeMembers(
    row: Row<R>,
    change: MemberChange,
  ): { added: readonly string[]; removed: readonly string[]; isChanged: boolean } {
    const members = row.changing
    const added: string[] = []
    const removed: string[] = []
    const isAll = 'replaceAll' in change
    const incoming = isAll ? change.replaceAll : change.add
    const kept = isAll ? byId(incoming) : undefined
    const leaving = kept ? [...members.keys()].filter((id) => !kept.has(id)) : isAll ? [] : change.remove
    for (const id of leaving) {
      if (!members.delete(id)) continue
      this.memberOf.remove(id, row)
      removed.push(id)
    }
    let isChanged = removed.length > 0
    for (const member of incoming) {
      const before = members.get(member.value)
      if (before && (!isAll || isEqual(before, member))) continue
      isChanged = true
      members.set(member.value, freezeDeep(member))
      if (before) continue
      this.memberOf.add(member.value, row)
      added.push(member.value)
    }
    if (isChanged) row.membersChanged()
    return { added, removed, isChanged }
  }

  /** Memberships that show one of a member's former names show the present one. */
  renameMember({ id, type }: { id: string; type: string }, names: ReadonlyMap<string, string>): void {
    for (const row of this.memberOf.find(id) ?? []) {
      const member = row.members.get(id)
      const display = names.get(member?.display ?? '')
      if (!member || display === undefined || (member.type ?? type) !== type) continue
      row.changing.set(id, freezeDeep({ ...member, display }))
      row.membersChanged()
    }
  }

  groupsOf(ids: readonly string[]): ReadonlyMap<string, readonly GroupReference[]> {
    const found = new Map<string, readonly GroupReference[]>()
    for (const id of ids) {
      const groups = this.memberOf.find(id)
      if (!groups) continue
      found.set(
        id,
        Array.from(groups, ({ withoutMembers }) => {
          const { id: value } = withoutMembers
          const display = labelOf(withoutMembers, this.type)
          return display === undefined ? { value } : { value, display }
        }),
      )
    }
    return found
  }

  /** The rows of the groups that have a member. */
  rowsWithMember(id: string): readonly Row<R>[] {
    return [...(this.memberOf.find(id) ?? [])]
  }

  /** A page; a promise of it where making it takes more than one turn. */
  page(query: ListQuery, context: StoreContext): ListResult<R> | Promise<ListResult<R>> {
    const { filter, sort } = query
    const candidates = filter && this.candidates(filter)
    if (sort || (filter && !isSingle(candidates)))
      return doInTurns(this.makePage(candidates, query), () => context.signal)
    const rows = filter && this.matchesAmong(candidates ?? [], filter)
    return this.shownPage(pageByCreation(rows ?? this.created, rows ? 0 : this.gone, query), query)
  }

  private matchesAmong(rows: Rows<R>, filter: Filter): readonly Row<R>[] {
    const needsMembers = this.needsMembers(filter)
    const matches = []
    for (const row of rows)
      if (filter.matches(needsMembers ? row.resource : row.withoutMembers)) matches.push(row)
    return matches
  }

  private needsMembers(filter: Filter): boolean {
    return this.membership !== undefined && mentions(filter.tree, this.membership)
  }

  private *makePage(candidates: Rows<R> | undefined, query: ListQuery): LongWork<ListResult<R>> {
    const steps = new Steps()
    const found = query.filter
      ? yield* this.matching(query.filter, candidates, steps)
      : { rows: this.created, states: undefined, gone: this.gone }
    return this.shownPage(yield* paginate(found, query, this.type, steps), query)
  }

  private shownPage(page: RowPage<R>, { projection }: ListQuery): ListResult<R> {
    return { ...page, resources: page.resources.map((row) => this.read(row, projection)) }
  }

  private read(row: Listed<R>, projection: Projection): R {
    return this.membership && projection.includes(this.membership) ? row.resource : row.withoutMembers
  }

  /** The rows that match a filter, in the order of creation. */
  private *matching(filter: Filter, candidates: Rows<R> | undefined, steps: Steps): LongWork<FoundRows<R>> {
    const rows = candidates ? yield* sortInTurns([...candidates], bySequence, steps) : this.created
    return yield* matchInTurns(rows, filter, this.needsMembers(filter))
  }

  /** The rows that indexes give for a filter, each once; undefined where they do not help. */
  private candidates(filter: Filter): Rows<R> | undefined {
    for (const { attribute, value } of filter.equalities) {
      const rows = this.rowsWith(attribute, value)
      if (rows) return rows
    }
    return filter.tree.op === 'or' ? this.alternatives(filter.tree.filters) : undefined
  }

  /** The rows that fulfil one of several equalities. */
  private alternatives(filters: readonly BoundFilter[]): Rows<R> | undefined {
    const rows = new Set<Row<R>>()
    for (const one of filters) {
      const found = one.op === 'eq' ? this.rowsWith(one.attribute, one.value) : undefined
      if (!found) return undefined
      for (const row of found) rows.add(row)
    }
    return rows
  }

  private rowsWith(attribute: CompiledAttribute, value: unknown): Rows<R> | undefined {
    if (attribute.path === 'id') {
      const row = this.rows.get(String(value))
      return row ? [row] : []
    }
    if (this.membership && attribute.parent === this.membership && attribute.name === 'value') {
      return this.memberOf.find(String(value)) ?? []
    }
    return this.indexes.find(attribute, value)
  }
}
