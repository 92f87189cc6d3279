import type { OptionNames } from '../../../protocol/index.js'
import { assertKnownOptions, isObject } from '../../../protocol/index.js'
import type { CommonAttributes } from '../../../schema/index.js'
import type { IdColumn, KyselyStoreOptions, TenantColumn, VersionColumns } from './options.js'
import type { SoftDeleteOptions } from './row-options.js'

const optionNames = {
  db: true,
  table: true,
  mapping: true,
  id: true,
  tenant: true,
  version: true,
  created: true,
  lastModified: true,
  constraints: true,
  outbox: true,
  onTransaction: true,
  where: true,
  insertDefaults: true,
  softDelete: true,
} satisfies OptionNames<KyselyStoreOptions<unknown, CommonAttributes>>
const idNames = { column: true, type: true, generate: true } satisfies OptionNames<IdColumn>
const idTypes = { uuid: true, text: true, integer: true, bigint: true } satisfies Readonly<
  Record<NonNullable<IdColumn['type']>, true>
>
const tenantNames = { column: true, value: true } satisfies OptionNames<TenantColumn>

const versionNames = { columns: true } satisfies OptionNames<VersionColumns>
const softDeleteNames = { set: true, revive: true } satisfies OptionNames<SoftDeleteOptions<never>>

/** Refuses options that there are not, and those that are missing. @throws TypeError naming the option. */
export function assertStoreOptions<DB, R extends CommonAttributes>(
  factory: string,
  options: KyselyStoreOptions<DB, R>,
): void {
  assertKnownOptions(factory, options, optionNames)
  const { tenant, id, mapping } = options
  assertTenant(factory, tenant)
  assertColumn(factory, 'id', id, idNames)
  assertVersion(factory, options.version)
  const type: unknown = isObject(id) ? id.type : undefined
  if (type !== undefined && !(typeof type === 'string' && Object.hasOwn(idTypes, type)))
    throw new TypeError(
      `${factory}: id.type must be uuid, text (also for cuid and the like), integer or bigint`,
    )
  if (options.softDelete !== undefined)
    assertKnownOptions(factory, options.softDelete, softDeleteNames, 'softDelete')
  if (!isObject(options.db) && typeof options.db !== 'function')
    throw new TypeError(`${factory}: db must be a Kysely instance, a pool of pg or a database of SQLite`)
  if (typeof mapping?.layout !== 'function')
    throw new TypeError(`${factory}: mapping must be what mapUser() and its like return`)
  for (const name of ['table', 'created', 'lastModified'] as const)
    if (!isName(options[name])) throw new TypeError(`${factory}: ${name} is required: a name in the database`)
}

/** A store without tenants must say so: what was forgotten or misspelt would show everyone everything. */
function assertTenant(factory: string, tenant: unknown): void {
  if (tenant === false) return
  if (!isName(tenant) && !isObject(tenant)) {
    throw new TypeError(
      `${factory}: tenant is required: the column that keeps tenants apart, as in tenant: 'company', or tenant: false for a table of one tenant only`,
    )
  }
  assertColumn(factory, 'tenant', tenant, tenantNames)
}

function assertVersion(factory: string, version: unknown): void {
  if (version === undefined || isName(version)) return
  assertKnownOptions(factory, version, versionNames, 'version')
  const columns = isObject(version) ? version.columns : undefined
  if (!Array.isArray(columns) || columns.length === 0 || !columns.every(isName))
    throw new TypeError(
      `${factory}: version must be the name of a column, or { columns } with the names of those that tell whether a row has changed`,
    )
}

function assertColumn(
  factory: string,
  option: string,
  given: unknown,
  names: Readonly<Record<string, true>>,
): void {
  if (given === undefined || isName(given)) return
  assertKnownOptions(factory, given, names, option)
  if (!(isObject(given) && isName(given.column)))
    throw new TypeError(`${factory}: ${option}.column must be the name of a column`)
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
