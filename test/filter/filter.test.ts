import { describe, expect, it } from 'vitest'
import { type BoundFilter, bindFilter, type FilterOptions } from '../../src/filter/index.js'
import { isScimError, type ScimError } from '../../src/protocol/index.js'
import { noLeniency } from '../../src/schema/index.js'
import { account, accountUrn, badgeUrn } from './account.js'

/** A tree with paths for its attributes. */
function show(tree: BoundFilter): string {
  switch (tree.op) {
    case 'and':
    case 'or':
      return `(${tree.filters.map(show).join(` ${tree.op} `)})`
    case 'not':
      return `not ${show(tree.filter)}`
    case 'pr':
      return `${tree.attribute.path} pr`
    case 'valuePath':
      return `${tree.attribute.path}[${show(tree.filter)}]`
    default:
      return `${tree.attribute.path} ${tree.op} ${JSON.stringify(tree.value)}`
  }
}

function bound(text: string, options?: FilterOptions): string {
  return show(bindFilter(account, text, options).tree)
}

function refusal(text: string, options?: FilterOptions): ScimError {
  try {
    bindFilter(account, text, options)
  } catch (error) {
    if (isScimError(error)) return error
    throw error
  }
  throw new Error(`Nobody refused ${text}`)
}

describe('paths', () => {
  it.each([
    ['USERNAME eq "x"', 'userName eq "x"'],
    ['name.FAMILYNAME eq "x"', 'name.familyName eq "x"'],
    [`${accountUrn}:userName eq "x"`, 'userName eq "x"'],
    [`${accountUrn.toUpperCase()}:Name.GivenName eq "x"`, 'name.givenName eq "x"'],
    [`${badgeUrn}:badgeId eq "x"`, `${badgeUrn}:badgeId eq "x"`],
    [`${badgeUrn.toUpperCase()}:MANAGER.displayname eq "x"`, `${badgeUrn}:manager.displayName eq "x"`],
    [`${badgeUrn} pr`, `${badgeUrn} pr`],
    ['meta.resourceType eq "x"', 'meta.resourceType eq "x"'],
    ['emails[TYPE eq "work"]', 'emails[emails.type eq "work"]'],
    ['emails[type eq "work"].value eq "x"', 'emails[(emails.type eq "work" and emails.value eq "x")]'],
    ['name[givenName eq "x"]', 'name[name.givenName eq "x"]'],
    [`${badgeUrn}:doors[floor gt 1]`, `${badgeUrn}:doors[${badgeUrn}:doors.floor gt 1]`],
    ['members[$ref eq "x"]', 'members[members.$ref eq "x"]'],
    ['pr pr and and pr and not pr', '(pr pr and and pr and not pr)'],
  ])('%s', (text, tree) => {
    expect(bound(text)).toBe(tree)
  })

  it('of complex attributes are compared by their value', () => {
    expect(bound('emails co "x"')).toBe('emails.value co "x"')
    expect(bound('members eq "x"')).toBe('members.value eq "x"')
    expect(bound(`${badgeUrn}:manager eq "x"`)).toBe(`${badgeUrn}:manager.value eq "x"`)
    expect(bound('emails pr')).toBe('emails pr')
    expect(refusal('name eq "x"').detail).toBe('"name" is complex: compare one of its sub-attributes')
    expect(refusal(`${badgeUrn} eq "x"`).detail).toBe(
      `"${badgeUrn}" is complex: compare one of its sub-attributes`,
    )
  })

  it.each([
    ['nope eq "x"', 'Account has no attribute "nope"'],
    ['nope pr or userName pr', 'Account has no attribute "nope"'],
    ['name.nope pr', 'Account has no attribute "name.nope"'],
    ['userName.x pr', 'Account has no attribute "userName.x"'],
    ['badgeId eq "x"', 'Account has no attribute "badgeId"'],
    ['urn:example:other:userName pr', 'Account has no attribute "urn:example:other:userName"'],
    ['emails[nope eq "x"]', '"emails" has no sub-attribute "nope"'],
    ['emails[emails.type eq "x"]', '"emails" has no sub-attribute "emails.type"'],
    ['emails[type eq "x"].nope eq "x"', '"emails" has no sub-attribute "nope"'],
    ['userName[value eq "x"]', '"userName" has no sub-attributes to filter by'],
    ['tags[type eq "x"]', '"tags" has no sub-attribute "type"'],
    ['toString pr', 'Account has no attribute "toString"'],
    ['constructor.name pr', 'Account has no attribute "constructor.name"'],
  ])('%s is refused', (text, detail) => {
    const error = refusal(text)
    expect([error.status, error.scimType]).toEqual([400, 'invalidFilter'])
    expect(error.detail).toContain(detail)
  })

  it('do not reach what is never shown', () => {
    for (const text of ['secret eq "x"', 'secret pr', 'secret sw "x"', 'secret eq null', 'not (secret pr)']) {
      expect(refusal(text)).toMatchObject({ scimType: 'invalidFilter', path: 'secret' })
    }
    for (const text of ['vault eq "x"', 'vault.value pr', 'vault[value eq "x"]']) {
      expect(refusal(text)).toMatchObject({ scimType: 'invalidFilter', path: 'vault.value' })
    }
    for (const text of ['hidden pr', 'hidden eq "x"', 'hidden.value eq "x"', 'hidden[value eq "x"]']) {
      expect(refusal(text)).toMatchObject({ scimType: 'invalidFilter', path: 'hidden' })
    }
  })
})

