import { describe, expect, it } from 'vitest'
import { type FilterNode, parseFilter, printFilter } from '../../src/filter/index.js'
import { isScimError, type ScimError } from '../../src/protocol/index.js'
import vectors from '../fixtures/filter-vectors.json' with { type: 'json' }

interface Vector {
  readonly filter: string
  readonly tree?: FilterNode
  readonly printed?: string
}

const valFilter = 'RFC 7644 figure 1: valFilter = attrExp / logExp / *1"not" "(" valFilter ")"'
const not = 'RFC 7644 figure 1: FILTER = attrExp / logExp / valuePath / *1"not" "(" FILTER ")"'
const valuePath = 'RFC 7644 figure 1: valuePath = attrPath "[" valFilter "]"'
const attrName = 'RFC 7644 figure 1: ATTRNAME = ALPHA *(nameChar)'
const compValue = 'RFC 7644 figure 1: compValue = false / null / true / number / string, from JSON (RFC 7159)'

/** What other libraries accept and this one refuses, with the sentence that overrules them. */
const overruled: Readonly<Record<string, string>> = {
  'p1[p2[n1 eq 1]]': valFilter,
  'emails[value[hoge eq "@example.com"] and value[hoge eq "@example.com"]] or name eq "xxx"': valFilter,
  'not a pr': not,
  'not a[b pr]': not,
  'a[not b pr]': not,
  '064869bf-be25-466f-803d-004a0540574b eq "bjensen"': attrName,
  // In JSON `\u` is followed by four hexadecimal digits.
  'userName eq "domain\\user.name"': compValue,
  '-valid$Name eq -null': attrName,
  'value eq 123abc': compValue,
  'value eq 123abc5e4': compValue,
  'not eq pr': not,
  'NOT id pr': not,
  'email.value ew "@example.com" and not userName eq "Test"': not,
  'email.type eq "work" or not userName ne "Test"': not,
  'email.type eq "work" AND not email.value ew "@example.com"': not,
  'NOT email.type eq "work" and not email.value ew "@example.com"': not,
  'NOt not sw "A" and userName ew "Z" and userName co "m"': not,
  'emails[type eq "work" or type eq "home"].values[domain ew "@example.org"]': valuePath,
  'emails[type eq "work" or type eq "home"].values[domain ew "@example.org" or domain ew "@example.com"]':
    valuePath,
  'emails[type eq "work" or type eq "home"].values[domain ew "@example.org" or domain ew "@example.com"].recipient pr':
    valuePath,
  'emails[type eq "work"].values[domain ew "@example.org" or domain ew "@example.com"].recipient pr':
    valuePath,
  'emails[type eq "work"] pr': valuePath,
  'not emails[type eq "work"].value pr': not,
  'emails[not type eq "work"] pr': valFilter,
  'emails[type eq "work"] co "A"': valuePath,
  'emails[not type eq "work"] co "A"': valFilter,
  'not emails[not type eq "work"] co "A"': not,
  'userType eq "Employee" and emails[type eq "work" or primary eq true] pr': valuePath,
}

describe.each(vectors)('the filters of $source', ({ parse }) => {
  for (const { filter, tree, printed } of parse as readonly Vector[]) {
    const sentence = overruled[filter]
    if (sentence) {
      it(`refuses ${filter}`, () => {
        expect(refusal(filter).scimType, sentence).toBe('invalidFilter')
      })
    } else {
      it(`reads ${filter}`, () => {
        const read = parseFilter(filter)
        if (tree) expect(read).toEqual(tree)
        if (printed) expect(printFilter(read)).toBe(printed)
        expect(parseFilter(printFilter(read))).toEqual(read)
      })
    }
  }
})

it('overrules no filter that no library has', () => {
  const all = new Set(vectors.flatMap(({ parse }) => parse.map(({ filter }) => filter)))
  expect(Object.keys(overruled).filter((filter) => !all.has(filter))).toEqual([])
})

