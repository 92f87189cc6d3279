import { describe, expect, it } from 'vitest'
import { type PathOptions, readPath } from '../../src/filter/index.js'
import { isScimError, ScimError } from '../../src/protocol/index.js'
import { noLeniency } from '../../src/schema/index.js'
import vectors from '../fixtures/filter-vectors.json' with { type: 'json' }
import { account, accountUrn, badgeUrn } from './account.js'

function show(text: string, options?: PathOptions): string {
  const { attribute, filter, subAttribute } = readPath(account, text, options)
  const literals = filter?.equalities.map((one) => `${one.attribute.path}=${one.value}`).join()
  return [attribute.path, filter && `[${literals}]`, subAttribute?.path].filter(Boolean).join(' ')
}

function refusal(text: string, options?: PathOptions): ScimError {
  try {
    readPath(account, text, options)
  } catch (error) {
    if (isScimError(error)) return error
    throw error
  }
  throw new Error(`Nobody refused ${text}`)
}

describe('paths', () => {
  it.each([
    ['members', 'members'],
    ['MEMBERS', 'members'],
    ['name.familyName', 'name.familyName'],
    ['emails.value', 'emails.value'],
    [`${accountUrn}:userName`, 'userName'],
    [`${accountUrn}:name.givenName`, 'name.givenName'],
    [badgeUrn, badgeUrn],
    [badgeUrn.toUpperCase(), badgeUrn],
    [`${badgeUrn}:manager`, `${badgeUrn}:manager`],
    [`${badgeUrn}:manager.value`, `${badgeUrn}:manager.value`],
    ['emails[type eq "work"]', 'emails [emails.type=work]'],
    [
      'emails[type eq "work" and primary eq true].value',
      'emails [emails.type=work,emails.primary=true] emails.value',
    ],
    ['Emails[Type EQ "work"].Value', 'emails [emails.type=work] emails.value'],
    [`${accountUrn}:emails[type eq "work"].value`, 'emails [emails.type=work] emails.value'],
    [
      `${badgeUrn}:doors[floor eq 2].value`,
      `${badgeUrn}:doors [${badgeUrn}:doors.floor=2] ${badgeUrn}:doors.value`,
    ],
    ['members[$ref eq "x"].$ref', 'members [members.$ref=x] members.$ref'],
    ['members[value eq "a]b\\"c"]', 'members [members.value=a]b"c]'],
    ['name[givenName eq "x"].familyName', 'name [name.givenName=x] name.familyName'],
    ['emails[not (type pr)].value', 'emails [] emails.value'],
    // A password is written by its path; only filters do not see it.
    ['secret', 'secret'],
    [' members ', 'members'],
  ])('%s', (text, shown) => {
    expect(show(text)).toBe(shown)
  })

  it.each(vectors.flatMap(({ paths = [] }) => paths))('another library has %s: it parses', (text) => {
    // The attributes of RFC 7643's own schemas are not this type's.
    const detail = isScimError(attempt(text)) ? (attempt(text) as ScimError).detail : ''
    expect(detail).toMatch(/^$|has no (sub-)?attribute/)
  })

  it('answer the same object where there is nothing to fill in', () => {
    expect(readPath(account, 'name.givenName')).toBe(readPath(account, 'name.givenName'))
  })

  it('keep their filter when they are read again, also one without literals', () => {
    for (let i = 0; i < 2; i++) {
      const { filter } = readPath(account, 'emails[type pr].value')
      expect(filter?.matches({ type: 'x' })).toBe(true)
      expect(filter?.matches({})).toBe(false)
    }
  })

  it('select elements, with another literal each time', () => {
    for (const value of ['a', 'b']) {
      const { filter } = readPath(account, `members[value eq "${value}"]`)
      expect(filter?.matches({ value })).toBe(true)
      expect(filter?.matches({ value: 'c' })).toBe(false)
      expect(filter?.matches(value)).toBe(false)
    }
    const { filter } = readPath(account, `${badgeUrn}:doors[floor gt 1 and (value eq "A" or value eq "B")]`)
    expect(filter?.matches({ floor: 2, value: 'b' })).toBe(true)
    expect(filter?.matches({ floor: 1, value: 'b' })).toBe(false)
  })
})

