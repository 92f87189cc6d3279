import type { Endpoint } from '../../operations/index.js'

/** What a resource type is called in the document. */
export interface TypeNames {
  /** A component's name, and the end of an operation's id. */
  readonly single: string
  /** The end of the id of an operation that is about several. */
  readonly plural: string
}

/** An endpoint with its type's names. */
export interface Named {
  readonly endpoint: Endpoint
  readonly names: TypeNames
}

/** A component's name is made of letters, digits and few marks; a type's may be anything. */
function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '') || 'Resource'
}

function free(wish: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(wish)) return wish
  for (let number = 2; ; number++) if (!isTaken(`${wish}${number}`)) return `${wish}${number}`
}

/** The schemas of a resource type, by the ends of their names. */
const ends = ['', 'Write', 'List', 'Search']

/** Gives every resource type names that neither another one nor a schema of the protocol has. */
export function nameTypes(endpoints: readonly Endpoint[], reserved: Iterable<string>): readonly Named[] {
  const components = new Set(reserved)
  const plurals = new Set(['All', 'Schemas', 'ResourceTypes'])
  return endpoints.map((endpoint) => {
    const { name, endpoint: path } = endpoint.type
    const single = free(plain(name), (name) => ends.some((end) => components.has(`${name}${end}`)))
    const plural = free(plain(path), (name) => plurals.has(name))
    for (const end of ends) components.add(`${single}${end}`)
    plurals.add(plural)
    return { endpoint, names: { single, plural } }
  })
}