describe('comparators and types', () => {
  const text = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']
  const allowed: Readonly<Record<string, readonly string[]>> = {
    'userName "x"': text,
    'home "x"': text,
    'born "2011-05-13T04:42:34Z"': text,
    'key "eA=="': ['eq', 'ne', 'co', 'sw', 'ew'],
    'active true': ['eq', 'ne'],
    'score 1': ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
    'rating 1.5': ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  }
  for (const [pair, operators] of Object.entries(allowed)) {
    const [name = '', literal = ''] = pair.split(' ')
    it(`${name} knows ${operators.join(', ')}`, () => {
      for (const op of text) {
        const filter = `${name} ${op} ${literal}`
        if (operators.includes(op)) expect(bound(filter)).toBe(filter)
        else {
          expect(refusal(filter).scimType).toBe('invalidFilter')
          expect(refusal(filter).detail).toContain(`cannot be compared with ${op}`)
        }
      }
    })
  }

  it.each([
    ['userName eq 1', '"userName" can be compared only with a string in double quotes'],
    ['userName eq true', '"userName" can be compared only with a string in double quotes'],
    ['active eq "true"', '"active" can be compared only with true or false'],
    ['active eq 1', '"active" can be compared only with true or false'],
    ['score eq "1"', '"score" can be compared only with a number'],
    ['emails[primary eq "x"]', '"emails.primary" can be compared only with true or false'],
    [
      'born eq "yesterday"',
      '"born" can be compared only with a date and time such as "2011-05-13T04:42:34Z"',
    ],
    [
      'born gt "2011-05-13"',
      '"born" can be compared only with a date and time such as "2011-05-13T04:42:34Z"',
    ],
    ['born gt 5', '"born" can be compared only with a date and time such as "2011-05-13T04:42:34Z"'],
    ['userName gt null', '"userName" can be compared with null only by eq and ne'],
  ])('%s is refused', (text, detail) => {
    expect(refusal(text)).toMatchObject({ status: 400, scimType: 'invalidFilter', detail })
  })

  it('take a fraction for an integer attribute, and part of a dateTime as text', () => {
    expect(bound('score gt 1.5')).toBe('score gt 1.5')
    expect(bound('born sw "2011-05"')).toBe('born sw "2011-05"')
  })

  it('read null as the absence of a value', () => {
    expect(bound('title eq null')).toBe('not title pr')
    expect(bound('title ne null')).toBe('title pr')
    expect(bound('emails[value eq null]')).toBe('emails[not emails.value pr]')
    expect(bound('emails eq null')).toBe('not emails pr')
  })

  it('compare versions without the dress of an entity tag', () => {
    for (const literal of ['abc', '\\"abc\\"', 'W/\\"abc\\"']) {
      expect(bound(`meta.version eq "${literal}"`)).toBe('meta.version eq "abc"')
    }
    expect(bound('code eq "W/\\"abc\\""')).toBe('code eq "W/\\"abc\\""')
  })
})

