import { describe, expect, it } from 'vitest'
import {
  attribute,
  defineResourceType,
  defineSchema,
  enterpriseUserExtension,
  groupResourceType,
  lenient,
  type ResourceTypeDefinition,
  type RuleName,
  urns,
  userResourceType,
} from '../../src/index.js'
import { isScimError } from '../../src/protocol/index.js'
import vectors from '../fixtures/patch-vectors.json' with { type: 'json' }
import { type Attributes, patchBody, patched, resource } from './patch.js'

const text = attribute.string()
const many = { multiValued: true } as const
const labelled = { value: text, type: text, primary: attribute.boolean() }

/** The users that scim-patch makes up, as far as a schema can describe them. */
const hero = defineResourceType({
  name: 'Hero',
  endpoint: '/Heroes',
  schema: defineSchema(urns.user, {
    userName: attribute.string({ required: true }),
    active: attribute.boolean(),
    name: attribute.complex({
      formatted: text,
      familyName: text,
      givenName: text,
      newProperty: text,
      newProperty1: text,
      newProperty2: text,
      surName2: attribute.string(many),
      surName3: text,
    }),
    emails: attribute.complex(
      { ...labelled, newProperty: text, newProperty1: text, newProperty2: text },
      many,
    ),
    addresses: attribute.complex({ formatted: text, country: text, type: text }, many),
    surName: attribute.complex({ value: text, primary: attribute.boolean(), additional: text }, many),
    roles: attribute.complex(labelled, many),
    favorites: attribute.complex({ food: text }),
    unknown: attribute.complex({ toto: attribute.boolean() }),
    newProperty: text,
    newProperty3: text,
  }),
  extensions: [enterpriseUserExtension],
})

/** The schema of scimmy's tests. */
const plain = defineResourceType({
  name: 'Plain',
  endpoint: '/Plain',
  schema: defineSchema('urn:example:Plain', {
    userName: attribute.string({ required: true }),
    displayName: text,
    nickName: text,
    password: attribute.string({ returned: 'never' }),
    name: attribute.complex({ formatted: text, honorificPrefix: text }),
    emails: attribute.complex({ value: text, type: text }, many),
    date: attribute.dateTime(),
    members: attribute.complex(
      {
        value: text,
        display: text,
        $ref: attribute.reference({ referenceTypes: ['Plain'] }),
        type: text,
      },
      many,
    ),
  }),
})

const types: Readonly<Record<string, ResourceTypeDefinition>> = {
  hero,
  plain,
  user: userResourceType,
  group: groupResourceType,
}

interface Vector {
  readonly name: string
  readonly type: string
  readonly before: Attributes
  readonly operations: readonly unknown[]
  readonly after?: Attributes
  readonly error?: string
  /** Rules to switch off, where the library has an option for it. */
  readonly without?: readonly RuleName[]
}

interface Body {
  readonly name: string
  readonly body: unknown
  readonly error?: string
}

/** What overrules a vector, and what happens instead. */
interface Overruled {
  readonly because: string
  readonly after?: Attributes
  readonly error?: string
}

const table9 = 'RFC 7644 table 9 has a type of its own for this'
const merges =
  'RFC 7644 section 3.5.2.3: "a set of sub-attributes [...] that replaces any existing values or adds where an attribute did not previously exist"'
const undefinedAttribute = 'Decided: attributes that no schema defines are ignored with a line in the trace'
const onePrimary =
  'RFC 7644 section 3.5.2: setting "primary" to true "SHALL cause the server to automatically set "primary" to "false" for any other values in the array"'

/**
 * Vectors whose schema cannot be. RFC 7643 section 2.3.8: "A complex attribute MUST NOT contain sub-attributes that
 * have sub-attributes".
 */
const impossible = [
  'scim-patch 12: replace, nested array element',
  'scim-patch 40: add, nested array element',
  'scim-patch 46: add, should not modify anything if element not found',
  'scim-patch 56: add, empty array add filter type + field 2nd level',
  'scim-patch 73: remove, nested array element',
  'scim-patch 75: remove, with path and value but value is array of arrays',
  'scim-patch 76: remove, nested array element with patch value as array with single value',
  'scim-patch 77: remove, nested array element with patch value as array with multiple values',
  'scim-patch 78: remove, nested array element with patch value as array with unknown value',
  'scim-patch 79: remove, nested array element with value supplied',
  'scim-patch 80: remove, nested array element with value as object supplied with multiple entries',
  'scim-patch 84: remove, empty array should be unassigned',
]

