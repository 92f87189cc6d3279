import type { AttributeMapping, ColumnMapping } from '../../../../mapping/index.js'
import { acceptsWrites } from '../../../../mapping/index.js'
import type { CompiledAttribute } from '../../../../schema/index.js'
import type { SqlTable } from '../../dialect/dialect.js'
import type { IdType } from '../../sql/table.js'

/** What a column has to hold; undefined where the host translates its values. */
export type Content =
  | { readonly kind: 'id'; readonly type: IdType }
  | { readonly kind: 'attribute'; readonly attribute: CompiledAttribute }
  | { readonly kind: 'document' | 'time' | 'version' | 'tenant' }
  | undefined

/** A column that a line of the configuration needs. */
export interface NeededColumn {
  readonly table: string
  readonly column: string
  /** Such as `mapping of userName`, or `option created`. */
  readonly line: string
  readonly content: Content
  /** Whether a new row gets a value for it: always, where its attribute has one, or never. */
  readonly written: 'always' | 'withValue' | 'never'
  /** The attribute, where it is the value of one. */
  readonly attribute: CompiledAttribute | undefined
}

/** Every column that the configuration of a store names, in its order. */
export function neededColumns(table: SqlTable, generatesId: boolean): readonly NeededColumn[] {
  const { layout, id } = table
  const needed: NeededColumn[] = []
  const option = (
    line: string,
    column: string | undefined,
    content: Content,
    written: NeededColumn['written'],
  ) => {
    if (column !== undefined)
      needed.push({
        table: table.name,
        column,
        line: `option ${line}`,
        content,
        written,
        attribute: undefined,
      })
  }
  option('id', id.column, { kind: 'id', type: id.type }, generatesId ? 'always' : 'never')
  option('tenant', table.tenant, { kind: 'tenant' }, 'always')
  option('version', table.version, { kind: 'version' }, 'always')
  for (const column of table.versionColumns ?? []) option('version', column, undefined, 'never')
  option('created', table.created, { kind: 'time' }, 'always')
  option('lastModified', table.lastModified, { kind: 'time' }, 'always')
  if (layout.overflow) {
    const { column } = layout.overflow
    const line = 'mapping of overflow'
    needed.push({
      table: table.name,
      column,
      line,
      content: { kind: 'document' },
      written: 'always',
      attribute: undefined,
    })
  }
  for (const [attribute, mapping] of layout.attributes) needed.push(...columnsOf(attribute, mapping, table))
  for (const { key, columns } of layout.elements) {
    for (const [subAttribute, mapping] of columns) {
      const own = {
        table: table.name,
        line: `mapping of ${key}.${subAttribute.name}`,
        attribute: subAttribute,
      }
      needed.push(...columnsOfColumn(own, mapping))
    }
  }
  return needed
}

/** The column of an attribute, and the one that has its text without its case. */
function columnsOfColumn(
  own: Pick<NeededColumn, 'table' | 'line'> & { readonly attribute: CompiledAttribute },
  { sameAs, column, read, write, foldedIn, ...mapping }: ColumnMapping<never, never>,
): readonly NeededColumn[] {
  // The line of the other attribute says it all.
  if (sameAs !== undefined) return []
  const { attribute } = own
  const written = acceptsWrites({ ...mapping, column, read, write }) ? 'withValue' : 'never'
  const content: Content = read || write ? undefined : { kind: 'attribute', attribute }
  const columns: readonly NeededColumn[] = [{ ...own, column, content, written }]
  if (foldedIn === undefined) return columns
  return [...columns, { ...own, column: foldedIn, content: { kind: 'attribute', attribute }, written }]
}

function columnsOf(
  attribute: CompiledAttribute,
  mapping: AttributeMapping,
  { name, id }: SqlTable,
): readonly NeededColumn[] {
  const line = `mapping of ${attribute.path}`
  const own = { table: name, line, attribute }
  switch (mapping.kind) {
    case 'constant':
      return []
    case 'computed':
      return mapping.columns.map((column) => ({
        ...own,
        column,
        content: undefined,
        written: 'never' as const,
      }))
    case 'json':
      return [{ ...own, column: mapping.column, content: { kind: 'document' }, written: 'withValue' }]
    case 'reference': {
      const { column, displayName } = mapping
      const reference = {
        ...own,
        column,
        content: { kind: 'id' as const, type: id.type },
        written: 'withValue' as const,
      }
      if (displayName === undefined) return [reference]
      return [reference, { ...own, column: displayName, content: undefined, written: 'never' }]
    }
    case 'childTable': {
      const { table, key, tenant, columns } = mapping
      const child = { table, line }
      const keys: NeededColumn[] = [
        {
          ...child,
          column: key,
          content: { kind: 'id', type: id.type },
          written: 'always',
          attribute: undefined,
        },
      ]
      if (tenant !== undefined)
        keys.push({
          ...child,
          column: tenant,
          content: { kind: 'tenant' },
          written: 'always',
          attribute: undefined,
        })
      const holdsIds = attribute.subAttributes.has('$ref')
      const values = Object.entries(columns).map(([sub, column]): NeededColumn => {
        const isId = sub === 'value' && holdsIds
        const inner = attribute.subAttributes.get(sub.toLowerCase()) ?? attribute
        return {
          ...child,
          column,
          line: attribute.type === 'complex' ? `mapping of ${attribute.path}.${inner.name}` : line,
          content: isId
            ? { kind: 'id', type: mapping.ids ?? id.type }
            : { kind: 'attribute', attribute: inner },
          written: sub === 'value' ? 'always' : 'withValue',
          attribute: inner,
        }
      })
      return [...keys, ...values]
    }
    case 'column':
      return columnsOfColumn(own, mapping)
    case 'lookup': {
      const { column, table, key, value, tenant, create } = mapping
      const other = { ...own, table, content: undefined, attribute: undefined }
      const written = create ? 'always' : 'never'
      const values = [value, ...(typeof tenant === 'string' ? [tenant] : [])]
      return [
        { ...own, column, content: undefined, written: 'withValue' },
        { ...other, column: key, written: 'never' },
        ...values.map((column) => ({ ...other, column, written }) as const),
      ]
    }
  }
}
