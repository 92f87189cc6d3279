/** A row that has at least these columns: for a line whose path the compiler does not know. */
export type RowWith<Name extends string> = Readonly<Record<Name, unknown>>
