import { assertKnownOptions, type OptionNames, ScimError } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'

/** Where the values of an attribute are that has one, or of a sub-attribute in a table of elements. */
export interface FilterColumn<Column> {
  /** The column, as the target knows it. */
  readonly column: Column
  /**
   * A column that holds the text as `foldText` makes it, for an attribute that ignores case: compared in place of
   * `column`, with scimkit's own idea of case for every alphabet. Default: the database folds.
   */
  readonly foldedIn?: Column
  /**
   * What the column holds where that is not what the attribute says: a text attribute (such as an id) in a column of
   * `uuid` or `integer`; a dateTime in a `timestamp` without a zone, which is UTC, or in `milliseconds` since 1970.
   */
  readonly type?: 'uuid' | 'integer' | 'timestamp' | 'milliseconds'
}

/** The elements of a multi-valued attribute, in a table of their own. */
export interface FilterElements<Column, Table> {
  readonly table: Table
  /** The column of `table` that refers to the resource's row. */
  readonly key: Column
  /** The column of the resource's row that it refers to. */
  readonly id: Column
  /** By the names of sub-attributes; `value` also of an attribute whose elements are not complex. */
  readonly columns: Readonly<Record<string, Column | FilterColumn<Column>>>
}

/** By the paths of attributes: `userName`, `name.givenName`, `urn:…:User:department`; a multi-valued one by its own. */
export type FilterColumns<Column, Table> = Readonly<
  Record<string, Column | FilterColumn<Column> | FilterElements<Column, Table>>
>

const valueNames = { column: true, foldedIn: true, type: true } satisfies OptionNames<FilterColumn<unknown>>
const elementNames = {
  ...{ table: true, key: true, id: true, columns: true },
} satisfies OptionNames<FilterElements<unknown, unknown>>

/** Looks attributes up in what a host has written down, in whatever way it has. */
export class PlaceReader<Column, Table> {
  constructor(
    private readonly places: FilterColumns<Column, Table>,
    private readonly isColumn: (place: unknown) => place is Column,
  ) {}

  /** @throws ScimError `invalidFilter` for an attribute that has no place. */
  value(attribute: CompiledAttribute): FilterColumn<Column> {
    return this.find(this.places, attribute.path, attribute) ?? refuse(attribute)
  }

  /** The places of the values in a complex attribute. */
  valuesIn(attribute: CompiledAttribute): readonly (readonly [CompiledAttribute, FilterColumn<Column>])[] {
    return [...attribute.subAttributes.values()].flatMap((sub) => {
      const place = this.find(this.places, sub.path, sub)
      return place ? [[sub, place] as const] : []
    })
  }

  /** @throws ScimError `invalidFilter` for an attribute that has no place. */
  elements(attribute: CompiledAttribute): FilterElements<Column, Table> {
    const place = Object.hasOwn(this.places, attribute.path) ? this.places[attribute.path] : undefined
    if (place === undefined || this.isColumn(place) || !isElements(place)) return refuse(attribute)
    assertKnownOptions(`columns: ${attribute.path}`, place, elementNames)
    return place
  }

  /** A value in an element; `attribute` may be the element itself. */
  ofElement(
    { columns }: FilterElements<Column, Table>,
    attribute: CompiledAttribute,
    within: CompiledAttribute,
  ): FilterColumn<Column> {
    const name = attribute === within ? 'value' : attribute.name
    return this.find(columns, name, attribute) ?? refuse(attribute)
  }

  valuesOfElement(
    { columns }: FilterElements<Column, Table>,
    within: CompiledAttribute,
  ): readonly (readonly [CompiledAttribute, FilterColumn<Column>])[] {
    const subs = within.subAttributes.size === 0 ? [within] : [...within.subAttributes.values()]
    return subs.flatMap((sub) => {
      const place = this.find(columns, sub === within ? 'value' : sub.name, sub)
      return place ? [[sub, place] as const] : []
    })
  }

  private find(
    places: FilterColumns<Column, Table>,
    name: string,
    attribute: CompiledAttribute,
  ): FilterColumn<Column> | undefined {
    const place = Object.hasOwn(places, name) ? places[name] : undefined
    if (place === undefined) return undefined
    if (this.isColumn(place)) return { column: place }
    if (isElements(place)) return refuse(attribute)
    assertKnownOptions(`columns: ${attribute.path}`, place, valueNames)
    return place
  }
}

function isElements<Column, Table>(
  place: FilterColumn<Column> | FilterElements<Column, Table>,
): place is FilterElements<Column, Table> {
  return 'table' in place
}

/** @throws ScimError `invalidFilter` always. */
export function refuse(attribute: CompiledAttribute, why = ''): never {
  throw ScimError.invalidFilter(`Resources cannot be found by ${attribute.path} here${why}`)
}
