import { urns } from '../../protocol/index.js'
import { isJsonObject, type JsonObject } from './json.js'

/** Parts of the protocol that a server may lack. Its discovery says whether it does. */
export type WireCapability =
  | 'groups'
  | 'enterprise'
  | 'patch'
  | 'filter'
  | 'sort'
  | 'cursor'
  | 'bulk'
  | 'etag'
  | 'password'
  | 'pathless'

/** An attribute as /Schemas describes it. */
export interface TargetAttribute {
  readonly name: string
  readonly type: string
  readonly multiValued: boolean
  readonly required: boolean
  readonly mutability: string
  readonly caseExact: boolean
  readonly uniqueness: string
  readonly returned: string
  readonly canonicalValues: readonly string[]
  readonly subAttributes: readonly TargetAttribute[]
}

/** What the three documents of discovery say; undefined where a document is not there. */
export interface Documents {
  readonly config: JsonObject | undefined
  readonly types: readonly JsonObject[] | undefined
  readonly schemas: readonly JsonObject[] | undefined
}

/** What a server says that it can do. What it does not describe it is taken to have. */
export class Target {
  private readonly described: ReadonlyMap<string, readonly TargetAttribute[]> | undefined

  constructor(
    readonly documents: Documents,
    /** What was seen, where discovery has no word for it. */
    private readonly seen: ReadonlySet<WireCapability>,
  ) {
    const { schemas } = documents
    if (schemas && schemas.length > 0)
      this.described = new Map(
        schemas.map((one) => [String(one.id).toLowerCase(), attributesIn(one.attributes)]),
      )
  }

  can(capability: WireCapability): boolean {
    const { types, config } = this.documents
    switch (capability) {
      case 'groups':
        return types ? this.endpointOf(urns.group) !== undefined : this.seen.has('groups')
      case 'enterprise':
        return this.described ? this.described.has(urns.enterpriseUser.toLowerCase()) : true
      case 'cursor':
        return isJsonObject(config?.pagination) && config.pagination.cursor === true
      case 'password':
        return this.attribute(urns.user, 'password') !== undefined
      case 'pathless':
        return !this.declaresInterop
      default:
        // A server without discovery is asked for what every client needs, and for nothing more.
        return config ? this.supports(capability) : capability === 'patch' || capability === 'filter'
    }
  }

  /** Whether the server says that the interoperability profile holds. */
  get declaresInterop(): boolean {
    return this.documents.config?.interopProfileConformant === true
  }

  /** Below the base URL; undefined where no type of resources has the schema. */
  endpointOf(schema: string): string | undefined {
    const type = this.documents.types?.find((one) => one.schema === schema)
    return typeof type?.endpoint === 'string' ? type.endpoint : undefined
  }

  /** What /Schemas describes; empty where it describes nothing. */
  get schemas(): readonly { readonly id: string; readonly attributes: readonly TargetAttribute[] }[] {
    const { schemas = [] } = this.documents
    return schemas.map((one) => ({ id: String(one.id), attributes: attributesIn(one.attributes) }))
  }

  /** The attributes of a schema; undefined where it is not described. */
  attributesOf(schema: string): readonly TargetAttribute[] | undefined {
    return this.described?.get(schema.toLowerCase())
  }

  /** Whether an attribute can be written, such as `name.familyName` of users. */
  writes(path: string, schema: string = urns.user): boolean {
    if (!this.described) return true
    const attribute = this.attribute(schema, path)
    // Common attributes need not be described (RFC 7643 3.1).
    if (path === 'externalId' && attribute === undefined) return true
    return attribute !== undefined && attribute.mutability !== 'readOnly'
  }

  attribute(schema: string, path: string): TargetAttribute | undefined {
    const [name = '', sub] = path.split('.')
    const find = (list: readonly TargetAttribute[] | undefined, wanted: string) =>
      list?.find((one) => one.name.toLowerCase() === wanted.toLowerCase())
    const attribute = find(this.attributesOf(schema), name)
    return sub === undefined ? attribute : find(attribute?.subAttributes, sub)
  }

  private supports(name: string): boolean {
    const feature = this.documents.config?.[name]
    return isJsonObject(feature) && feature.supported === true
  }
}

function attributesIn(list: unknown): readonly TargetAttribute[] {
  if (!Array.isArray(list)) return []
  return list.filter(isJsonObject).map((one) => ({
    name: String(one.name),
    type: typeof one.type === 'string' ? one.type : 'string',
    multiValued: one.multiValued === true,
    required: one.required === true,
    mutability: typeof one.mutability === 'string' ? one.mutability : 'readWrite',
    caseExact: one.caseExact === true,
    uniqueness: typeof one.uniqueness === 'string' ? one.uniqueness : 'none',
    returned: typeof one.returned === 'string' ? one.returned : 'default',
    canonicalValues: Array.isArray(one.canonicalValues) ? one.canonicalValues.map(String) : [],
    subAttributes: attributesIn(one.subAttributes),
  }))
}
