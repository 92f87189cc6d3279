import type { CompiledAttribute, SharedValue, ValuePlace } from '../schema/index.js'
import type { ColumnMapping } from './attribute-mapping.js'
import type { ElementMapping, ResourceMapping } from './element-mapping.js'

/** A column, and the place in a resource that it has the value of. */
interface PlacedColumn {
  readonly mapping: ColumnMapping<never, never>
  readonly place: ValuePlace
}

function placeIn(element: ElementMapping, { name, caseExact }: CompiledAttribute): ValuePlace {
  const { key, attribute, constants, selector } = element
  return {
    path: `${key}.${name}`,
    keys: attribute.keys,
    caseExact,
    element: { subAttribute: name, constants, matches: (value) => selector.matches(value) },
  }
}

function placedColumns({ attributes, elements }: ResourceMapping): readonly PlacedColumn[] {
  const single = [...attributes].flatMap(([attribute, mapping]): PlacedColumn[] => {
    const { path, keys, caseExact } = attribute
    return mapping.kind === 'column' ? [{ mapping, place: { path, keys, caseExact } }] : []
  })
  const inElements = elements.flatMap((element) =>
    [...element.columns].map(([subAttribute, mapping]) => ({
      mapping,
      place: placeIn(element, subAttribute),
    })),
  )
  return [...single, ...inElements]
}

/** Values in one column that two attributes show. */
export function sharedValues(mapping: ResourceMapping): readonly SharedValue[] {
  const columns = placedColumns(mapping)
  return columns.flatMap(({ mapping: { column, sameAs }, place: alias }) => {
    const source =
      sameAs === undefined
        ? undefined
        : columns.find(({ mapping }) => mapping.column === column && mapping.sameAs === undefined)
    return source ? [{ source: source.place, alias }] : []
  })
}

/** The texts that are written in lower case. */
export function foldedPlaces(mapping: ResourceMapping): readonly ValuePlace[] {
  return placedColumns(mapping).flatMap(({ mapping: { normalize }, place }) =>
    normalize ? [{ ...place, caseExact: false }] : [],
  )
}

export function lowercaseColumns(mapping: ResourceMapping): ReadonlySet<string> {
  return new Set(
    placedColumns(mapping).flatMap(({ mapping: { column, normalize } }) => (normalize ? [column] : [])),
  )
}

/** The attributes that have a column in which case means nothing. */
export function caselessAttributes({
  attributes,
  elements,
}: ResourceMapping): ReadonlySet<CompiledAttribute> {
  const columns = [...attributes, ...elements.flatMap((element) => [...element.columns])]
  return new Set(
    columns.flatMap(([attribute, mapping]) =>
      mapping.kind === 'column' && ignoresCase(mapping) ? [attribute] : [],
    ),
  )
}

/** Whether the case of a column's text means nothing, whatever the schema says of the attribute. */
export function ignoresCase({ normalize, foldedIn }: ColumnMapping<never, never>): boolean {
  return normalize !== undefined || foldedIn !== undefined
}
