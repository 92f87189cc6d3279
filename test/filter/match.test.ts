import { describe, expect, it } from 'vitest'
import { bindFilter } from '../../src/filter/index.js'
import { attribute, compileResourceType, defineSchema, describeResourceType } from '../../src/schema/index.js'
import vectors from '../fixtures/filter-vectors.json' with { type: 'json' }
import { account, badgeUrn } from './account.js'

describe('the matches of other libraries', () => {
  const typeWith = (caseExact: boolean) =>
    compileResourceType(
      describeResourceType({
        name: 'Thing',
        endpoint: '/Things',
        schema: defineSchema('urn:example:params:scim:schemas:core:2.0:Thing', {
          userName: attribute.string({ caseExact }),
          score: attribute.integer(),
          active: attribute.boolean(),
        }),
      }),
    )
  const folding = typeWith(false)
  const exact = typeWith(true)
  for (const { source, match = [] } of vectors) {
    for (const one of match) {
      it(`${source}: ${one.filter} and ${JSON.stringify(one.resource)}: ${one.match}`, () => {
        const type = 'caseExact' in one && one.caseExact ? exact : folding
        const match = () => bindFilter(type, one.filter).matches(one.resource)
        // RFC 7644 figure 1 takes its strings from JSON, where `\u` is followed by four hexadecimal digits.
        if (one.filter.includes('\\user')) expect(match).toThrow('not a JSON string')
        else expect(match()).toBe(one.match)
      })
    }
  }
})

const full = {
  id: 'Id1',
  externalId: 'Ext1',
  userName: 'Beta',
  code: 'Code',
  title: 'Größe',
  active: true,
  score: -3,
  rating: 2.5,
  born: '2011-05-13T04:42:34.5Z',
  seen: '2011-05-13T05:42:34+01:00',
  home: 'https://example.com/A',
  name: { givenName: 'Barbara', familyName: "O'Malley" },
  tags: ['Red', 'green'],
  emails: [
    { value: 'work@example.com', type: 'work', primary: true, labels: ['one', 'two'] },
    { value: 'home@example.org', type: 'home' },
  ],
  members: [{ value: 'M1', $ref: 'https://example.com/Users/M1' }],
  meta: {
    resourceType: 'Account',
    created: '2020-01-01T00:00:00Z',
    lastModified: '2020-06-01T12:00:00+02:00',
  },
  [badgeUrn]: {
    badgeId: 'B1',
    manager: { value: 'Boss' },
    doors: [
      { value: 'North', floor: 1 },
      { value: 'South', floor: 2 },
    ],
  },
}
const bare = { id: 'Id2', userName: 'alpha' }

function matching(filter: string): string {
  const { matches } = bindFilter(account, filter)
  return [matches(full) && 'full', matches(bare) && 'bare'].filter(Boolean).join(' ')
}

