import type { CompiledAttribute } from '../../../../schema/index.js'
import { chainOf } from '../../../../schema/index.js'
import type { Finding } from '../../../store.js'
import type { IndexFacts, IndexKey, NewKey, TableFacts } from '../../dialect/catalogue.js'
import type { Check, CheckedStore } from './checked-store.js'
import { coversAllRows, findsBy, keysOf, named } from './checked-store.js'
import { finding } from './codes.js'
import type { TenantKey } from './tenant-keys.js'
import { indexMend, tenantKeyOf } from './tenant-keys.js'

/** Attributes of which two resources may not have the same value, and nothing that keeps them apart. */
export const findUniqueness: Check = function* (store) {
  const { table, facts } = store
  const main = facts(table.name)
  if (!main?.isTable) return
  yield* idFindings(store, main)
  for (const attribute of table.layout.type.unique) {
    if (attribute.path === 'id') continue
    const place = placeOf(store, attribute)
    const inside = place && facts(place.table)
    if (!place || !inside?.columns.has(place.column)) continue
    const tenant = tenantKeyOf(store, inside, place.tenant)
    yield* attributeFindings(store, attribute, { ...place, tenant: tenant.column }, inside, tenant)
  }
}

function* idFindings(store: CheckedStore, main: TableFacts): Iterable<Finding> {
  const { name, id } = store.table
  const tenant = tenantKeyOf(store, main, store.table.tenant)
  const isUnique = main.indexes.some((index) => {
    const [key, ...others] = keysOf(index, tenant.column)
    return index.isUnique && coversAllRows(index) && key?.column === id.column && others.length === 0
  })
  if (isUnique) return
  yield finding('id-not-unique', 'option id', {
    message: `no unique index of ${named(name)} is about "${id.column}"`,
    why: 'A request for one resource may meet several, and reads the whole table',
    fix: indexMend(store, tenant, name, [id.column], true),
  })
}

/** Where the values of an attribute are. */
export interface UniquePlace {
  readonly table: string
  readonly column: string
  readonly tenant: string | undefined
  /** Whether the values are without their case already. */
  readonly isFolded?: boolean
  /** Inside of a document: the keys that lead to it. */
  readonly member: readonly string[]
}

export function placeOf(
  { table }: Pick<CheckedStore, 'table'>,
  attribute: CompiledAttribute,
): UniquePlace | undefined {
  const { layout } = table
  const list = chainOf(attribute).find(({ multiValued }) => multiValued)
  if (list) {
    const { childTable } = layout.elementsOf(list)
    const column = childTable?.columns[attribute === list ? 'value' : attribute.name]
    if (!childTable || column === undefined) return undefined
    return { table: childTable.table, column, tenant: childTable.tenant, member: [] }
  }
  const source = layout.sourceOf(attribute)
  const own = { table: table.name, tenant: table.tenant }
  if (source.kind === 'column') {
    const { column, foldedIn } = source.mapping
    return { ...own, column: foldedIn ?? column, isFolded: foldedIn !== undefined, member: [] }
  }
  return source.kind === 'json' ? { ...own, column: source.column, member: source.keys } : undefined
}

function* attributeFindings(
  store: CheckedStore,
  attribute: CompiledAttribute,
  place: UniquePlace,
  { indexes, columns }: TableFacts,
  tenant: TenantKey,
): Iterable<Finding> {
  const { path } = attribute
  const caseExact = attribute.caseExact || place.isFolded === true
  const line = `mapping of ${path}`
  const said = { message: `no unique index of ${named(place.table)} covers ${path}` }
  const foldsCase = columns.get(place.column)?.foldsCase ?? false
  const wanted = newKeyOf(attribute, place)
  const fix = indexMend(store, tenant, place.table, [wanted], true)
  const unique = indexes.filter((index) => index.isUnique && isAbout(index, place))
  const fitting = unique.filter((index) =>
    keysOf(index, place.tenant).every((key) => caseExact || folds(key, place)),
  )
  const two = `Two requests at the same time create two resources with one ${path}`
  if (!fitting.some(coversAllRows)) {
    const [partial] = fitting
    if (partial) {
      yield finding('unique-partial', line, {
        message: `the unique index "${partial.name}" of ${named(place.table)} is about some rows only (${partial.condition ?? ''})`,
        why: `Among the others, two resources can have one ${path}`,
        fix,
      })
    } else if (unique[0]) {
      yield finding('unique-case-sensitive', line, {
        message: `the unique index "${unique[0].name}" of ${named(place.table)} tells upper and lower case apart, and ${path} does not`,
        why: 'Ann@example.com and ann@example.com are two accounts of one person, or of two',
        fix,
      })
    } else yield finding('not-unique', line, { ...said, why: two, fix })
    return
  }
  if (place.member.length > 0) return
  if (!indexes.some((index) => findsBy(index, place.column, place.tenant, !caseExact))) {
    yield finding('not-indexed', line, {
      message: `no index of ${named(place.table)} answers what ${path} is looked up by${foldsCase ? ', which is its lower case' : ''}`,
      why: 'Each look-up reads the whole table',
      fix: indexMend(store, tenant, place.table, [wanted], false),
    })
  }
}

/** The key of an index that keeps an attribute's values apart. */
export function newKeyOf(
  { caseExact }: CompiledAttribute,
  { column, member, isFolded }: UniquePlace,
): NewKey {
  if (member.length > 0) return { member, of: column }
  return caseExact || isFolded ? column : { lower: column }
}

/** Whether an index is about a place, and the tenant at most. */
export function isAbout(index: IndexFacts, place: UniquePlace): boolean {
  const keys = keysOf(index, place.tenant)
  const [key] = keys
  if (keys.length !== 1 || !key) return false
  if (place.member.length === 0) return key.column === place.column
  return isOfMember(key, place)
}

/** Whether an expression is about a member of a document: by the names in it. */
function isOfMember({ text }: IndexKey, { column, member }: UniquePlace): boolean {
  return [column, ...member].every((name) => text.includes(name))
}

function folds(key: IndexKey, { member }: UniquePlace): boolean {
  return member.length > 0 ? /^(?:lower|(?:\w+\.|"\w+"\.)?[a-z\d_]*fold_\d+)\(/.test(key.text) : key.foldsCase
}
