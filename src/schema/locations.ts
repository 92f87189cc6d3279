/** Where the resources of a service are. */
export interface ResourceLocations {
  /** The names of the resource types that there are. */
  readonly types: readonly string[]
  /** What a URI leads to: undefined for one of another service, or of none of its types. */
  locate(uri: string): { readonly type: string; readonly id: string } | undefined
  /**
   * What a client means by the URI of a reference: undefined for one of none of the types. Left out: the id at the end of
   * the URI, whatever the host and the type.
   */
  find?(uri: string): FoundReference | undefined
}

/** What a client means by the URI of a reference. */
export interface FoundReference {
  readonly id: string
  /** The name of the type; undefined where the URI is an id and nothing else. */
  readonly type: string | undefined
  /** Whether the URI is of this service: undefined where the service does not know its own address for certain. */
  readonly isOwn: boolean | undefined
}
