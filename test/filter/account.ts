import {
  attribute,
  compileResourceType,
  defineExtension,
  defineSchema,
  describeResourceType,
} from '../../src/schema/index.js'

/** A resource type that has every kind of attribute a filter can meet. */
export const accountUrn = 'urn:example:params:scim:schemas:core:2.0:Account'
export const badgeUrn = 'urn:example:params:scim:schemas:extension:badge:2.0:Account'

const definition = describeResourceType({
  name: 'Account',
  endpoint: '/Accounts',
  schema: defineSchema(accountUrn, {
    userName: attribute.string({ required: true, uniqueness: 'server' }),
    code: attribute.string({ caseExact: true }),
    title: attribute.string(),
    active: attribute.boolean(),
    score: attribute.integer(),
    rating: attribute.decimal(),
    born: attribute.dateTime(),
    seen: attribute.dateTime({ caseExact: true }),
    key: attribute.binary(),
    home: attribute.reference({ referenceTypes: ['external'] }),
    secret: attribute.string({ mutability: 'writeOnly', returned: 'never' }),
    hidden: attribute.complex({ value: attribute.string() }, { returned: 'never' }),
    vault: attribute.complex({
      value: attribute.string({ mutability: 'writeOnly' }),
      type: attribute.string(),
    }),
    name: attribute.complex({ givenName: attribute.string(), familyName: attribute.string() }),
    tags: attribute.string({ multiValued: true }),
    emails: attribute.complex(
      {
        value: attribute.string(),
        type: attribute.string(),
        primary: attribute.boolean(),
        labels: attribute.string({ multiValued: true }),
      },
      { multiValued: true },
    ),
    members: attribute.complex(
      { value: attribute.string({ caseExact: true }), $ref: attribute.reference() },
      { multiValued: true },
    ),
    pr: attribute.string(),
    and: attribute.string(),
    not: attribute.string(),
  }),
  extensions: [
    defineExtension(badgeUrn, {
      badgeId: attribute.string({ caseExact: true }),
      value: attribute.string(),
      room: attribute.string(),
      manager: attribute.complex({
        value: attribute.string({ caseExact: true }),
        displayName: attribute.string(),
      }),
      doors: attribute.complex(
        { value: attribute.string(), floor: attribute.integer() },
        { multiValued: true },
      ),
    }),
    defineExtension('urn:example:params:scim:schemas:extension:locker:2.0:Account', {
      room: attribute.string(),
    }),
  ],
})

export const account = compileResourceType(definition)
