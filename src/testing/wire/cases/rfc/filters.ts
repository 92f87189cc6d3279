import { urns } from '../../../../protocol/index.js'
import { type CaseDefinition, casesOf } from '../../case.js'
import { expectError, expectSame, expectStatus, expectThat, resourcesIn, wholeListIn } from '../../expect.js'
import type { Wire } from '../../wire.js'
import { filterBy, textAttributes } from '../attributes.js'
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

/**
 * A filter that the server takes must find the right users; one that it refuses as not supported is skipped, which
 * RFC 7644 3.12 allows (invalidFilter).
 */
function finding(
  id: string,
  name: string,
  conditions: Conditions,
  source = 'RFC 7644 3.4.2.2',
): CaseDefinition {
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
        if (found === undefined) continue
        taken += 1
        expectSame(found, expected, `who is found by ${condition} (the numbers of three users)`)
      }
      if (taken === 0) wire.skip('the server refuses these filters, or lacks their attributes')
    },
  }
}

/** Filters (RFC 7644 3.4.2.2). */
export const filters = casesOf(
  'rfc',
  [
    {
      id: 'filter-user-name',
      name: 'a user is found by userName, alone',
      source: 'RFC 7644 3.4.2.2',
      async run(wire) {
        const { id, userName } = await wire.createUser()
        await wire.createUser()
        const reply = await wire.get('/Users', filterBy('userName', userName))
        const found = wholeListIn(reply, { totalResults: 1 })
        expectSame(
          found.map((one) => one.id),
          [id],
          'who is found',
          reply,
        )
      },
    },
    {
      id: 'filter-user-name-case',
      name: 'a user is found by userName in other letters',
      source: 'RFC 7643 4.1.1 (caseExact false)',
      async run(wire) {
        const { id, userName } = await wire.createUser()
        const reply = await wire.get('/Users', filterBy('userName', String(userName).toUpperCase()))
        expectSame(
          resourcesIn(reply).map((one) => one.id),
          [id],
          'who is found',
          reply,
        )
      },
    },
    {
      id: 'filter-nobody',
      name: 'a filter that matches nobody is an empty list and no error',
      source: 'RFC 7644 3.4.2',
      readsOnly: true,
      async run(wire) {
        const reply = await wire.get('/Users', filterBy('userName', `${wire.mark('nobody')}@example.com`))
        expectSame(wholeListIn(reply, { totalResults: 0 }).length, 0, 'how many are found', reply)
      },
    },
    {
      id: 'filter-wrong',
      name: 'a filter that does not parse is refused and finds nobody',
      source: 'RFC 7644 3.4.2.2 and 3.12',
      readsOnly: true,
      async run(wire) {
        for (const filter of ['userName', 'userName eq', 'eq "x"', '(userName pr', 'userName foo "x"', '"x"'])
          expectStatus(await wire.get('/Users', { filter, count: '1' }), 400)
      },
    },
    {
      id: 'filter-unknown',
      name: 'a filter on an attribute that no schema has does not find everybody',
      source: 'RFC 7644 3.4.2.2',
      async run(wire) {
        await wire.createUser()
        const reply = await wire.get('/Users', { filter: 'scimkitVerifyNoSuch eq "x"', count: '1' })
        if (reply.status === 400) return
        expectSame(resourcesIn(reply).length, 0, 'how many are found', reply)
      },
    },
    {
      id: 'filter-wrong-type',
      name: 'the error for a filter that does not parse is invalidFilter',
      source: 'RFC 7644 3.12, table 9',
      level: 'optional',
      readsOnly: true,
      async run(wire) {
        expectError(await wire.get('/Users', { filter: 'userName eq', count: '1' }), 400, 'invalidFilter')
      },
    },
    {
      id: 'filter-escapes',
      name: 'quotes, backslashes, brackets and blanks in a text are compared as they are',
      source: 'RFC 7644 3.4.2.2, RFC 8259 7',
      async run(wire) {
        const [name] = textAttributes(wire, 1)
        const text = `${wire.mark('escape')} "a" \\ (b) [c eq 1] and or é`
        const { id } = await wire.createUser({ [name]: text })
        await wire.createUser({ [name]: text.replaceAll('"', '') })
        const reply = await wire.get('/Users', filterBy(name, text))
        if (reply.status === 400 && (await wire.get('/Users', filterBy(name, 'x'))).status === 400)
          return wire.skip(`the server has no filters on ${name}`)
        expectSame(
          resourcesIn(reply).map((one) => one.id),
          [id],
          'who is found',
          reply,
        )
      },
    },
    {
      id: 'filter-external-id',
      name: 'a user is found by externalId',
      source: 'RFC 7643 3.1',
      attributes: ['externalId'],
      async run(wire) {
        const externalId = wire.mark('external')
        const { id } = await wire.createUser({ externalId })
        const reply = await wire.get('/Users', filterBy('externalId', externalId))
        if (reply.status === 400) return wire.skip('the server has no filters on externalId')
        expectSame(
          resourcesIn(reply).map((one) => one.id),
          [id],
          'who is found',
          reply,
        )
      },
    },
    {
      id: 'filter-id',
      name: 'a user is found by id',
      source: 'RFC 7643 3.1',
      async run(wire) {
        const { id } = await wire.createUser()
        await wire.createUser()
        const reply = await wire.get('/Users', filterBy('id', id))
        if (reply.status === 400) return wire.skip('the server has no filters on id')
        expectSame(
          resourcesIn(reply).map((one) => one.id),
          [id],
          'who is found',
          reply,
        )
      },
    },
    {
      id: 'filter-groups',
      name: 'a group is found by displayName',
      source: 'RFC 7644 3.4.2.2',
      needs: ['groups'],
      async run(wire) {
        const { id, displayName } = await wire.createGroup()
        await wire.createGroup()
        const reply = await wire.get('/Groups', filterBy('displayName', displayName))
        expectSame(
          wholeListIn(reply, { totalResults: 1 }).map((one) => one.id),
          [id],
          'which is found',
          reply,
        )
      },
    },
    {
      id: 'filter-total',
      name: 'totalResults counts what the filter matches, not all and not the page',
      source: 'RFC 7644 3.4.2',
      async run(wire) {
        const { list } = await family(wire, [{}, {}, {}])
        const reply = await list({ count: '1' })
        wholeListIn(reply, { totalResults: 3, itemsPerPage: 1 })
      },
    },
    finding('filter-eq', 'eq finds what is equal, where caseExact is false in any letter case', (made) => [
      [`${made.first} eq "b"`, [0]],
      [`${made.first} eq "B"`, made.isExact ? [] : [0]],
    ]),
    finding('filter-ne', 'ne finds what is not equal, and what has no value', ({ first }) => [
      [`${first} ne "b"`, [1, 2]],
    ]),
    finding('filter-co', 'co finds what contains a text', ({ first }) => [[`${first} co "C"`, [1]]]),
    finding('filter-sw', 'sw finds what begins with a text', ({ users }) => [
      [`userName sw ${JSON.stringify(String(users[1]?.userName).slice(0, -12))}`, [1]],
    ]),
    finding('filter-ew', 'ew finds what ends with a text', ({ users }) => [
      [`userName ew ${JSON.stringify(String(users[2]?.userName).slice(4))}`, [2]],
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
    finding('filter-names', 'operators and names of attributes are read in any letter case', ({ first }) => [
      [`${first.toUpperCase()} EQ "b"`, [0]],
    ]),
    finding(
      'filter-urn',
      'an attribute can be named with the URN of its schema',
      ({ first }) => [[`${urns.user}:${first} eq "b"`, [0]]],
      'RFC 7644 3.10',
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
      ({ hasEmails, email }) =>
        hasEmails
          ? [
              [`emails[type eq "work" and value eq "${email('work').value}"]`, [0]],
              [`emails[type eq "work" and value co "home"]`, []],
            ]
          : [],
    ),
    finding('filter-times', 'times are compared as instants', () => [
      ['meta.lastModified gt "2011-05-13T04:42:34Z"', [0, 1, 2]],
      ['meta.created lt "2011-05-13T04:42:34+02:00"', []],
    ]),
    {
      id: 'filter-twice',
      name: 'a page under a filter holds only what matches',
      source: 'RFC 7644 3.4.2.2',
      async run(wire) {
        const { userName } = await wire.createUser()
        const reply = await wire.get('/Users', {
          ...filterBy('userName', userName),
          startIndex: '1',
          count: '100',
        })
        const found = resourcesIn(reply).filter((one) => one.userName !== userName)
        expectThat(found.length === 0, `${found.length} others are found`, 'the user alone', reply)
      },
    },
  ],
  ['filter'],
)
