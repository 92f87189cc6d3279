import type { Mapping } from '../../../mapping/index.js'
import { childTable, column, mapGroup, mapUser } from '../../../mapping/index.js'
import type {
  CommonAttributes,
  ExtensionDefinition,
  Group,
  ResourceTypeDefinition,
  User,
} from '../../../schema/index.js'
import { compileResourceType, groupResourceType, userResourceType } from '../../../schema/index.js'
import type { Dialect } from '../dialect/dialect.js'
import type { OwnNames } from '../dialect/names.js'
import { ownTable } from '../dialect/names.js'
import type { UniqueAttribute } from '../dialect/schema.js'

/** A table that scimkit creates; {@link SchemaDialect.ownTables} has its columns and indexes. */
export interface OwnTable<R extends CommonAttributes> {
  /** Without the prefix that the host has chosen. */
  readonly name: string
  readonly definition: ResourceTypeDefinition
  readonly mapping: Mapping<R>
  /** Paths with a column, and an index, of their own. */
  readonly columns: Readonly<Record<string, string>>
}

interface OwnRow {
  readonly user_name: string
  readonly user_name_key: string
  readonly display_name: string
  readonly display_name_key: string
  readonly external_id: string | null
  readonly document: unknown
}

interface OwnTables {
  readonly users: OwnTable<User>
  readonly groups: OwnTable<Group>
}

/** The tables as a database of some kind has them, under names. */
export function ownTablesOf({ schema }: Dialect, names: OwnNames): OwnTables {
  // Where nothing folds case, names are in columns of their own without it.
  const hasKeys = !schema.foldsCase
  const members = childTable(ownTable(names, 'members'), {
    key: 'group_id',
    tenant: 'tenant',
    columns: { value: 'member_id', type: 'type', display: 'display' },
    ids: 'text',
  })
  return {
    users: {
      name: 'users',
      definition: userResourceType,
      columns: { userName: 'user_name', externalId: 'external_id' },
      mapping: mapUser<OwnRow>()({
        userName: hasKeys ? column('user_name', { foldedIn: 'user_name_key' }) : 'user_name',
        externalId: 'external_id',
        overflow: hasKeys ? 'document' : { column: 'document', indexed: ['emails'] },
      }),
    },
    groups: {
      name: 'groups',
      definition: groupResourceType,
      columns: { displayName: 'display_name', externalId: 'external_id' },
      mapping: mapGroup<OwnRow>()({
        displayName: hasKeys ? column('display_name', { foldedIn: 'display_name_key' }) : 'display_name',
        externalId: 'external_id',
        members,
        overflow: 'document',
      }),
    },
  }
}

/** An index that keeps an attribute in the document unique, without the prefix that the host has chosen. */
export interface UniqueIndex {
  readonly name: string
  readonly attribute: UniqueAttribute
}

export function uniqueIndexesOf<R extends CommonAttributes>(
  { name, definition, columns }: OwnTable<R>,
  extensions: readonly ExtensionDefinition[],
): readonly UniqueIndex[] {
  const type = compileResourceType({
    ...definition,
    extensions: [...definition.extensions, ...extensions],
  })
  return type.unique
    .filter(
      (attribute) =>
        columns[attribute.path] === undefined && !attribute.multiValued && !attribute.parent?.multiValued,
    )
    .map((attribute) => uniqueIndexOf(name, attribute))
}

/** @param table its name, without the prefix that the host has chosen. */
export function uniqueIndexOf(table: string, attribute: UniqueAttribute): UniqueIndex {
  return { name: `${table}_${hash(attribute.path)}`, attribute }
}

/** A short name for a path of any length (FNV-1a). */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0
  return value.toString(16).padStart(8, '0')
}
