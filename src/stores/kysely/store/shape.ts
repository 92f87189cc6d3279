import type { ChildTableMapping } from '../../../mapping/index.js'
import type { CommonAttributes, CompiledResourceType } from '../../../schema/index.js'
import type { ErrorNames } from '../database/errors.js'
import type { Dialect, SqlTable } from '../dialect/dialect.js'
import type { RowScope } from '../search/scope.js'
import type { ChildRows } from '../sql/child-rows.js'
import { childRows } from '../sql/child-rows.js'
import type { Database } from '../sql/query.js'
import type { Membership } from '../statements/members.js'
import { assertLookupTenants } from './lookup-tenants.js'
import type { IdColumn, KyselyStoreOptions, TenantColumn } from './options.js'
import type { OwnFolding } from './own-folding.js'
import { rowRulesOf } from './row-rules.js'

/** What a store knows of its table for one resource type; made once, since statements are cached by it. */
export interface StoreShape {
  readonly table: SqlTable
  readonly names: ErrorNames
  /** Undefined where the members are in no table of their own. */
  readonly membership: Membership | undefined
  readonly childTables: ReadonlyMap<ChildTableMapping, ChildRows>
}

/** What a request works with. */
export class StoreRequest implements StoreShape, ErrorNames {
  readonly table: SqlTable
  readonly constraints: ErrorNames['constraints']
  readonly membership: StoreShape['membership']
  readonly childTables: StoreShape['childTables']

  constructor(
    shape: StoreShape,
    readonly db: Database,
    readonly row: RowScope,
  ) {
    // Field by field: copying with a spread is slower.
    this.table = shape.table
    this.constraints = shape.names.constraints
    this.membership = shape.membership
    this.childTables = shape.childTables
  }

  /** With the request's tenant, which errors may be about. */
  get names(): ErrorNames {
    return this
  }
}

export function idColumnOf({ id = 'id' }: { readonly id?: string | IdColumn }): IdColumn {
  return typeof id === 'string' ? { column: id } : id
}

export function tenantColumnOf({
  tenant,
}: {
  readonly tenant: string | TenantColumn | false
}): TenantColumn | undefined {
  if (tenant === false) return undefined
  return typeof tenant === 'string' ? { column: tenant } : tenant
}

/** The shapes of a store. */
export class Shapes<DB, R extends CommonAttributes> {
  private readonly current = new WeakMap<CompiledResourceType, StoreShape>()
  private readonly former = new WeakMap<CompiledResourceType, StoreShape>()

  constructor(
    private readonly options: KyselyStoreOptions<DB, R>,
    private readonly dialect: Dialect,
    private readonly own: OwnFolding | undefined,
  ) {}

  of(type: CompiledResourceType): StoreShape {
    const isFormer = this.own?.isFormer() ?? false
    const shapes = isFormer ? this.former : this.current
    let shape = shapes.get(type)
    if (!shape) {
      const dialect = this.own?.dialect(isFormer) ?? this.dialect
      shape = shapeOf(this.options, type, dialect, this.own !== undefined)
      shapes.set(type, shape)
    }
    return shape
  }
}

function versionOf<DB, R extends CommonAttributes>({ version }: KyselyStoreOptions<DB, R>) {
  return typeof version === 'object'
    ? { version: undefined, versionColumns: version.columns }
    : { version, versionColumns: undefined }
}

function shapeOf<DB, R extends CommonAttributes>(
  options: KyselyStoreOptions<DB, R>,
  type: CompiledResourceType,
  dialect: Dialect,
  isScimTable: boolean,
): StoreShape {
  const layout = options.mapping.layout(type)
  const id = idColumnOf(options)
  const { where, lastingWhere } = rowRulesOf(options)
  const table: SqlTable = {
    name: options.table,
    layout,
    id: { column: id.column, type: id.type === 'bigint' ? 'integer' : (id.type ?? 'uuid') },
    tenant: tenantColumnOf(options)?.column,
    ...versionOf(options),
    created: options.created,
    lastModified: options.lastModified,
    where,
    lastingWhere,
    booleansAreNumbers: dialect.values.booleansAreNumbers,
    isScimTable,
    dialect,
  }
  assertLookupTenants(layout, table.tenant !== undefined)
  const childTables = new Map<ChildTableMapping, ChildRows>()
  let membership: Membership | undefined
  for (const [attribute, mapping] of layout.attributes) {
    if (mapping.kind !== 'childTable') continue
    const rows = childRows(mapping, attribute, table)
    childTables.set(mapping, rows)
    if (attribute === type.membership) membership = { members: rows, attribute }
  }
  const constraints = new Map(Object.entries(options.constraints ?? {}))
  return { table, names: { table, constraints }, membership, childTables }
}
