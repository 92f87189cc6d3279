import type { BoundFilter } from '../../../../filter/index.js'
import { isScimError, urns } from '../../../../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../../../../schema/index.js'
import { findAttribute } from '../../../../schema/index.js'
import { filterToSql } from '../../search/filter.js'
import { RowScope } from '../../search/scope.js'
import type { Check } from './checked-store.js'
import { findsBy, named } from './checked-store.js'
import { finding } from './codes.js'
import { indexMend, tenantKeyOf } from './tenant-keys.js'

/** What identity providers look resources up by, where that cannot be found, or only slowly. */
export const findLookups: Check = function* (store) {
  const { table, facts } = store
  const { type } = table.layout
  const common = findAttribute(type, 'externalId')
  const externalId = common && table.layout.access(common) ? common : undefined
  for (const attribute of externalId ? [...type.unique, externalId] : type.unique) {
    if (attribute.path === 'id' || attribute.type !== 'string') continue
    const why = refusalOf(attribute, new RowScope(table, ''))
    if (why === undefined) continue
    yield finding('not-filterable', `mapping of ${attribute.path}`, {
      message: `filters cannot use ${attribute.path}: ${why}`,
      why: `Identity providers look for ${attribute.path} before they create, and are refused with 400`,
      fix: `Map ${attribute.path} to a column that holds it as clients send it, without read and write`,
    })
  }
  if (!externalId && isOfCore(type)) {
    yield finding('no-external-id', 'mapping of externalId', {
      message: 'externalId has no place',
      why: 'It is dropped: an identity provider that matches by it does not find again what it has created',
      fix: table.dialect.mends
        .addColumn(table.name, 'external_id', 'text')
        .replace(/;$/, '; and map externalId to it'),
    })
  }
  const source = externalId && table.layout.sourceOf(externalId)
  const main = facts(table.name)
  if (source?.kind !== 'column' || source.mapping.read || !main?.isTable) return
  const { column } = source.mapping
  const tenant = tenantKeyOf(store, main, table.tenant)
  if (!main.columns.has(column) || main.indexes.some((index) => findsBy(index, column, tenant.column))) return
  yield finding('not-indexed', 'mapping of externalId', {
    message: `no index of ${named(table.name)} answers what externalId is looked up by`,
    why: 'Each look-up reads the whole table',
    fix: indexMend(store, tenant, table.name, [column], false),
  })
}

/** Why an attribute cannot be looked up by; undefined where it can. */
function refusalOf(attribute: CompiledAttribute, row: RowScope): string | undefined {
  const filter: BoundFilter = { op: 'eq', attribute, value: 'x' }
  try {
    filterToSql(filter, row)
    return undefined
  } catch (error) {
    if (!isScimError(error)) throw error
    return error.detail.slice(error.detail.indexOf(': ') + 2)
  }
}

/** Whether the type is one that every identity provider knows. */
function isOfCore({ definition }: CompiledResourceType): boolean {
  const { urn } = definition.schema
  return urn === urns.user || urn === urns.group
}
