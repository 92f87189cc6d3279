import { expect, it } from 'vitest'
import { changedPaths, lifecycleChanges } from '../../src/events/index.js'
import { attribute, defineResourceType, defineSchema, urns, userResourceType } from '../../src/index.js'
import { compileResourceType } from '../../src/schema/index.js'

const type = compileResourceType(userResourceType)
const changed = (before: object, after: object) => changedPaths(type, before, after)

it('the paths of what differs go down to the sub-attributes of single values, and no further', () => {
  expect(changed({}, {})).toEqual([])
  expect(changed({ title: 'x' }, { title: 'y' })).toEqual(['title'])
  expect(changed({ title: 'x' }, {})).toEqual(['title'])
  expect(changed({}, { active: false })).toEqual(['active'])
  expect(changed({ name: { givenName: 'a', familyName: 'b' } }, { name: { givenName: 'c' } })).toEqual([
    'name.familyName',
    'name.givenName',
  ])
  expect(changed({ emails: [{ value: 'a' }] }, { emails: [{ value: 'b' }] })).toEqual(['emails'])
  expect(changed({}, { [urns.enterpriseUser]: { department: 'D', manager: { value: 'm' } } })).toEqual([
    `${urns.enterpriseUser}:department`,
    `${urns.enterpriseUser}:manager.value`,
  ])
})

it('what only the service writes is no change', () => {
  const before = { id: '1', schemas: ['a'], meta: { version: '1' }, groups: [{ value: 'g' }] }
  expect(changed(before, { id: '1', schemas: ['b'], meta: { version: '2' } })).toEqual([])
  const manager = (displayName?: string) => ({
    [urns.enterpriseUser]: { manager: { value: 'm', displayName } },
  })
  expect(changed(manager('A'), manager('B'))).toEqual([])
  expect(changed(manager(), manager('B'))).toEqual([])
})

it('the order of keys and keys without a value are no change', () => {
  expect(
    changed({ name: { givenName: 'a', familyName: 'b' } }, { name: { familyName: 'b', givenName: 'a' } }),
  ).toEqual([])
  expect(
    changed({ title: undefined, emails: [{ value: 'a', type: undefined }] }, { emails: [{ value: 'a' }] }),
  ).toEqual([])
})

it('a resource type that is never switched off is created, updated and deleted', () => {
  const door = compileResourceType(
    defineResourceType({
      name: 'Door',
      endpoint: '/Doors',
      schema: defineSchema('urn:example:Door', { label: attribute.string(), active: attribute.boolean() }),
    }),
  )
  const kinds = (before: unknown, after: unknown) =>
    lifecycleChanges(door, before, after).map(({ kind }) => kind)
  expect(kinds(undefined, { active: true })).toEqual(['created'])
  expect(kinds({ active: true }, { active: false })).toEqual(['updated'])
  expect(kinds({ active: true }, undefined)).toEqual(['deleted'])
})

it('nobody is inactive who is not said to be', () => {
  const kinds = (before: unknown, after: unknown) =>
    lifecycleChanges(type, before, after).map(({ kind }) => kind)
  expect(kinds({}, { active: true })).toEqual([])
  expect(kinds({ active: false }, {})).toEqual(['reactivated'])
  expect(kinds({}, { active: false })).toEqual(['deactivated'])
  expect(kinds({}, undefined)).toEqual(['deactivated', 'deleted'])
})
