import type { Profile } from '../idp/index.js'
import { listsExternalId } from '../idp/index.js'
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
  /** Whether the schemas list `externalId`; undefined: as the profile has it. */
  readonly externalId: boolean | undefined
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

function serviceProviderConfig(can: Capabilities, interopProfileConformant: boolean | undefined) {
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
    // Section 4 of draft-zollner-scim-interop-profile.
    ...(interopProfileConformant !== undefined && { interopProfileConformant }),
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
  /** Of the caller. */
  profile: Profile,
) => DiscoveryText | Promise<DiscoveryText>

type DiscoveryText = NonNullable<ScimResponse['body']>

/** What a service can do under a profile. */
function capabilitiesUnder({ maxPageSize, requirements }: Profile, can: Capabilities): Capabilities {
  if (requirements.length === 0) return can
  const longest = Math.min(can.maxPageSize, maxPageSize ?? can.maxPageSize)
  return {
    ...can,
    maxPageSize: longest,
    defaultPageSize: Math.min(can.defaultPageSize, longest),
    changePassword: can.changePassword && !has(requirements, 'noPassword'),
  }
}

function has(requirements: Profile['requirements'], name: string): boolean {
  return requirements.some((requirement) => requirement.name === name)
}

/**
 * Makes the function that renders discovery documents.
 *
 * @param statement whether the interoperability profile holds under a profile; undefined where nothing is said of it.
 */
export function discovery(
  types: readonly CompiledResourceType[],
  capabilities: Capabilities,
  statement: (profile: Profile) => boolean | undefined,
): Discover {
  const resourceTypes = resourceTypeDocuments(types)
  const byView = new Map<string, readonly DiscoveryDocument[]>()

  /** The schemas as a profile wants them. */
  function schemasUnder(profile: Profile): readonly DiscoveryDocument[] {
    const { requirements } = profile
    const view = {
      namesTypes: has(requirements, 'canonicalTypes'),
      hidesCredentials: has(requirements, 'noPassword'),
      // Entra's workflow test looks for every attribute that it maps; RFC 7643 section 8.7.1 has it in no schema.
      listsExternalId: capabilities.externalId ?? listsExternalId(profile),
    }
    const key = Object.values(view).join()
    const schemas = byView.get(key) ?? schemaDocuments(types, view)
    byView.set(key, schemas)
    return schemas
  }

  function locate(document: DiscoveryDocument, endpoint: DiscoveryEndpoint, baseUrl: string) {
    const location = `${baseUrl}/${endpoint}/${encodeURIComponent(document.id)}`
    return { ...document, meta: { ...(document.meta as object), location } }
  }

  return (endpoint, id, baseUrl, profile) => {
    if (endpoint === 'ServiceProviderConfig') {
      if (id !== undefined) throw ScimError.notFound('There is one ServiceProviderConfig, without an id')
      const location = `${baseUrl}/ServiceProviderConfig`
      const meta = { resourceType: 'ServiceProviderConfig', location }
      const config = serviceProviderConfig(capabilitiesUnder(profile, capabilities), statement(profile))
      return JSON.stringify({ ...config, meta })
    }
    const all = endpoint === 'Schemas' ? schemasUnder(profile) : resourceTypes
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