describe('structure', () => {
  const a: FilterNode = { op: 'pr', path: 'a' }
  const b: FilterNode = { op: 'pr', path: 'b' }
  const c: FilterNode = { op: 'pr', path: 'c' }
  const cases: readonly (readonly [string, FilterNode])[] = [
    ['a pr or b pr and c pr', { op: 'or', filters: [a, { op: 'and', filters: [b, c] }] }],
    ['a pr and b pr or c pr', { op: 'or', filters: [{ op: 'and', filters: [a, b] }, c] }],
    ['(a pr or b pr) and c pr', { op: 'and', filters: [{ op: 'or', filters: [a, b] }, c] }],
    ['not (a pr) and b pr', { op: 'and', filters: [{ op: 'not', filter: a }, b] }],
    ['not (a pr and b pr)', { op: 'not', filter: { op: 'and', filters: [a, b] } }],
    ['not(a pr)or(b pr)', { op: 'or', filters: [{ op: 'not', filter: a }, b] }],
    ['((a pr))', a],
    ['  a\tPR\r\n', a],
    [
      'A PR AND NOT (B EQ TRUE)',
      {
        op: 'and',
        filters: [
          { op: 'pr', path: 'A' },
          { op: 'not', filter: { op: 'eq', path: 'B', value: true } },
        ],
      },
    ],
    ['a eq False', { op: 'eq', path: 'a', value: false }],
    ['a eq NULL', { op: 'eq', path: 'a', value: null }],
    ['a gt -5 and b pr', { op: 'and', filters: [{ op: 'gt', path: 'a', value: -5 }, b] }],
    ['a gt -5.25E-1', { op: 'gt', path: 'a', value: -0.525 }],
    ['(a le 2e3)', { op: 'le', path: 'a', value: 2000 }],
    ['e[a eq 1]', { op: 'valuePath', path: 'e', filter: { op: 'eq', path: 'a', value: 1 } }],
    ['$ref eq "x"', { op: 'eq', path: '$ref', value: 'x' }],
    ['manager.$ref pr', { op: 'pr', path: 'manager.$ref' }],
    [
      'members[$ref eq "x"]',
      { op: 'valuePath', path: 'members', filter: { op: 'eq', path: '$ref', value: 'x' } },
    ],
    [
      'URN:ietf:params:scim:schemas:core:2.0:User:name.familyName sw "J"',
      { op: 'sw', path: 'URN:ietf:params:scim:schemas:core:2.0:User:name.familyName', value: 'J' },
    ],
    // Words of the grammar are names where a name belongs.
    ['pr pr', { op: 'pr', path: 'pr' }],
    [
      'and eq 1 and or eq 2',
      {
        op: 'and',
        filters: [
          { op: 'eq', path: 'and', value: 1 },
          { op: 'eq', path: 'or', value: 2 },
        ],
      },
    ],
    ['not (not eq 1)', { op: 'not', filter: { op: 'eq', path: 'not', value: 1 } }],
    ['true eq true', { op: 'eq', path: 'true', value: true }],
  ]
  it.each(cases)('%s', (text, tree) => {
    expect(parseFilter(text)).toEqual(tree)
  })

  it('puts a condition behind a value filter into it, for it is about the same element', () => {
    const tree: FilterNode = {
      op: 'valuePath',
      path: 'emails',
      filter: {
        op: 'and',
        filters: [
          {
            op: 'or',
            filters: [
              { op: 'eq', path: 'type', value: 'work' },
              { op: 'pr', path: 'primary' },
            ],
          },
          { op: 'eq', path: 'value', value: 'x' },
        ],
      },
    }
    expect(parseFilter('emails[type eq "work" or primary pr].value eq "x"')).toEqual(tree)
    expect(parseFilter('a pr and (emails[type eq "work" or primary pr].value eq "x")')).toEqual({
      op: 'and',
      filters: [a, tree],
    })
    expect(printFilter(parseFilter('emails[type eq null].value eq null or emails[a eq 1].type pr'))).toBe(
      'emails[type eq null and value eq null] or emails[a eq 1 and type pr]',
    )
  })
})

describe('strings are JSON strings', () => {
  it.each([
    ['"quo\\"te"', 'quo"te'],
    ['"back\\\\slash"', 'back\\slash'],
    ['"trailing\\\\"', 'trailing\\'],
    ['"\\u00e9\\ud83d\\ude00"', 'é😀'],
    ['"é😀"', 'é😀'],
    ['")"', ')'],
    ['"]"', ']'],
    ['"a and b eq \\"c\\" or (d pr)"', 'a and b eq "c" or (d pr)'],
    ['"0"', '0'],
    ['""', ''],
    ['"?"', '?'],
    ['"\\n\\/"', '\n/'],
  ])('%s', (literal, value) => {
    expect(parseFilter(`a eq ${literal} and b pr`)).toEqual({
      op: 'and',
      filters: [
        { op: 'eq', path: 'a', value },
        { op: 'pr', path: 'b' },
      ],
    })
    expect(parseFilter(`e[a eq ${literal}]`)).toMatchObject({ filter: { value } })
  })

  it.each(['"\\x"', '"\\u12"', '"a\nb"', '"a\tb"', '"domain\\user"'])('refuses %j', (literal) => {
    const { scimType, detail } = refusal(`a eq ${literal}`)
    expect(scimType).toBe('invalidFilter')
    expect(detail).toBe(
      'The string that begins at character 6 is not a JSON string: write \\\\ for a backslash and \\" for a quote',
    )
  })
})

