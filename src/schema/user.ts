import { urns } from '../protocol/index.js'
import type { AttributeDefinition, Characteristics } from './attribute.js'
import { attribute } from './attribute.js'
import { defineExtension, defineSchema, describeResourceType } from './define.js'
import type { InferResource } from './infer.js'

/** The sub-attributes that most multi-valued attributes have (RFC 7643 section 2.4). */
function plural<Value extends AttributeDefinition, const Types extends readonly string[] = readonly []>(
  value: Value,
  what: string,
  types?: Types,
) {
  return {
    value,
    display: attribute.string({ description: 'A human-readable name, primarily used for display purposes.' }),
    type: attribute.string({
      description: `A label indicating the ${what}'s function.`,
      // An absent list and the default type argument, an empty tuple, are the same value.
      canonicalValues: types ?? ([] as readonly string[] as Types),
    }),
    primary: attribute.boolean({
      description: `Whether this is the preferred ${what}. The value true occurs at most once.`,
    }),
  }
}

const many = { multiValued: true } as const satisfies Characteristics

/** The core User schema (RFC 7643 section 4.1). */
export const userSchema = defineSchema(
  urns.user,
  {
    userName: attribute.string({
      description: 'Unique identifier for the User, typically used by the user to directly authenticate.',
      required: true,
      uniqueness: 'server',
    }),
    name: attribute.complex(
      {
        formatted: attribute.string({ description: 'The full name, formatted for display.' }),
        familyName: attribute.string({ description: 'The family name, or last name.' }),
        givenName: attribute.string({ description: 'The given name, or first name.' }),
        middleName: attribute.string({ description: 'The middle name or names.' }),
        honorificPrefix: attribute.string({ description: 'The honorific prefix, or title, such as "Ms.".' }),
        honorificSuffix: attribute.string({ description: 'The honorific suffix, such as "III".' }),
      },
      { description: "The components of the user's name." },
    ),
    displayName: attribute.string({
      description: 'The name of the User, suitable for display to end-users.',
    }),
    nickName: attribute.string({ description: 'The casual way to address the user.' }),
    profileUrl: attribute.reference({
      description: "A URI that points to the User's online profile.",
      referenceTypes: ['external'],
    }),
    title: attribute.string({ description: 'The user\'s title, such as "Vice President".' }),
    userType: attribute.string({
      description:
        'The relationship between the organization and the user, such as "Contractor" or "Employee".',
    }),
    preferredLanguage: attribute.string({
      description: "The user's preferred written or spoken language, as in an Accept-Language header.",
    }),
    locale: attribute.string({
      description: 'The user\'s default location for localizing items, such as "en-US".',
    }),
    timezone: attribute.string({ description: 'The User\'s time zone, such as "America/Los_Angeles".' }),
    active: attribute.boolean({ description: "The User's administrative status." }),
    password: attribute.string({
      description: "The User's cleartext password, for setting an initial password or changing it.",
      mutability: 'writeOnly',
      returned: 'never',
      caseExact: true,
    }),
    emails: attribute.complex(
      plural(attribute.string({ description: 'An email address.' }), 'email address', [
        'work',
        'home',
        'other',
      ]),
      { ...many, description: 'Email addresses for the user.' },
    ),
    phoneNumbers: attribute.complex(
      plural(attribute.string({ description: 'A phone number.' }), 'phone number', [
        'work',
        'home',
        'mobile',
        'fax',
        'pager',
        'other',
      ]),
      { ...many, description: 'Phone numbers for the User.' },
    ),
    ims: attribute.complex(
      plural(
        attribute.string({ description: 'An instant messaging address.' }),
        'instant messaging address',
        ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo'],
      ),
      { ...many, description: 'Instant messaging addresses for the User.' },
    ),
    photos: attribute.complex(
      plural(
        attribute.reference({ description: 'URL of a photo of the User.', referenceTypes: ['external'] }),
        'photo',
        ['photo', 'thumbnail'],
      ),
      { ...many, description: 'URLs of photos of the User.' },
    ),
    addresses: attribute.complex(
      {
        formatted: attribute.string({ description: 'The full mailing address, formatted for display.' }),
        streetAddress: attribute.string({ description: 'The full street address component.' }),
        locality: attribute.string({ description: 'The city or locality component.' }),
        region: attribute.string({ description: 'The state or region component.' }),
        postalCode: attribute.string({ description: 'The zip code or postal code component.' }),
        country: attribute.string({ description: 'The country name component, as ISO 3166-1 alpha-2.' }),
        type: attribute.string({
          description: "A label indicating the address's function.",
          canonicalValues: ['work', 'home', 'other'],
        }),
        primary: attribute.boolean({
          description: 'Whether this is the preferred address. The value true occurs at most once.',
        }),
      },
      { ...many, description: 'Physical mailing addresses for this User.' },
    ),
    groups: attribute.complex(
      {
        value: attribute.string({
          description: "The identifier of the User's group.",
          mutability: 'readOnly',
          caseExact: true,
        }),
        $ref: attribute.reference({
          description: 'The URI of the Group resource.',
          mutability: 'readOnly',
          referenceTypes: ['Group'],
        }),
        display: attribute.string({ description: 'A human-readable name.', mutability: 'readOnly' }),
        type: attribute.string({
          description: 'Whether the membership is direct or through another group.',
          mutability: 'readOnly',
          canonicalValues: ['direct', 'indirect'],
        }),
      },
      { ...many, mutability: 'readOnly', description: 'Groups to which the user belongs.' },
    ),
    entitlements: attribute.complex(
      plural(attribute.string({ description: 'The value of an entitlement.' }), 'entitlement'),
      { ...many, description: 'Things that the User has a right to.' },
    ),
    roles: attribute.complex(plural(attribute.string({ description: 'The value of a role.' }), 'role'), {
      ...many,
      description: 'Roles for the User that collectively represent who the User is.',
    }),
    x509Certificates: attribute.complex(
      plural(
        attribute.binary({ description: 'A DER-encoded certificate, in base64.', caseExact: true }),
        'certificate',
      ),
      { ...many, description: 'Certificates issued to the User.' },
    ),
  },
  { name: 'User', description: 'User Account' },
)

