import type { ChildTableMapping } from '../../../../mapping/index.js'
import type { CompiledAttribute } from '../../../../schema/index.js'
import type { Finding } from '../../../store.js'
import type { TableFacts } from '../../dialect/catalogue.js'
import type { SqlTable } from '../../dialect/dialect.js'
import type { Check, CheckedStore } from './checked-store.js'
import { coversAllRows, findsBy, keysOf, named } from './checked-store.js'
import { finding } from './codes.js'
import { indexMend, tenantKeyOf } from './tenant-keys.js'

/** Rows of other tables that have two owners. */
export const findSharedTables: Check = function* ({ table, others }) {
  const seen = new Map<string, string>([[table.name, 'the resources themselves']])
  for (const [name, other] of others) {
    seen.set(other.name, `the resources of ${name}`)
    for (const [attribute, mapping] of childrenOf(other))
      seen.set(mapping.table, `${attribute.path} of ${name}`)
  }
  for (const [attribute, mapping] of childrenOf(table)) {
    const owner = seen.get(mapping.table)
    seen.set(mapping.table, attribute.path)
    if (owner === undefined) continue
    yield finding('shared-table', `mapping of ${attribute.path}`, {
      message: `the rows of ${named(mapping.table)} are ${owner} too`,
      why: 'A write of the one changes or removes the other',
      fix: 'Give each a table of its own, or a view of its own rows',
    })
  }
}

/** What the rows of other tables are found by, and what keeps members from being there twice. */
export const findSlowChildren: Check = function* (store) {
  for (const [attribute, mapping] of childrenOf(store.table)) {
    const found = store.facts(mapping.table)
    if (!found?.isTable) continue
    const isMembership = attribute === store.membership?.attribute
    yield* unindexed(store, attribute, mapping, found, mapping.key)
    const value = mapping.columns.value
    if (!isMembership || value === undefined) continue
    yield* unindexed(store, attribute, mapping, found, value)
    yield* repeated(store, attribute, mapping, found, value)
  }
}

function* unindexed(
  store: CheckedStore,
  attribute: CompiledAttribute,
  mapping: ChildTableMapping,
  found: TableFacts,
  column: string,
): Iterable<Finding> {
  const { name, indexes, columns } = found
  const tenant = tenantKeyOf(store, found, mapping.tenant)
  if (!columns.has(column) || indexes.some((index) => findsBy(index, column, tenant.column))) return
  yield finding('not-indexed', `mapping of ${attribute.path}`, {
    message: `no index of ${named(name)} begins with "${column}"`,
    why: `Each look-up of ${attribute.path} reads the whole table`,
    fix: indexMend(store, tenant, name, [column], false),
  })
}

function* repeated(
  store: CheckedStore,
  attribute: CompiledAttribute,
  mapping: ChildTableMapping,
  found: TableFacts,
  value: string,
): Iterable<Finding> {
  const { key } = mapping
  const { name, indexes } = found
  const tenant = tenantKeyOf(store, found, mapping.tenant)
  const isUnique = indexes.some((index) => {
    const keys = keysOf(index, tenant.column).map(({ column }) => column)
    return (
      index.isUnique && coversAllRows(index) && keys.every((column) => column === key || column === value)
    )
  })
  if (isUnique) return
  yield finding('members-not-unique', `mapping of ${attribute.path}`, {
    message: `no unique index of ${named(name)} covers "${key}" and "${value}"`,
    why: 'Two requests at the same time add a member twice',
    fix: indexMend(store, tenant, name, [key, value], true),
  })
}

function childrenOf({ layout }: SqlTable): readonly (readonly [CompiledAttribute, ChildTableMapping])[] {
  return [...layout.attributes].flatMap(([attribute, mapping]) =>
    mapping.kind === 'childTable' ? [[attribute, mapping] as const] : [],
  )
}