describe('what is no path is refused', () => {
  it.each([
    ['', 'invalidPath', 'The path is empty'],
    ['nope', 'invalidPath', 'Account has no attribute "nope"'],
    ['name.nope', 'invalidPath', 'Account has no attribute "name.nope"'],
    ['userName.value', 'invalidPath', 'Account has no attribute "userName.value"'],
    ['manager', 'invalidPath', `Account has no attribute "manager": write "${badgeUrn}:manager"`],
    ['emails[type eq "work"].nope', 'invalidPath', '"emails" has no sub-attribute "nope"'],
    [
      'emails[type eq "work"].',
      'invalidPath',
      'The path is not valid: expected an attribute name where it ends',
    ],
    ['emails[type eq "work"] x', 'invalidPath', 'The path is not valid: expected the end at character 24'],
    [
      'emails[type eq "work"].value eq "x"',
      'invalidPath',
      'The path is not valid: expected the end at character 30',
    ],
    [
      'emails[type eq "work"][type eq "x"]',
      'invalidPath',
      'The path is not valid: expected the end at character 23',
    ],
    ['emails eq "x"', 'invalidPath', 'The path is not valid: expected "[" or the end at character 8'],
    ['members]', 'invalidPath', 'The path is not valid: expected "[" or the end at character 8'],
    ['(members)', 'invalidPath', 'The path is not valid: expected an attribute name at character 1'],
    ['"members"', 'invalidPath', 'The path is not valid: expected an attribute name at character 1'],
    ['userName[value eq "x"]', 'invalidPath', '"userName" has no sub-attributes to filter by'],
    ['tags[type eq "x"]', 'invalidFilter', '"tags" has no sub-attribute "type"'],
    ['__proto__', 'invalidPath', '"__proto__" is not the path of an attribute'],
    ['__proto__.x', 'invalidPath', '"__proto__.x" is not the path of an attribute'],
    ['constructor.prototype', 'invalidPath', 'Account has no attribute "constructor.prototype"'],
    ['toString', 'invalidPath', 'Account has no attribute "toString"'],
    ['emails[', 'invalidFilter', 'The filter is not valid: expected an attribute name or "(" where it ends'],
    [
      'emails[]',
      'invalidFilter',
      'The filter is not valid: expected an attribute name or "(" at character 8',
    ],
    [
      'emails[type eq "work"',
      'invalidFilter',
      'The filter is not valid: expected "and", "or" or "]" where it ends',
    ],
    [
      'emails[type eq work]',
      'invalidFilter',
      'The filter is not valid: expected a string in double quotes, a number, true, false or null at character 16',
    ],
    ['emails[nope eq "x"]', 'invalidFilter', '"emails" has no sub-attribute "nope"'],
    [
      'emails[primary gt true]',
      'invalidFilter',
      '"emails.primary" is boolean and cannot be compared with gt',
    ],
    ['emails[primary eq "x"]', 'invalidFilter', '"emails.primary" can be compared only with true or false'],
  ])('%j: %s', (text, scimType, detail) => {
    expect(refusal(text)).toMatchObject({ status: 400, scimType, detail })
  })

  it('with the error that the caller wants', () => {
    const fail = (detail: string) => ScimError.invalidValue(detail)
    for (const text of ['', 'nope', 'emails x', 'userName[value eq "x"]', '1a']) {
      expect(refusal(text, { fail }).scimType).toBe('invalidValue')
    }
    expect(refusal('emails[nope pr]', { fail }).scimType).toBe('invalidFilter')
  })
})

it('lenient paths', () => {
  const trace: string[] = []
  const options: PathOptions = {
    leniency: {
      ...noLeniency,
      unquotedLiterals: true,
      unqualifiedExtensions: true,
      coerce: (value) =>
        value === 'True' ? { value: true, rule: 'booleanStrings', message: '' } : undefined,
    },
    note: (rule, path) => trace.push(`${rule} ${path}`),
  }
  expect(show('members[value eq 2819c223-7f76]', options)).toBe('members [members.value=2819c223-7f76]')
  expect(show('emails[primary eq "True"].value', options)).toBe('emails [emails.primary=true] emails.value')
  for (let i = 0; i < 2; i++) expect(show('manager.value', options)).toBe(`${badgeUrn}:manager.value`)
  expect(trace).toEqual([
    'unquotedLiterals members.value',
    'booleanStrings emails.primary',
    `unqualifiedExtensions ${badgeUrn}:manager.value`,
    `unqualifiedExtensions ${badgeUrn}:manager.value`,
  ])
  expect(refusal('manager.value').scimType).toBe('invalidPath')
})

function attempt(text: string): unknown {
  try {
    return readPath(account, text)
  } catch (error) {
    return error
  }
}