describe('a shape that is known', () => {
  it('takes each new literal', () => {
    for (const value of ['a', 'b', 'c"d']) {
      const filter = bindFilter(account, `code eq ${JSON.stringify(value)} and score gt ${value.length}`)
      expect(show(filter.tree)).toBe(`(code eq ${JSON.stringify(value)} and score gt ${value.length})`)
      expect(filter.matches({ code: value, score: 9 })).toBe(true)
      expect(filter.matches({ code: 'other', score: 9 })).toBe(false)
    }
  })

  it('checks each new literal', () => {
    expect(bound('score eq 1')).toBe('score eq 1')
    expect(refusal('score eq "1"').scimType).toBe('invalidFilter')
    expect(refusal('score eq true').scimType).toBe('invalidFilter')
    expect(bound('score eq null')).toBe('not score pr')
    expect(bound('born eq "2011-05-13T04:42:34Z"')).toContain('born')
    expect(refusal('born eq "2011-13-13T04:42:34Z"').scimType).toBe('invalidFilter')
  })

  it('is not mistaken for another', () => {
    expect(bound('title eq "a" or title eq "b"')).toBe('(title eq "a" or title eq "b")')
    expect(bound('title eq "a" or code eq "b"')).toBe('(title eq "a" or code eq "b")')
    expect(bound('title eq "a or title eq "')).toBe('title eq "a or title eq "')
    expect(bound('title eq "?" or title eq "??"')).toBe('(title eq "?" or title eq "??")')
    expect(refusal('title eq ?').scimType).toBe('invalidFilter')
    expect(refusal('title eq ? or title eq ?').scimType).toBe('invalidFilter')
    expect(refusal('title eq ').scimType).toBe('invalidFilter')
  })

  it('is forgotten when hundreds of others came, and read again', () => {
    for (let i = 0; i < 2000; i++) {
      const text = `title eq "x"${' '.repeat(i % 50)}or${' '.repeat(1 + i / 50)}code eq "${i}"`
      expect(bindFilter(account, text).matches({ code: String(i) })).toBe(true)
    }
    expect(bound('title eq "a" or code eq "b"')).toBe('(title eq "a" or code eq "b")')
  })

  it('gives the same objects each time they are asked for', () => {
    const filter = bindFilter(account, 'title eq "a" and emails[type eq "b"]')
    expect(filter.tree).toBe(filter.tree)
    expect(filter.equalities).toBe(filter.equalities)
    expect(filter.matches).toBe(filter.matches)
  })
})

describe('equalities', () => {
  it.each([
    ['code eq "a"', ['code=a']],
    ['code eq "a" and score eq 1 and title pr', ['code=a', 'score=1']],
    ['(code eq "a" and (score eq 1 or title pr)) and active eq true', ['code=a', 'active=true']],
    ['emails[type eq "work"].value eq "x"', ['emails.type=work', 'emails.value=x']],
    ['emails eq "x"', ['emails.value=x']],
    ['code eq "a" or score eq 1', []],
    ['not (code eq "a")', []],
    ['code ne "a" and title co "b" and score eq null', []],
  ])('%s', (text, expected) => {
    const { equalities } = bindFilter(account, text)
    expect(equalities.map(({ attribute, value }) => `${attribute.path}=${value}`)).toEqual(expected)
  })
})