const overruled: Readonly<Record<string, Overruled>> = {
  'scim-patch 74: remove, with path and value but no array-field like exists': {
    because: 'What no schema defines is ignored in a path as it is in a value: it undoes nothing beside it',
    after: { userName: 'spiderman', name: { familyName: 'Parker', givenName: 'Peter' } },
  },
  'scim-patch 14: replace, add a non object value to an object key': {
    because: 'RFC 7644 section 3.5.2.3: for a complex attribute "a set of sub-attributes SHALL be specified"',
    error: 'invalidValue',
  },
  'scim-patch 26: replace, replace on multiValued objects without complete path': {
    because:
      'RFC 7644 section 3.5.2.3: "If the target location is a multi-valued attribute and no filter is specified, the attribute and all values are replaced"',
    after: { userName: 'spiderman', emails: [{ newProperty: 'post' }] },
  },
  'scim-patch 29: replace, Replace op with value of empty object results in circular reference': {
    because: 'RFC 7643 section 2.3.1: a string is "a sequence of zero or more Unicode characters"',
    error: 'invalidValue',
  },
  'scim-patch 45: add, impossible to add a non object value to an object key': {
    because: `${table9}: invalidValue, "the value specified was not compatible with the [...] attribute type"`,
    error: 'invalidValue',
  },
  'scim-patch 55: add, Invalid filter operation': {
    because: `${table9}: invalidFilter, "The specified filter syntax was invalid"`,
    error: 'invalidFilter',
  },
  "scim-patch 62: add, on array attribute when 'path' is absent & value is array should append all values": {
    because: onePrimary,
    after: {
      userName: 'spiderman',
      emails: [
        { value: 'spiderman@superheroes.com', primary: false },
        { value: 'batman@superheroes.com', primary: false },
        { value: 'superman@superheroes.com', primary: true },
      ],
    },
  },
  "scim-patch 63: add, on array attribute when 'path' is absent & value is non-array should append the value":
    {
      because: onePrimary,
      after: {
        userName: 'spiderman',
        emails: [
          { value: 'spiderman@superheroes.com', primary: false },
          { value: 'batman@superheroes.com', primary: true },
        ],
      },
    },
  'scim-patch 87: remove, with unavailable nested fields': {
    because: 'RFC 7644 figure 7: a path has one sub-attribute at the most',
    error: 'invalidPath',
  },
  'scim-patch 92: invalid, path filter invalid': {
    because: `${table9}: invalidFilter, "The specified filter syntax was invalid"`,
    error: 'invalidFilter',
  },
  'scim-patch 93: invalid, path request missing': {
    because: `${table9}: invalidFilter, "The specified filter syntax was invalid"`,
    error: 'invalidFilter',
  },
  'scim-patch 94: invalid, search on a mono valued attribute': {
    because: `${table9}: invalidPath, "The "path" attribute was invalid or malformed"`,
    error: 'invalidPath',
  },
  'scim-patch 95: invalid, invalid parameter in scim filter': {
    because: `${table9}: invalidFilter, "The specified filter syntax was invalid"`,
    error: 'invalidFilter',
  },
  'scim-patch body 5: Operation add without value': {
    because: `${table9}: invalidValue, "A required value was missing"`,
    error: 'invalidValue',
  },
  'scim-patch body 6: Path is not a string': {
    because: `${table9}: invalidPath, "The "path" attribute was invalid or malformed"`,
    error: 'invalidPath',
  },
  'scim2-server 4: patch operation add complex': {
    because: merges,
    after: { name: { formatted: 'Mr. Foo', givenName: 'Baz' } },
  },
  'scim2-server 5: patch operation add complex': {
    because: merges,
    after: { name: { givenName: 'Baz', formatted: 'Mr. Foo' } },
  },
  'scim2-server 12: groups': {
    because: `${undefinedAttribute}: a member has "display", and no "displayName"`,
    after: { displayName: 'Group1DisplayName', members: [{ value: '61d2678b34eb46b3b9483753eb4cf706' }] },
  },
  'scim2-server 14: groups': {
    because: `${undefinedAttribute}: a member has "display", and no "displayName"`,
    after: { displayName: 'Group1DisplayName', members: [{ value: '61d2678b34eb46b3b9483753eb4cf706' }] },
  },
  'scimmy 3: add members[value eq 123abc].$ref': {
    because: 'Decided: a reference follows from the value beside it, and is read as the id in it',
    after: { userName: 'asdf', members: [{ value: 'f648f8d5ea4e4cd38e9c' }, { value: 'User' }] },
  },
  'scimmy 7: remove members': {
    because: 'Decided: to remove a member by its value removes it also where more is stored of it',
    after: { userName: 'asdf' },
  },
  'scimmy 13: replace name': {
    because: merges,
    after: { userName: 'asdf', name: { honorificPrefix: 'Mr', formatted: 'Test' } },
  },
}

// JSON is typed by the shapes that happen to be in it, each case with others.
const { cases, bodies } = vectors as unknown as { cases: readonly Vector[]; bodies: readonly Body[] }

describe('the vectors of other libraries', () => {
  it('are told apart by their names, and every exception names one', () => {
    const names = [...cases, ...bodies].map((one) => one.name)
    expect(new Set(names).size).toBe(names.length)
    expect([...impossible, ...Object.keys(overruled)].filter((name) => !names.includes(name))).toEqual([])
  })

  for (const vector of cases) {
    if (impossible.includes(vector.name)) continue
    const type = types[vector.type] ?? hero
    const exception = overruled[vector.name]
    const { after, error } = exception ?? vector
    it(vector.name, async () => {
      const outcome = patched(
        type,
        vector.before,
        vector.operations,
        lenient({ without: vector.without ?? [] }),
      )
      if (error === undefined) expect(await outcome).toEqual(after)
      else await expect(outcome).rejects.toMatchObject({ status: 400, scimType: error })
    })
  }
})

describe('bodies', () => {
  for (const { name, body, error } of bodies) {
    it(name, async () => {
      const type = userResourceType
      const outcome = patchBody(
        type,
        resource(type, { userName: 'x' }),
        body,
        lenient({ without: ['emptyOperations', 'missingSchemas'] }),
      ).then(
        () => undefined,
        (thrown) => (isScimError(thrown) ? thrown.scimType : thrown),
      )
      expect(await outcome).toBe(overruled[name] ? overruled[name].error : error)
    })
  }
})
