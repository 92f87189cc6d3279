import { casesOf } from '../../case.js'
import { expectError, expectSame, expectStatus, expectThat, expectToHave } from '../../expect.js'
import type { JsonObject } from '../../json.js'
import type { Wire } from '../../wire.js'
import { elementsAt, valuesAt } from '../attributes.js'

interface Emails {
  readonly path: string
  readonly work: string
  readonly home: string
  readonly third: string
}

/** A user with an address of work and one of home. */
async function withEmails(wire: Wire): Promise<Emails> {
  const [work, home, third] = ['work', 'home', 'third'].map((one) => `${wire.mark(one)}@example.com`) as [
    string,
    string,
    string,
  ]
  const { id } = await wire.createUser({
    emails: [
      { value: work, type: 'work', ...(wire.target.writes('emails.primary') && { primary: true }) },
      { value: home, type: 'home' },
    ],
  })
  return { path: `/Users/${id}`, work, home, third }
}

function valueOfType(user: JsonObject, type: string): unknown {
  return elementsAt(user, 'emails').find((one) => one.type === type)?.value
}

/** PATCH of what has several values (RFC 7644 3.5.2). */
export const patchedElements = casesOf(
  'rfc',
  [
    {
      id: 'patch-add-element',
      name: 'add puts a value beside those that are there',
      source: 'RFC 7644 3.5.2.1',
      attributes: ['emails.value', 'emails.type'],
      async run(wire) {
        const { path, work, home, third } = await withEmails(wire)
        const value = [{ value: third, type: 'other' }]
        const after = await wire.patched(path, [{ op: 'add', path: 'emails', value }])
        expectSame(valuesAt(after, 'emails'), [work, home, third].sort(), 'the addresses')
      },
    },
    {
      id: 'patch-add-element-pathless',
      name: 'add without a path puts a value beside those that are there',
      source: 'RFC 7644 3.5.2.1',
      needs: ['pathless'],
      attributes: ['emails.value', 'emails.type'],
      async run(wire) {
        const { path, work, home, third } = await withEmails(wire)
        const value = { emails: [{ value: third, type: 'other' }] }
        const after = await wire.patched(path, [{ op: 'add', value }])
        expectSame(valuesAt(after, 'emails'), [work, home, third].sort(), 'the addresses')
      },
    },
    {
      id: 'patch-replace-list',
      name: 'replace of a list replaces all of it',
      source: 'RFC 7644 3.5.2.3',
      attributes: ['emails.value', 'emails.type'],
      async run(wire) {
        const { path, third } = await withEmails(wire)
        const value = [{ value: third, type: 'work' }]
        const after = await wire.patched(path, [{ op: 'replace', path: 'emails', value }])
        expectSame(valuesAt(after, 'emails'), [third], 'the addresses')
      },
    },
    {
      id: 'patch-remove-list',
      name: 'remove of a list takes all of it away',
      source: 'RFC 7644 3.5.2.2',
      attributes: ['phoneNumbers.value'],
      async run(wire) {
        const { id } = await wire.createUser({ phoneNumbers: [{ value: '555-0100' }, { value: '555-0101' }] })
        const after = await wire.patched(`/Users/${id}`, [{ op: 'remove', path: 'phoneNumbers' }])
        expectToHave(after, { phoneNumbers: undefined }, 'the user')
      },
    },
    {
      id: 'patch-element-part',
      name: 'replace changes one part of the value that a condition selects, and no other value',
      source: 'RFC 7644 3.5.2.3',
      attributes: ['emails.value', 'emails.type'],
      async run(wire) {
        const { path, home, third } = await withEmails(wire)
        const operation = { op: 'replace', path: 'emails[type eq "work"].value', value: third }
        const after = await wire.patched(path, [operation])
        expectSame([valueOfType(after, 'work'), valueOfType(after, 'home')], [third, home], 'the addresses')
        expectSame(elementsAt(after, 'emails').length, 2, 'how many addresses there are')
      },
    },
    {
      id: 'patch-element',
      name: 'replace changes the value that a condition selects, and no other',
      source: 'RFC 7644 3.5.2.3',
      needs: ['pathless'],
      attributes: ['emails.value', 'emails.type'],
      async run(wire) {
        const { path, home, third } = await withEmails(wire)
        const value = { type: 'work', value: third }
        const after = await wire.patched(path, [{ op: 'replace', path: 'emails[type eq "work"]', value }])
        expectSame(valuesAt(after, 'emails'), [home, third].sort(), 'the addresses')
      },
    },
    {
      id: 'patch-remove-element',
      name: 'remove takes the value away that a condition selects, and no other',
      source: 'RFC 7644 3.5.2.2',
      attributes: ['emails.value', 'emails.type'],
      async run(wire) {
        const { path, work } = await withEmails(wire)
        const after = await wire.patched(path, [{ op: 'remove', path: 'emails[type eq "home"]' }])
        expectSame(valuesAt(after, 'emails'), [work], 'the addresses')
      },
    },
    {
      id: 'patch-remove-elements',
      name: 'remove takes away what two conditions select',
      source: 'RFC 7644 3.5.2.2',
      attributes: ['emails.value', 'emails.type'],
      async run(wire) {
        const [one, two] = [`${wire.mark('a')}@example.com`, `${wire.mark('b')}@example.org`]
        const emails = [
          { type: 'work', value: one },
          { type: 'home', value: two },
        ]
        const { id } = await wire.createUser({ emails })
        const path = 'emails[type eq "work" and value ew "example.com"]'
        const after = await wire.patched(`/Users/${id}`, [{ op: 'remove', path }])
        expectSame(valuesAt(after, 'emails'), [two], 'the addresses')
      },
    },
    {
      id: 'patch-primary',
      name: 'a new primary value takes the place of the old one',
      source: 'RFC 7644 3.5.2',
      attributes: ['emails.value', 'emails.type', 'emails.primary'],
      async run(wire) {
        const { path, third } = await withEmails(wire)
        const value = [{ value: third, type: 'other', primary: true }]
        const after = await wire.patched(path, [{ op: 'add', path: 'emails', value }])
        const primary = elementsAt(after, 'emails').filter((one) => one.primary === true)
        expectSame(
          primary.map((one) => one.value),
          [third],
          'what is primary',
        )
      },
    },
    {
      id: 'patch-add-twice',
      name: 'add of a value that is there does not make a second one',
      source: 'RFC 7644 3.5.2.1',
      attributes: ['emails.value', 'emails.type'],
      async run(wire) {
        const { path, work, home } = await withEmails(wire)
        const value = [{ value: home, type: 'home' }]
        const after = await wire.patched(path, [{ op: 'add', path: 'emails', value }])
        expectSame(valuesAt(after, 'emails'), [work, home].sort(), 'the addresses')
      },
    },
    {
      id: 'patch-no-match',
      name: 'replace of what no condition selects is noTarget or makes the value, and changes no other',
      source: 'RFC 7644 3.5.2.3',
      attributes: ['emails.value', 'emails.type'],
      contradiction: 'no-match',
      async run(wire) {
        const { path, work, home, third } = await withEmails(wire)
        const operation = { op: 'replace', path: 'emails[type eq "other"].value', value: third }
        const reply = await wire.patch(path, [operation])
        const after = await wire.read(path)
        if (reply.status >= 400) {
          expectError(reply, 400, 'noTarget')
          wire.observe('no-match', 'refused')
          return expectSame(valuesAt(after, 'emails'), [work, home].sort(), 'the addresses')
        }
        expectSame(valuesAt(after, 'emails'), [work, home, third].sort(), 'the addresses')
        wire.observe('no-match', 'created')
      },
    },
    {
      id: 'patch-element-condition',
      name: 'a condition in a path that does not parse is refused',
      source: 'RFC 7644 3.5.2 and 3.12',
      attributes: ['emails.value', 'emails.type'],
      async run(wire) {
        const { path, work, home } = await withEmails(wire)
        expectStatus(await wire.patch(path, [{ op: 'remove', path: 'emails[type foo "home"]' }]), 400)
        expectSame(valuesAt(await wire.read(path), 'emails'), [work, home].sort(), 'the addresses')
      },
    },
    {
      id: 'list-shape',
      name: 'an attribute with several values is an array, also with one',
      source: 'RFC 7643 2.4',
      attributes: ['emails.value', 'emails.type'],
      async run(wire) {
        const { path } = await withEmails(wire)
        await wire.patched(path, [{ op: 'remove', path: 'emails[type eq "home"]' }])
        const reply = await wire.get(path)
        const { emails } = reply.json as JsonObject
        expectThat(Array.isArray(emails), 'emails is no array', 'emails is an array', reply)
      },
    },
  ],
  ['patch'],
)
