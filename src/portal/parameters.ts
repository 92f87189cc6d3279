/** What stands at the places of `:id` and `:entry` in a path. */
export interface Parameters {
  readonly id: string
  readonly entry: string
}
