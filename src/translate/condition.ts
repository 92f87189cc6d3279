/** A piece of SQL: text as it is, a column or table that the target names, or a parameter. */
export type Piece<Column, Table> =
  | string
  | { readonly column: Column }
  | { readonly table: Table }
  | { readonly parameter: unknown; readonly of?: Column }

/** A condition, or its outcome where that is known without the database. As SQL it may be null for false. */
export type SqlCondition<Column, Table> = boolean | readonly Piece<Column, Table>[]

export function joined<C, T>(
  op: 'and' | 'or',
  conditions: readonly SqlCondition<C, T>[],
): SqlCondition<C, T> {
  const decisive = op === 'or'
  if (conditions.includes(decisive)) return decisive
  const parts = conditions.filter((condition) => typeof condition !== 'boolean')
  const [first] = parts
  if (!first) return !decisive
  if (parts.length === 1) return first
  return ['(', ...parts.flatMap((part, index) => (index === 0 ? part : [` ${op} `, ...part])), ')']
}

/** Two-valued: null counts as not true. */
export function negated<C, T>(condition: SqlCondition<C, T>): SqlCondition<C, T> {
  return typeof condition === 'boolean' ? !condition : ['((', ...condition, ') is not true)']
}
