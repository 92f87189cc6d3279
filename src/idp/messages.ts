import { getMember, isObject } from '../protocol/index.js'
import type { Rule } from './rule.js'

const legacyCore = 'urn:scim:schemas:core:1.0'

/** Rules for what surrounds the values: schemas, unknown attributes, filters, headers. */
export const messageRules = [
  {
    name: 'echoedReadOnly',
    description: 'Read-only attributes inside a value are ignored: an update may echo what was read.',
    sentBy: ['Okta', 'Entra', 'authentik'],
    source: 'developer.okta.com, SCIM 2.0 reference (PUT echoes id, meta, groups; group PATCH carries id)',
    allows: 'ignoreReadOnly',
  },
  {
    name: 'unknownAttributes',
    description: 'Attributes that no schema defines are ignored.',
    sentBy: ['Okta', 'Entra'],
    source:
      'github.com/AzureAD/SCIMReferenceCode, Postman collection (a misspelled attribute is not an error)',
    allows: 'ignoreUnknown',
  },
  {
    name: 'unkeptAttributes',
    description: 'Attributes of a schema that the service does not keep, or cannot write, are ignored.',
    sentBy: ['Okta', 'Entra'],
    source:
      'learn.microsoft.com, customize attribute mappings (the default mappings send title, department and others to every app)',
    allows: 'ignoreUnkept',
  },
  {
    name: 'unknownSchemas',
    description: 'Schema URNs that are not configured are ignored.',
    sentBy: ['Entra'],
    source: "learn.microsoft.com, develop a SCIM endpoint (a vendor's own URN in the schemas of a group)",
    allows: 'ignoreUnknownSchemas',
  },
  {
    name: 'missingSchemas',
    description: 'The `schemas` of a body may be missing, null, empty or a text: the URL says what it is.',
    sentBy: ['authentik', 'OneLogin'],
    source: 'github.com/goauthentik/authentik issues 7460 and 11249; github.com/wso2/charon issue 206',
    allows: 'missingSchemas',
  },
  {
    name: 'misnamedSchemas',
    description:
      'The URN of a resource or message may be nearly right: "urn:ietf:params:scim:schemas:core:2.0:PatchOp".',
    sentBy: ['authentik', 'OneLogin'],
    source: 'github.com/thomaspoignant/scim-patch issue 152; github.com/goauthentik/authentik issue 11249',
    allows: 'misnamedSchemas',
  },
  {
    name: 'legacySchemas',
    description: 'A resource may name the SCIM 1.0 core schema instead of the 2.0 one.',
    sentBy: ['OneLogin', 'Google Workspace'],
    source: 'github.com/grokability/snipe-it issue 12642 (captured requests)',
    resource(body, type, note) {
      if (!isObject(body)) return body
      const schemas = getMember(body, 'schemas')
      if (!Array.isArray(schemas) || !schemas.includes(legacyCore)) return body
      note('legacySchemas', 'schemas', "read the SCIM 1.0 core schema as this resource type's")
      const urn = type.definition.schema.urn
      return {
        ...body,
        schemas: [urn, ...schemas.filter((schema) => schema !== legacyCore && schema !== urn)],
      }
    },
  },
  {
    name: 'unquotedLiterals',
    description: 'A text in a filter may lack its quotes: `externalId eq jyoung`.',
    sentBy: ['Entra', 'authentik'],
    source: 'learn.microsoft.com, develop a SCIM endpoint; github.com/goauthentik/authentik',
    allows: 'unquotedLiterals',
  },
  {
    name: 'shortSortOrder',
    description: 'The order of a list may be "asc" or "desc".',
    sentBy: ['clients that are written by hand'],
    source: 'rfc-editor.org, RFC 7644 section 3.4.2.3 (the words are "ascending" and "descending")',
    allows: 'shortSortOrder',
  },
  {
    name: 'rawToken',
    description: 'The Authorization header may hold the token alone, without "Bearer".',
    sentBy: ['Okta'],
    source: 'developer.okta.com, submit an OIN app: SCIM authentication settings (header mode)',
  },
] as const satisfies readonly Rule[]
