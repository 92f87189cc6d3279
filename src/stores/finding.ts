/** What a store found out about itself, or a service about its options, that keeps it from working as clients expect. */
export interface Finding {
  /** The kind of finding, such as `missing-column`: the same in every version. */
  readonly code: string
  /** `error`: the service cannot work and answers no request. `warning`: it works, though not as it should. */
  readonly severity: 'error' | 'warning'
  /** What is wrong: one sentence, with the names of tables and columns and without their values. */
  readonly message: string
  /** The line of the configuration, such as `users: mapping of emails[type eq "work"].value`. */
  readonly where: string
  /** What comes of it. */
  readonly why: string
  /** What mends it: the SQL, with a semicolon at its end, or the option. */
  readonly fix: string
}
