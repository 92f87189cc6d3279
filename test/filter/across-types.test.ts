import { describe, expect, it } from 'vitest'
import { bindFilterAcross } from '../../src/filter/index.js'
import { groupResourceType, isScimError, lenient, userResourceType } from '../../src/index.js'
import { compileResourceType } from '../../src/schema/index.js'

const user = compileResourceType(userResourceType)
const group = compileResourceType(groupResourceType)

const bjensen = {
  userName: 'bjensen',
  displayName: 'Barbara',
  active: true,
  emails: [{ value: 'b@example.com', type: 'work' }],
  meta: { resourceType: 'User' },
}
const guides = { displayName: 'Guides', members: [{ value: '1' }], meta: { resourceType: 'Group' } }

/** What a filter asks of a user and of a group: all, none, or whether the one above matches. */
function ask(text: string, options = {}): readonly unknown[] {
  const filters = bindFilterAcross([user, group], text, options)
  return [[user, bjensen] as const, [group, guides] as const].map(([type, resource]) => {
    const filter = filters.get(type)
    if (typeof filter === 'boolean') return filter ? 'all' : 'none'
    return filter?.matches(resource) ? 'match' : 'no match'
  })
}

describe('a filter for several resource types', () => {
  it.each([
    ['displayName sw "b"', 'match', 'no match'],
    ['userName eq "bjensen"', 'match', 'none'],
    ['members pr', 'none', 'match'],
    ['meta.resourceType eq "User"', 'all', 'none'],
    ['meta.resourceType ne "User"', 'none', 'all'],
    ['META.ResourceType sw "Gr"', 'none', 'all'],
    ['meta.resourceType pr', 'all', 'all'],
    ['not (meta.resourceType eq "User")', 'none', 'all'],
    ['meta.resourceType eq "User" and displayName pr', 'match', 'none'],
    ['meta.resourceType eq "Group" or userName eq "bjensen"', 'match', 'all'],
    ['meta.resourceType eq "Door"', 'none', 'none'],
    ['userName eq "x" or displayName eq "guides"', 'no match', 'match'],
    ['userName pr and displayName pr', 'match', 'none'],
    ['displayName eq "guides" and (userName eq "x" or members[value eq "1"])', 'no match', 'match'],
    ['emails[type eq "work"].value eq "b@example.com"', 'match', 'none'],
    ['name.givenName pr or members.value eq "1"', 'no match', 'match'],
    ['urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq "Guides"', 'none', 'match'],
    ['(userName eq "a") or (userName eq "bjensen" and active eq true)', 'match', 'none'],
  ])('%s', (text, ofUser, ofGroup) => {
    expect(ask(text)).toEqual([ofUser, ofGroup])
  })

  it.each([
    // RFC 7644 section 3.4.2.1: an attribute that a type does not have has no value there.
    ['userName ne "bjensen"', 'no match', 'all'],
    ['not (userName pr)', 'no match', 'all'],
    ['userName eq null', 'no match', 'all'],
    ['userName ne null', 'match', 'none'],
    ['not (userName eq "x") and displayName pr', 'match', 'match'],
    ['not (emails[type eq "work"])', 'no match', 'all'],
  ])('an attribute that is missing has no value: %s', (text, ofUser, ofGroup) => {
    expect(ask(text)).toEqual([ofUser, ofGroup])
  })

  it('keeps each literal with its condition, whatever is left out before it', () => {
    const text = 'userName eq "x" or (members pr and displayName eq "Guides") or displayName eq "Barbara"'
    expect(ask(text)).toEqual(['match', 'match'])
    expect(ask('active eq true and displayName eq "Guides" or displayName eq "Guides"')).toEqual([
      'no match',
      'match',
    ])
  })

  it.each([
    ['nosuch pr', /No resource type has an attribute "nosuch"/],
    ['userName eq "x" or nosuch.thing eq 1', /"nosuch\.thing"/],
    ['members[nosuch eq 1]', /nosuch/],
    ['password eq "x"', /password/],
    ['displayName eq "x" or password pr', /password/],
    ['active eq "x"', /active/],
    ['userName', /operator/],
    ['', /empty/],
  ])('is refused as for one type: %s', (text, message) => {
    let error: unknown
    try {
      bindFilterAcross([user, group], text)
    } catch (thrown) {
      error = thrown
    }
    expect(isScimError(error) && error.scimType).toBe('invalidFilter')
    expect(String(error)).toMatch(message)
  })

  it('is read with the leniency of the profile, and says so', () => {
    const rules: string[] = []
    const { leniency } = lenient()
    const options = { leniency, note: (rule: string) => void rules.push(rule) }
    expect(ask('displayName eq Guides and active eq "True" or manager.value eq 7', options)).toEqual([
      'no match',
      'none',
    ])
    expect(ask('displayName eq Guides', options)).toEqual(['no match', 'match'])
    expect(new Set(rules)).toEqual(new Set(['unquotedLiterals', 'booleanStrings', 'unqualifiedExtensions']))
  })
})
