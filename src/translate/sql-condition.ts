import type { Comparison, Filter, FilterVisitor } from '../filter/index.js'
import { visitFilter } from '../filter/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import { joined, negated, type SqlCondition } from './condition.js'
import type { FilterColumn, FilterElements, PlaceReader } from './places.js'
import { compareColumn, type SqlDialectName } from './sql-dialect.js'

/** A filter as a condition on rows. @throws ScimError `invalidFilter` that names what the database cannot compare. */
export function sqlCondition<C, T>(
  filter: Filter,
  places: PlaceReader<C, T>,
  dialect: SqlDialectName,
): SqlCondition<C, T> {
  const connectives = {
    and: (conditions: readonly SqlCondition<C, T>[]) => joined('and', conditions),
    or: (conditions: readonly SqlCondition<C, T>[]) => joined('or', conditions),
    not: negated<C, T>,
  }

  function compare(comparison: Comparison, place: FilterColumn<C>): SqlCondition<C, T> {
    const { op, attribute, value } = comparison
    if (op === 'ne') return negated(compare({ op: 'eq', attribute, value }, place))
    return value !== null && compareColumn({ op, attribute, value }, place, dialect)
  }

  const row: FilterVisitor<SqlCondition<C, T>> = {
    ...connectives,
    present: (attribute) =>
      attribute.type === 'complex'
        ? somePresent(places.valuesIn(attribute))
        : isPresent(attribute, places.value(attribute)),
    compare: (comparison) => compare(comparison, places.value(comparison.attribute)),
    some(attribute, condition) {
      const place = places.elements(attribute)
      const which = joined('and', [
        [{ column: place.key }, ' = ', { column: place.id }],
        condition(elementOf(attribute, place)),
      ])
      if (typeof which === 'boolean') return which
      return ['exists (select 1 from ', { table: place.table }, ' where ', ...which, ')']
    },
  }

  function elementOf(
    within: CompiledAttribute,
    place: FilterElements<C, T>,
  ): FilterVisitor<SqlCondition<C, T>> {
    return {
      ...connectives,
      present: (attribute) =>
        attribute === within
          ? somePresent(places.valuesOfElement(place, within))
          : isPresent(attribute, places.ofElement(place, attribute, within)),
      compare: (comparison) => compare(comparison, places.ofElement(place, comparison.attribute, within)),
      // No attribute of an element has elements of its own (RFC 7643 section 2.3.8).
      some: (attribute) => places.elements(attribute) && false,
    }
  }

  function isPresent(attribute: CompiledAttribute, { column }: FilterColumn<C>): SqlCondition<C, T> {
    const isNotNull = [{ column }, ' is not null']
    const isText = attribute.type === 'string' || attribute.type === 'reference'
    return isText ? [...isNotNull, ' and ', { column }, " <> ''"] : isNotNull
  }

  function somePresent(
    values: readonly (readonly [CompiledAttribute, FilterColumn<C>])[],
  ): SqlCondition<C, T> {
    return joined(
      'or',
      values.map(([attribute, place]) => isPresent(attribute, place)),
    )
  }

  return visitFilter(filter, row)
}
