import { urns } from '../../../../protocol/index.js'
import { casesOf, type WireCaseDefinition } from '../../case.js'
import { expectSame, expectThat } from '../../expect.js'
import type { Wire } from '../../wire.js'
import { textAttributes } from '../attributes.js'
import { family } from '../family.js'

/** Three users who differ in two texts, in their e-mail addresses and in whether they are active. */
async function three(wire: Wire) {
  const [first, second = ''] = textAttributes(wire, 2)
  const hasEmails = wire.target.writes('emails.value') && wire.target.writes('emails.type')
  const hasActive = wire.target.writes('active')
  const start = wire.mark('mail')
  const email = (type: string) => ({ value: `${type}-${start}@example.com`, type })
  const made = await family(wire, [
    { [first]: 'b', [second]: undefined, ...(hasEmails && { emails: [email('work')] }) },
    { [first]: 'C', ...(hasEmails && { emails: [email('home')] }), ...(hasActive && { active: false }) },
    { [first]: undefined, [second]: 'A', ...(hasEmails && { emails: [email('other')] }) },
  ])
  const isExact = wire.target.attribute(urns.user, first)?.caseExact === true
  return { ...made, first, second, hasEmails, hasActive, email, isExact }
}

type Three = Awaited<ReturnType<typeof three>>
type Conditions = (made: Three) => readonly (readonly [condition: string, expected: readonly number[]])[]

/** What else is said of a case about filters. */
interface Finding {
  readonly source?: string
  /** The same condition as it is mostly written: a server that takes it takes the others too. */
  readonly plain?: (made: Three) => string
}

/** @throws CaseFailure where a condition is refused that is taken in another spelling. */
async function expectRefusedToo(made: Three, condition: string, plain: Finding['plain']): Promise<void> {
  const usual = plain?.(made)
  const isTaken = usual !== undefined && (await made.find(usual)) !== undefined
  expectThat(
    !isTaken,
    `the filter ${condition} is refused, and ${usual} is not`,
    'the same answer: both say the same',
  )
}

/**
 * A filter that the server takes must find the right users; one that it refuses as not supported is skipped, which
 * RFC 7644 3.12 allows (invalidFilter).
 */
function finding(
  id: string,
  name: string,
  conditions: Conditions,
  { source = 'RFC 7644 3.4.2.2', plain }: Finding = {},
): WireCaseDefinition {
  return {
    id,
    name,
    source,
    async run(wire) {
      const made = await three(wire)
      const all = conditions(made)
      let taken = 0
      for (const [condition, expected] of all) {
        const found = await made.find(condition)
        if (found === undefined) {
          await expectRefusedToo(made, condition, plain)
          continue
        }
        taken += 1
        expectSame(found, expected, `who is found by ${condition} (the numbers of three users)`)
      }
      if (taken === 0) wire.skip('the server refuses these filters, or lacks their attributes')
    },
  }
}

/** What each operator finds (RFC 7644 3.4.2.2). */
export const filterOperators = casesOf(
  'rfc',
  [
    finding('filter-eq', 'eq finds what is equal, where caseExact is false in any letter case', (made) => [
      [`${made.first} eq "b"`, [0]],
      [`${made.first} eq "B"`, made.isExact ? [] : [0]],
    ]),
    finding('filter-ne', 'ne finds what is not equal, and what has no value', ({ first }) => [
      [`${first} ne "b"`, [1, 2]],
    ]),
    finding('filter-co', 'co finds what contains a text', ({ first }) => [[`${first} co "C"`, [1]]]),
    finding('filter-sw', 'sw finds what begins with a text, and not what has it inside', ({ users }) => [
      [`userName sw ${JSON.stringify(String(users[1]?.userName).slice(0, -12))}`, [1]],
      [`userName sw ${JSON.stringify(String(users[1]?.userName).slice(4))}`, []],
    ]),
    finding('filter-ew', 'ew finds what ends with a text, and not what has it inside', ({ users }) => [
      [`userName ew ${JSON.stringify(String(users[2]?.userName).slice(4))}`, [2]],
      [`userName ew ${JSON.stringify(String(users[2]?.userName).slice(0, -4))}`, []],
    ]),
    finding('filter-pr', 'pr finds what has a value', ({ first }) => [
      [`${first} pr`, [0, 1]],
      [`not (${first} pr)`, [2]],
    ]),
    finding('filter-order', 'gt, ge, lt and le compare in the order of the letters', ({ first, isExact }) =>
      isExact
        ? []
        : [
            [`${first} gt "b"`, [1]],
            [`${first} ge "b"`, [0, 1]],
            [`${first} lt "c"`, [0]],
            [`${first} le "c"`, [0, 1]],
          ],
    ),
    finding('filter-boolean', 'a boolean is compared with true and false', ({ hasActive }) =>
      hasActive
        ? [
            ['active eq false', [1]],
            ['active eq true', [0, 2]],
            ['active ne true', [1]],
          ]
        : [],
    ),
    finding(
      'filter-and-or',
      'and binds more tightly than or, brackets more than both',
      ({ first, second, users }) => {
        const [one, two] = [`userName eq ${JSON.stringify(users[1]?.userName)}`, `${second} eq "A"`]
        return [
          [`${first} eq "b" or ${one}`, [0, 1]],
          [`${first} eq "b" or ${two} and ${one}`, [0]],
          [`(${first} eq "b" or ${two}) and ${one}`, []],
          [`${first} eq "b" and ${one}`, []],
        ]
      },
    ),
    finding('filter-not', 'not finds the others', ({ first }) => [[`not (${first} eq "b")`, [1, 2]]]),
    finding(
      'filter-names',
      'operators and names of attributes are read in any letter case',
      ({ first, hasActive }) => [
        [`${first.toUpperCase()} EQ "b"`, [0]],
        ...(hasActive ? ([[`${first.toUpperCase()} PR AND Active Eq False`, [1]]] as const) : []),
      ],
      { plain: ({ first }) => `${first} eq "b"` },
    ),
    finding(
      'filter-urn',
      'an attribute can be named with the URN of its schema',
      ({ first }) => [[`${urns.user}:${first} eq "b"`, [0]]],
      { source: 'RFC 7644 3.10', plain: ({ first }) => `${first} eq "b"` },
    ),
    finding(
      'filter-list',
      'an attribute with several values matches if one of them does',
      ({ hasEmails, email }) =>
        hasEmails
          ? [
              [`emails eq "${email('work').value}"`, [0]],
              [`emails.value eq "${email('home').value}"`, [1]],
              ['emails.type eq "home"', [1]],
            ]
          : [],
    ),
    finding(
      'filter-element',
      'conditions in brackets hold for one and the same value',
      ({ hasEmails, email, first }) =>
        hasEmails
          ? [
              [`emails[type eq "work" and value eq "${email('work').value}"]`, [0]],
              [`emails[type eq "work" and value co "home"]`, []],
              [`emails[type eq "work"] and ${first} pr`, [0]],
            ]
          : [],
    ),
    finding('filter-times', 'times are compared as instants', () => [
      ['meta.lastModified gt "2011-05-13T04:42:34Z"', [0, 1, 2]],
      ['meta.created lt "2011-05-13T04:42:34+02:00"', []],
    ]),
    finding('filter-meta', 'the kind of a resource is compared', () => [
      ['meta.resourceType eq "User"', [0, 1, 2]],
      ['meta.resourceType eq "Group"', []],
    ]),
  ],
  ['filter'],
)
