import { doInTurns, ScimError, urns } from '../protocol/index.js'
import type { CompiledResourceType, DiscoveryDocument } from '../schema/index.js'
import { resourceTypeDocuments, schemaDocuments } from '../schema/index.js'
import type { ScimResponse } from './message.js'
import { listResponse } from './response/list-response.js'

/** The features that a service advertises (RFC 7643 section 5). */
export interface Capabilities {
  readonly maxPageSize: number
  /** Whether RFC 9865's member is there, which stops clients that refuse what they do not know. */
  readonly pagination: boolean
  readonly sort: boolean
  readonly cursor: boolean
  /** Seconds. */
  readonly cursorTimeout: number | undefined
  readonly defaultPageSize: number
  readonly changePassword: boolean
  readonly maxBulkOperations: number
  readonly maxBulkPayloadBytes: number
  readonly documentationUri: string | undefined
  readonly authenticationSchemes: readonly AuthenticationScheme[]
}

/** How clients authenticate (RFC 7643 section 5). */
export interface AuthenticationScheme {
  readonly type: 'oauth' | 'oauth2' | 'oauthbearertoken' | 'httpbasic' | 'httpdigest'
  /** For people. */
  readonly name: string
  readonly description: string
  /** Of the specification. */
  readonly specUri?: string
  /** Of a page with help for people. */
  readonly documentationUri?: string
  /** Whether it is the preferred one. */
  readonly primary?: boolean
}

export const bearerScheme: AuthenticationScheme = {
  type: 'oauthbearertoken',
  name: 'API token',
  description: 'An API token in the Authorization header',
  specUri: 'https://www.rfc-editor.org/info/rfc6750',
  primary: true,
}

function serviceProviderConfig(can: Capabilities) {
  return {
    schemas: [urns.serviceProviderConfig],
    ...(can.documentationUri !== undefined && { documentationUri: can.documentationUri }),
    patch: { supported: true },
    bulk: { supported: true, maxOperations: can.maxBulkOperations, maxPayloadSize: can.maxBulkPayloadBytes },
    filter: { supported: true, maxResults: can.maxPageSize },
    changePassword: { supported: can.changePassword },
    sort: { supported: can.sort },
    etag: { supported: true },
    ...(can.pagination && { pagination: pagination(can) }),
    authenticationSchemes: can.authenticationSchemes,
  }
}

/** RFC 9865 section 4. */
function pagination({ cursor, cursorTimeout, defaultPageSize, maxPageSize }: Capabilities) {
  return {
    cursor,
    index: true,
    defaultPaginationMethod: 'index',
    defaultPageSize,
    maxPageSize,
    ...(cursor && cursorTimeout !== undefined && { cursorTimeout }),
  }
}

/** The endpoints of discovery documents (RFC 7644 section 4). */
export type DiscoveryEndpoint = 'ServiceProviderConfig' | 'Schemas' | 'ResourceTypes'

/** The JSON text of a discovery document, or of a list of them. @throws ScimError 404. */
export type Discover = (
  endpoint: DiscoveryEndpoint,
  id: string | undefined,
  baseUrl: string,
) => DiscoveryText | Promise<DiscoveryText>

type DiscoveryText = NonNullable<ScimResponse['body']>

/** Makes the function that renders discovery documents. */
export function discovery(types: readonly CompiledResourceType[], capabilities: Capabilities): Discover {
  const documents = { Schemas: schemaDocuments(types), ResourceTypes: resourceTypeDocuments(types) }

  function locate(document: DiscoveryDocument, endpoint: DiscoveryEndpoint, baseUrl: string) {
    const location = `${baseUrl}/${endpoint}/${encodeURIComponent(document.id)}`
    return { ...document, meta: { ...(document.meta as object), location } }
  }

  return (endpoint, id, baseUrl) => {
    if (endpoint === 'ServiceProviderConfig') {
      if (id !== undefined) throw ScimError.notFound('There is one ServiceProviderConfig, without an id')
      const location = `${baseUrl}/ServiceProviderConfig`
      const meta = { resourceType: 'ServiceProviderConfig', location }
      return JSON.stringify({ ...serviceProviderConfig(capabilities), meta })
    }
    const all = documents[endpoint]
    if (id === undefined) {
      const page = { totalResults: all.length, startIndex: 1 }
      const textOf = (document: DiscoveryDocument) => JSON.stringify(locate(document, endpoint, baseUrl))
      return doInTurns(listResponse(all, page, textOf), () => undefined)
    }
    const found = all.find((document) => document.id.toLowerCase() === id.toLowerCase())
    if (!found) throw ScimError.notFound(`There is no such document in ${endpoint}`)
    return JSON.stringify(locate(found, endpoint, baseUrl))
  }
}