/** The Enterprise User extension (RFC 7643 section 4.3). */
export const enterpriseUserExtension = defineExtension(
  urns.enterpriseUser,
  {
    employeeNumber: attribute.string({ description: 'An identifier that an organization gave the person.' }),
    costCenter: attribute.string({ description: 'The name of a cost center.' }),
    organization: attribute.string({ description: 'The name of an organization.' }),
    division: attribute.string({ description: 'The name of a division.' }),
    department: attribute.string({ description: 'The name of a department.' }),
    manager: attribute.complex(
      {
        value: attribute.string({
          description: "The id of the User's manager.",
          caseExact: true,
        }),
        $ref: attribute.reference({
          description: "The URI of the User's manager.",
          referenceTypes: ['User'],
        }),
        displayName: attribute.string({
          description: "The displayName of the User's manager.",
          mutability: 'readOnly',
        }),
      },
      { description: "The User's manager." },
    ),
  },
  { name: 'EnterpriseUser', description: 'Enterprise User' },
)

/** Users with the Enterprise User extension, at `/Users` (RFC 7643 sections 4.1 and 4.3). */
export const userResourceType = describeResourceType({
  name: 'User',
  endpoint: '/Users',
  description: 'User Account',
  schema: userSchema,
  extensions: [enterpriseUserExtension],
  activation: 'active',
  labels: ['displayName', 'userName'],
  memberOf: 'groups',
  credential: 'password',
})

/** A user as the service and its stores see it. */
export interface User extends InferResource<typeof userResourceType> {}