describe('leniency', () => {
  const trace: string[] = []
  const lenient = (more: Partial<FilterOptions['leniency']>): FilterOptions => {
    trace.length = 0
    return {
      leniency: { ...noLeniency, ...more },
      note: (rule, path) => trace.push(`${rule} ${path}`),
    }
  }

  it.each([
    ['externalId eq jyoung', 'externalId eq "jyoung"'],
    ['code eq 123 and title eq 456', '(code eq "123" and title eq "456")'],
    ['code eq 0123', 'code eq "0123"'],
    ['code eq 1e2', 'code eq "1e2"'],
    ['code eq true', 'code eq "true"'],
    ['code eq 99999999999999999999', 'code eq "99999999999999999999"'],
    ['id eq 3c7a1e9e-2f5a-4a50-9a3b-1f0e6a2b7c11', 'id eq "3c7a1e9e-2f5a-4a50-9a3b-1f0e6a2b7c11"'],
    ['userName eq a.b+c@example.com', 'userName eq "a.b+c@example.com"'],
    [
      'meta.Created gt 2015-10-10T14:38:21.8617979-07:00',
      'meta.created gt "2015-10-10T14:38:21.8617979-07:00"',
    ],
    ['(emails[type eq work])', 'emails[emails.type eq "work"]'],
    ['emails[type eq work].value eq "x"', 'emails[(emails.type eq "work" and emails.value eq "x")]'],
  ])('reads %s without quotes', (text, tree) => {
    expect(refusal(text).scimType).toBe('invalidFilter')
    expect(bound(text, lenient({ unquotedLiterals: true }))).toBe(tree)
    expect(trace[0]).toMatch(/^unquotedLiterals /)
    expect(trace).toHaveLength(text.split(' eq ').length - 1 - (text.includes('"x"') ? 1 : 0) || 1)
  })

  it('leaves numbers, booleans and null what they are, and refuses what is no word', () => {
    const options = lenient({ unquotedLiterals: true })
    expect(bound('active eq True and score gt 5 and title eq null', options)).toBe(
      '(active eq true and score gt 5 and not title pr)',
    )
    expect(trace).toEqual([])
    for (const text of [
      'code eq',
      'emails[type eq ]',
      'code eq (x)',
      'code eq a b',
      'active eq yes',
      'born eq x',
    ]) {
      expect(refusal(text, options).scimType).toBe('invalidFilter')
    }
  })

  it('asks for a literal of another type, each time anew', () => {
    const options = lenient({
      coerce: (value, attribute) =>
        attribute.type === 'boolean' && value === 'True'
          ? { value: true, rule: 'booleanStrings', message: '' }
          : attribute.type === 'integer'
            ? { value: 'not a number either', rule: 'broken', message: '' }
            : undefined,
    })
    expect(refusal('emails[primary eq "True"]').scimType).toBe('invalidFilter')
    for (let i = 0; i < 2; i++) {
      expect(bound('emails[primary eq "True"]', options)).toBe('emails[emails.primary eq true]')
    }
    expect(trace).toEqual(['booleanStrings emails.primary', 'booleanStrings emails.primary'])
    expect(refusal('emails[primary eq "False"]', options).scimType).toBe('invalidFilter')
    expect(refusal('score eq "1"', options).scimType).toBe('invalidFilter')
    expect(refusal('emails[primary eq "True"]').scimType).toBe('invalidFilter')
  })

  it("finds an extension's attribute without its URN", () => {
    const options = lenient({ unqualifiedExtensions: true })
    expect(bound('manager eq "x" and badgeId pr', options)).toBe(
      `(${badgeUrn}:manager.value eq "x" and ${badgeUrn}:badgeId pr)`,
    )
    expect(trace).toEqual([
      `unqualifiedExtensions ${badgeUrn}:manager`,
      `unqualifiedExtensions ${badgeUrn}:badgeId`,
    ])
    expect(bound('manager.displayName eq "x"', options)).toBe(`${badgeUrn}:manager.displayName eq "x"`)
    // Also after the shape was read for someone who may.
    expect(refusal('manager eq "x" and badgeId pr').detail).toBe(
      `Account has no attribute "manager": write "${badgeUrn}:manager"`,
    )
    // Two extensions have a room.
    expect(refusal('room eq "x"', options).detail).toBe('Account has no attribute "room"')
    expect(refusal('nope eq "x"', options).detail).toBe('Account has no attribute "nope"')
  })
})
