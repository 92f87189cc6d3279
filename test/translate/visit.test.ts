import { describe, expect, it } from 'vitest'
import type { FilterVisitor } from '../../src/translate/index.js'
import { visitFilter } from '../../src/translate/index.js'
import { bind } from './people.js'

/** A filter as text that says who is asked about what. */
const printer: FilterVisitor<string> = {
  and: (parts) => (parts.length === 0 ? 'true' : `(${parts.join(' & ')})`),
  or: (parts) => (parts.length === 0 ? 'false' : `(${parts.join(' | ')})`),
  not: (part) => `!${part}`,
  present: ({ path }) => `${path}?`,
  compare: ({ op, attribute, value }) => `${attribute.path} ${op} ${JSON.stringify(value)}`,
  some: (attribute, condition) => `some ${attribute.path}: ${condition(printer)}`,
}

describe('a visitor', () => {
  it.each([
    [
      'userName eq "a" and (code co "b" or not (enabled eq true))',
      '(userName eq "a" & (code co "b" | !enabled eq true))',
    ],
    ['name.givenName sw "a"', 'name.givenName sw "a"'],
    ['name[givenName sw "a"]', '(name? & name.givenName sw "a")'],
    ['emails.value eq "x"', 'some emails: emails.value eq "x"'],
    ['emails eq "x"', 'some emails: emails.value eq "x"'],
    ['emails[value eq "x" and not (type pr)]', 'some emails: (emails.value eq "x" & !emails.type?)'],
    ['emails pr', 'some emails: emails?'],
    ['emails.type pr', 'some emails: emails.type?'],
    ['tags eq "x"', 'some tags: tags eq "x"'],
    ['emails.value ne "x"', '(some emails: emails.value ne "x" | !some emails: true)'],
    ['meta.resourceType eq "Person"', 'true'],
    ['meta.resourceType eq "User"', 'false'],
    ['meta.resourceType pr', 'true'],
  ])('sees %s', (filter, seen) => {
    expect(visitFilter(bind(filter), printer)).toBe(seen)
  })

  it('may see an element with another one', () => {
    const inElement: FilterVisitor<string> = {
      ...printer,
      compare: ({ attribute }) => `own ${attribute.name}`,
    }
    const visitor: FilterVisitor<string> = { ...printer, some: (_, condition) => condition(inElement) }
    expect(visitFilter(bind('emails.type eq "x" or code eq "x"'), visitor)).toBe('(own type | code eq "x")')
  })
})
