import { describe, expect, it } from 'vitest'
import { attribute, defineExtension, groupResourceType, userResourceType } from '../../src/index.js'
import { compileResourceType, resourceTypeDocuments, schemaDocuments } from '../../src/schema/index.js'

const types = [compileResourceType(userResourceType), compileResourceType(groupResourceType)]

interface AttributeDocument {
  readonly name: string
  readonly type: string
  readonly subAttributes?: readonly AttributeDocument[]
  readonly [characteristic: string]: unknown
}

function attributesOf(urn: string): readonly AttributeDocument[] {
  const document = schemaDocuments(types).find(({ id }) => id === urn)
  return (document?.attributes ?? []) as readonly AttributeDocument[]
}

function find(urn: string, path: string): AttributeDocument | undefined {
  const [name, sub] = path.split('.')
  const found = attributesOf(urn).find((one) => one.name === name)
  return sub === undefined ? found : found?.subAttributes?.find((one) => one.name === sub)
}

const user = 'urn:ietf:params:scim:schemas:core:2.0:User'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

describe('/Schemas', () => {
  // RFC 7643 section 8.7.1
  it('has the attributes of the RFC', () => {
    expect(attributesOf(user).map(({ name }) => name)).toEqual(
      (
        'userName name displayName nickName profileUrl title userType preferredLanguage locale timezone active ' +
        'password emails phoneNumbers ims photos addresses groups entitlements roles x509Certificates'
      ).split(' '),
    )
    expect(attributesOf(enterprise).map(({ name }) => name)).toEqual(
      'employeeNumber costCenter organization division department manager'.split(' '),
    )
    expect(attributesOf('urn:ietf:params:scim:schemas:core:2.0:Group').map(({ name }) => name)).toEqual([
      'displayName',
      'members',
    ])
  })

  // Provisioning clients make their attribute paths from these.
  it.each([
    ['emails.type', ['work', 'home', 'other']],
    ['phoneNumbers.type', ['work', 'home', 'mobile', 'fax', 'pager', 'other']],
    ['addresses.type', ['work', 'home', 'other']],
    ['photos.type', ['photo', 'thumbnail']],
    ['groups.type', ['direct', 'indirect']],
  ])('publishes the canonical values of %s', (path, canonicalValues) => {
    expect(find(user, path)?.canonicalValues).toEqual(canonicalValues)
  })

  it('says what RFC 7643 section 7 demands of each attribute, and nothing that is null', () => {
    const walk = (list: readonly AttributeDocument[]): void => {
      for (const one of list) {
        expect(one).toMatchObject({
          multiValued: expect.any(Boolean),
          required: expect.any(Boolean),
          mutability: expect.stringMatching(/^(?:readOnly|readWrite|immutable|writeOnly)$/),
          returned: expect.stringMatching(/^(?:always|never|default|request)$/),
        })
        expect(String(one.description).length, one.name).toBeGreaterThan(0)
        expect('caseExact' in one).toBe(['string', 'reference', 'binary'].includes(one.type))
        expect('referenceTypes' in one).toBe(one.type === 'reference')
        expect('subAttributes' in one).toBe(one.type === 'complex')
        expect(Object.values(one)).not.toContain(null)
        walk(one.subAttributes ?? [])
      }
    }
    for (const { id } of schemaDocuments(types)) walk(attributesOf(id))
  })

  it('has each schema once, also where two resource types share one', () => {
    const badge = defineExtension('urn:example:badge', {
      badgeId: attribute.string({ description: 'A badge.' }),
    })
    const extended = compileResourceType({ ...userResourceType, extensions: [badge] })
    const ids = schemaDocuments([...types, extended]).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toContain('urn:example:badge')
  })
})

describe('/ResourceTypes', () => {
  it('names endpoint, schema and extensions', () => {
    expect(resourceTypeDocuments(types)).toMatchObject([
      {
        id: 'User',
        name: 'User',
        endpoint: '/Users',
        schema: user,
        schemaExtensions: [{ schema: enterprise, required: false }],
      },
      { id: 'Group', endpoint: '/Groups', schemaExtensions: [] },
    ])
  })
})