describe('semantics', () => {
  it.each([
    // caseExact decides.
    ['userName eq "BETA"', 'full'],
    ['userName ne "BETA"', 'bare'],
    ['code eq "CODE"', ''],
    ['code eq "Code"', 'full'],
    ['id eq "ID1"', ''],
    ['externalId eq "ext1"', ''],
    ['externalId eq "Ext1"', 'full'],
    ['title eq "GRÖSSE"', ''],
    ['title eq "GRÖßE"', 'full'],
    ['userName co "ET"', 'full'],
    ['userName sw "BE"', 'full'],
    ['userName ew "TA"', 'full'],
    ['userName ew "BETA"', 'full'],
    ['userName ew "XBETA"', ''],
    ['title sw "grö"', 'full'],
    ['title ew "ÖSSE"', ''],
    ['title ew "öße"', 'full'],
    ['code co "od"', 'full'],
    ['code co "OD"', ''],
    ['code sw "co"', ''],
    ['code ew "de"', 'full'],
    ['userName co ""', 'full bare'],
    ['home eq "https://example.com/a"', ''],
    ['home eq "https://example.com/A"', 'full'],
    // Order.
    ['userName gt "ALPHA"', 'full'],
    ['userName ge "ALPHA"', 'full bare'],
    ['userName lt "beta"', 'bare'],
    ['userName le "beta"', 'full bare'],
    ['code gt "Bode"', 'full'],
    ['code gt "code"', ''],
    ['score gt -5', 'full'],
    ['score gt -5 and title pr', 'full'],
    ['score lt -3', ''],
    ['score le -3', 'full'],
    ['score ge -3.5', 'full'],
    ['rating eq 2.50', 'full'],
    ['rating gt 2e0', 'full'],
    // dateTimes are instants.
    ['born eq "2011-05-13T06:42:34.500+02:00"', 'full'],
    ['born ne "2011-05-13T06:42:34.500+02:00"', 'bare'],
    ['born gt "2011-05-13T04:42:34.4999999Z"', 'full'],
    ['born gt "2011-05-13T04:42:34.5000000Z"', ''],
    ['born ge "2011-05-13T04:42:34.5000000Z"', 'full'],
    ['born lt "2011-05-13T04:42:34.5000001Z"', 'full'],
    ['born le "2011-05-13T04:42:34.5"', 'full'],
    ['born sw "2011-05-13t"', 'full'],
    ['seen eq "2011-05-13T04:42:34Z"', 'full'],
    ['seen sw "2011-05-13t"', ''],
    ['meta.lastModified eq "2020-06-01T10:00:00Z"', 'full'],
    ['meta.lastModified gt "2020-06-01T11:00:00Z"', ''],
    ['meta.lastModified lt "2020-06-01T11:00:00+01:00"', ''],
    // What is missing.
    ['title eq "x"', ''],
    ['title ne "x"', 'full bare'],
    ['not (title eq "x")', 'full bare'],
    ['not (title ne "x")', ''],
    ['title pr', 'full'],
    ['not (title pr)', 'bare'],
    ['title eq null', 'bare'],
    ['title ne null', 'full'],
    ['emails.type ne "work"', 'full bare'],
    ['emails.type ne "nothing"', 'full bare'],
    ['meta.lastModified gt "2000-01-01T00:00:00Z"', 'full'],
    ['name.familyName ne "x"', 'full bare'],
    ['active ne true', 'bare'],
    ['active ne false', 'full bare'],
    ['score ne 5', 'full bare'],
    // Several values.
    ['tags eq "RED"', 'full'],
    ['tags ne "red"', 'full bare'],
    ['tags sw "gr"', 'full'],
    ['tags pr', 'full'],
    ['emails co "EXAMPLE.ORG"', 'full'],
    ['emails eq "work@example.com"', 'full'],
    ['emails.labels eq "two"', 'full'],
    ['emails.labels ne "one"', 'full bare'],
    ['emails.type eq "work" and emails.value eq "home@example.org"', 'full'],
    ['emails[type eq "work" and value eq "home@example.org"]', ''],
    ['emails[type eq "work"].value eq "home@example.org"', ''],
    ['emails[type eq "work"].value eq "work@example.com"', 'full'],
    ['emails[type eq "work"].value ne "work@example.com"', ''],
    ['emails[type eq "home"].primary pr', ''],
    ['emails[not (primary eq true)].value ew ".org"', 'full'],
    ['not (emails[type eq "other"])', 'full bare'],
    ['emails[labels eq "two"]', 'full'],
    ['members[$ref eq "https://example.com/Users/M1"]', 'full'],
    ['members eq "m1"', ''],
    ['name[givenName eq "barbara" and familyName sw "o\'"]', 'full'],
    ['name[not (givenName eq "x")]', 'full'],
    // Extensions.
    [`${badgeUrn} pr`, 'full'],
    [`${badgeUrn}:badgeId eq "B1"`, 'full'],
    [`${badgeUrn}:manager eq "Boss"`, 'full'],
    [`${badgeUrn}:manager.displayName pr`, ''],
    [`${badgeUrn}:doors[value eq "north" and floor eq 2]`, ''],
    [`${badgeUrn}:doors[value eq "south" and floor eq 2]`, 'full'],
    [`${badgeUrn}:doors.floor gt 1`, 'full'],
    [`${badgeUrn}:doors.floor ne 7`, 'full bare'],
    // Logic.
    ['not (userName eq "beta" or title pr)', 'bare'],
    ['not (userName eq "beta") and not (title pr)', 'bare'],
    ['not (userName eq "beta" and title pr)', 'bare'],
    ['not (userName eq "beta") or not (title pr)', 'bare'],
    ['userName eq "alpha" or userName eq "beta" and title eq "x"', 'bare'],
    ['(userName eq "alpha" or userName eq "beta") and title pr', 'full'],
    ['active eq true and score lt 0 and rating gt 2', 'full'],
    ['active eq true and score lt 0 and rating gt 2 and title pr', 'full'],
    ['active eq true and score lt 0 and rating gt 2 and title eq "x"', ''],
    ['title eq "x" or code eq "x" or userName eq "alpha"', 'bare'],
    ['title eq "x" or code eq "x" or tags eq "x" or userName eq "alpha"', 'bare'],
    ['userName eq " and "', ''],
  ])('%s matches %s', (filter, names) => {
    expect(matching(filter)).toBe(names)
  })

  it.each([
    [undefined, false],
    [null, false],
    ['', false],
    [[], false],
    [{}, false],
    [[null, '', {}], false],
    [{ givenName: null, familyName: '' }, false],
    [{ givenName: '', familyName: 'x' }, true],
  ])('pr of a value %j', (value, present) => {
    const { matches } = bindFilter(account, 'name pr')
    expect(matches({ name: value })).toBe(present)
  })

  it('counts false and 0 as values, and elements by their values', () => {
    expect(bindFilter(account, 'active pr and score pr').matches({ active: false, score: 0 })).toBe(true)
    expect(bindFilter(account, 'emails pr').matches({ emails: [{ primary: false }] })).toBe(true)
    expect(bindFilter(account, 'emails pr').matches({ emails: [{ value: '' }, {}] })).toBe(false)
    expect(bindFilter(account, 'emails.value pr').matches({ emails: [{ type: 'x' }, { value: 'y' }] })).toBe(
      true,
    )
    expect(bindFilter(account, 'emails.value pr').matches({ emails: [{ type: 'x' }, { value: '' }] })).toBe(
      false,
    )
  })

  it('folds letters beyond ASCII by simple case folding', () => {
    const kelvin = bindFilter(account, 'userName eq "KELVIN"')
    expect(kelvin.matches({ userName: '\u212aelvin' })).toBe(true)
    expect(bindFilter(account, 'userName sw "k"').matches({ userName: '\u212aelvin' })).toBe(true)
    expect(bindFilter(account, 'userName ew "K"').matches({ userName: 'x\u212a' })).toBe(true)
    expect(bindFilter(account, 'userName eq "\u0130"').matches({ userName: 'i\u0307' })).toBe(false)
    expect(bindFilter(account, 'userName eq "i\u0307"').matches({ userName: '\u0130' })).toBe(false)
    // These differ in the bit that tells ASCII letters' cases apart, and are no letters.
    expect(bindFilter(account, 'userName eq "a@b"').matches({ userName: 'a`b' })).toBe(false)
    expect(bindFilter(account, 'userName eq "a[b"').matches({ userName: 'a{b' })).toBe(false)
  })
})

