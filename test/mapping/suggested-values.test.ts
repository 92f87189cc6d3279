import { expect, it } from 'vitest'
import { userResourceType } from '../../src/index.js'
import { compileResourceType, schemaDocuments } from '../../src/schema/index.js'
import { childTable, json, mapUser } from '../../src/stores/kysely/index.js'

interface Row {
  readonly login: string
  readonly home: string
  readonly work: string
  readonly shown: string
  readonly desk: string
  readonly role: string
  readonly data: unknown
}

const map = mapUser<Row>()

/** What `/Schemas` suggests for the types of an attribute's values. */
function typesOf(mapping: ReturnType<typeof map>, name: string): unknown {
  const [schema] = schemaDocuments([compileResourceType(mapping.restrictResourceType(userResourceType))])
  const attributes = schema?.attributes as readonly { name: string; subAttributes?: readonly Suggested[] }[]
  const found = attributes.find((one) => one.name === name)
  return found?.subAttributes?.find((one) => one.name === 'type')?.canonicalValues
}

interface Suggested {
  readonly name: string
  readonly canonicalValues?: readonly string[]
}

// Provisioning clients make a path of each suggested type, and take what is not kept of one for a fault.
it('suggests the types that have columns, in the order of the mapping', () => {
  const mapping = map({
    userName: 'login',
    'emails[type eq "home"].value': 'home',
    'emails[type eq "work"].value': 'work',
    'emails[type eq "work"].display': 'shown',
    'phoneNumbers[type eq "desk"].value': 'desk',
    'roles[type eq "app" and primary eq true].value': 'role',
  })
  expect(typesOf(mapping, 'emails')).toEqual(['home', 'work'])
  expect(typesOf(mapping, 'phoneNumbers')).toEqual(['desk'])
  expect(typesOf(mapping, 'roles')).toEqual(['app'])
})

it('suggests what the schema does where every type has a place', () => {
  const all = ['work', 'home', 'other']
  const inOverflow = map({ userName: 'login', 'emails[type eq "work"].value': 'work', overflow: 'data' })
  expect(typesOf(inOverflow, 'emails')).toEqual(all)
  const lists = map({
    userName: 'login',
    emails: childTable('mails', { key: 'login', columns: { value: 'address', type: 'kind' } }),
    addresses: json('data'),
  })
  expect(typesOf(lists, 'emails')).toEqual(all)
  expect(typesOf(lists, 'addresses')).toEqual(all)
})

it('suggests nothing where an element has no type', () => {
  const mapping = map({ userName: 'login', 'emails[primary eq true].value': 'work' })
  expect(typesOf(mapping, 'emails')).toBeUndefined()
})