describe('what is no filter is refused, and told where', () => {
  const operator = 'an operator (eq, ne, co, sw, ew, gt, ge, lt, le or pr) after the attribute name'
  const value = 'a string in double quotes, a number, true, false or null'
  it.each([
    ['', 'The filter is empty'],
    [' \t ', 'The filter is empty'],
    ['userName', `The filter is not valid: expected ${operator} where it ends`],
    ['userName eq', `The filter is not valid: expected ${value} where it ends`],
    ['eq "x"', `The filter is not valid: expected ${operator} at character 4`],
    ['a foo 1', `The filter is not valid: expected ${operator} at character 3`],
    ['a eqx 1', `The filter is not valid: expected ${operator} at character 3`],
    ['a eq 1)', 'The filter is not valid: expected "and", "or" or the end at character 7'],
    ['(a eq 1', 'The filter is not valid: expected "and", "or" or ")" where it ends'],
    ['(a eq 1]', 'The filter is not valid: expected "and", "or" or ")" at character 8'],
    ['e[a eq 1)', 'The filter is not valid: expected "and", "or" or "]" at character 9'],
    ['e[(a eq 1]', 'The filter is not valid: expected "and", "or" or ")" at character 10'],
    ['emails[type eq "work"', 'The filter is not valid: expected "and", "or" or "]" where it ends'],
    ['e[]', 'The filter is not valid: expected an attribute name or "(" at character 3'],
    ['()', 'The filter is not valid: expected an attribute name or "(" at character 2'],
    ['a eq 1 and', 'The filter is not valid: expected an attribute name or "(" where it ends'],
    ['a eq 1 b eq 2', 'The filter is not valid: expected "and", "or" or the end at character 8'],
    ['a eq 1 xor b eq 2', 'The filter is not valid: expected "and", "or" or the end at character 8'],
    ['a eq "x', 'The string that begins at character 6 has no closing quote'],
    ['a eq "x\\"', 'The string that begins at character 6 has no closing quote'],
    ["a eq 'x'", `The filter is not valid: expected ${value} at character 6`],
    ['a eq jyoung', `The filter is not valid: expected ${value} at character 6`],
    ['a eq 064', `The filter is not valid: expected ${value} at character 6`],
    ['a eq .5', `The filter is not valid: expected ${value} at character 6`],
    ['a eq 1e999', `The filter is not valid: expected ${value} at character 6`],
    ['a eq (1)', `The filter is not valid: expected ${value} at character 6`],
    ['a eq [1]', `The filter is not valid: expected ${value} at character 6`],
    ['e[a pr].', 'The filter is not valid: expected an attribute name or "(" where it ends'],
    ['e[a pr].b', `The filter is not valid: expected ${operator} where it ends`],
    ['e[a[b pr]]', `The filter is not valid: expected ${operator} at character 4`],
    ['e[a pr].b[c pr]', `The filter is not valid: expected ${operator} at character 10`],
    ['a.b.c pr', '"a.b.c" is not the path of an attribute'],
    ['1a pr', '"1a" is not the path of an attribute'],
    ['a.[b pr]', '"a." is not the path of an attribute'],
    ['a\u0000b pr', `The filter is not valid: expected ${operator} at character 2`],
    ['änderung pr', '"(unreadable name)" is not the path of an attribute'],
    ['a? pr', '"(unreadable name)" is not the path of an attribute'],
  ])('%j', (text, detail) => {
    const error = refusal(text)
    expect(error.status).toBe(400)
    expect(error.scimType).toBe('invalidFilter')
    expect(error.detail).toBe(detail)
  })

  it('does not repeat literals', () => {
    for (const text of [
      'a eq "secret" "secret"',
      'a eq "\\secret"',
      'a eq secret',
      'a b "secret"',
      'a eq "secret',
    ]) {
      expect(JSON.stringify([refusal(text).detail, refusal(text).cause])).not.toContain('secret')
    }
  })
})

function refusal(text: string): ScimError {
  try {
    parseFilter(text)
  } catch (error) {
    if (isScimError(error)) return error
    throw error
  }
  throw new Error(`Nobody refused ${text}`)
}