describe('odd data', () => {
  const odd: readonly unknown[] = [
    undefined,
    null,
    0,
    'text',
    true,
    [],
    [[]],
    Number.NaN,
    () => 1,
    Symbol('x'),
    { emails: null },
    { emails: 'x' },
    { emails: {} },
    { emails: [null, 1, 'x', [], {}, { type: 5, value: null }] },
    { userName: 5, code: {}, name: 'x', born: 'x', score: '1', active: 'true', tags: 'x' },
    { name: [], meta: null, born: {}, rating: Number.NaN },
    { meta: { lastModified: 12 }, [badgeUrn]: 'x' },
    Object.create(null),
  ]
  const filters = [
    'userName eq "x"',
    'userName co "x"',
    'code sw "x"',
    'name.givenName ew "x"',
    'emails eq "x"',
    'emails[type eq "x" and value pr]',
    'emails[type eq "x"].value co "x"',
    'born gt "2011-05-13T04:42:34Z"',
    'meta.lastModified le "2011-05-13T04:42:34Z"',
    'score eq 1',
    'rating le 1',
    'active eq true',
    'tags eq "x"',
    `${badgeUrn}:manager eq "x"`,
    `${badgeUrn}:doors.floor eq 1`,
    'emails.labels eq "x"',
  ]
  it.each(filters)('%s finds nothing in it, and its negation everything', (filter) => {
    const positive = bindFilter(account, filter)
    const negative = bindFilter(account, `not (${filter})`)
    for (const one of odd) {
      expect(positive.matches(one)).toBe(false)
      expect(negative.matches(one)).toBe(true)
    }
  })

  it('that refers to itself ends', () => {
    const loop: Record<string, unknown> = {}
    loop.name = loop
    expect(bindFilter(account, 'name pr').matches(loop)).toBe(true)
  })
})
