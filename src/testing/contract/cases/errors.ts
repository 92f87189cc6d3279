import { isScimError } from '../../../protocol/index.js'
import { assertKept } from '../assertions.js'
import { assertHolds, assertRefused, notFound, show, showError } from '../failure.js'
import { UnexpectedError } from '../tested-store.js'
import type { CaseDefinition } from '../trial.js'

const codes: ReadonlySet<string> = new Set(['error', 'warning'])

/** What goes wrong, in the words of the protocol. */
export const errors: readonly CaseDefinition[] = [
  {
    name: 'a text that is too long for the database is stored whole or refused as a wrong value',
    why: 'A text that is cut is a wrong value that nobody has written; an error of the database is a 500 that the client repeats for ever.',
    inapplicable: ({ samples }) =>
      samples.text ? undefined : 'the store keeps no attribute that may have any text',
    async run({ users, samples }) {
      for (const length of [300, 5000, 70_000]) {
        const draft = samples.marked(`long${length}`, 'x'.repeat(length))
        let refused: unknown
        const made = await users.create(draft).catch((error: unknown) => {
          refused = error instanceof UnexpectedError ? error.cause : error
          return undefined
        })
        const isKnown = isScimError(refused) && refused.status >= 400 && refused.status < 500
        assertHolds(made !== undefined || isKnown, () => ({
          problem: `create with a text of ${length} letters fails with what is no ScimError`,
          expected: "the resource, or ScimError.invalidValue('… is too long', { path })",
          got: showError(refused),
          fix: 'translate what the database throws for a value that is too long to ScimError.invalidValue with the path of the attribute',
        }))
        if (!made) continue
        const fix = 'make the column long enough, or refuse the value; never cut it'
        assertKept(users, 'create', draft, made, fix)
        assertKept(users, 'get', draft, await users.get(made.id), fix)
      }
    },
  },
  {
    name: 'ids of any form are not found, and no error of the database',
    why: 'Clients send what they have stored years ago, and attackers what they like: both get 404.',
    async run({ users, samples }) {
      const made = await users.create(samples.minimal('somebody'))
      const ids = [
        'x'.repeat(5000),
        '../..',
        '1e9',
        '{"a":1}',
        '00000000-0000-4000-8000-00000000000g',
        ...[made.id.toUpperCase(), made.id.toLowerCase()].filter((id) => id !== made.id),
        `${made.id}x`,
        `${made.id} `,
      ]
      for (const id of ids) {
        const fix =
          'read an id that is not of the form of yours as one that does not exist, and compare ids letter by letter, in their case'
        const got = await users.get(id)
        assertHolds(got === undefined || got === null, () => ({
          problem: `get of the id ${show(id)} gave a resource`,
          expected: 'undefined',
          got: show(got?.id),
          fix,
        }))
        await assertRefused(users.remove(id), notFound, `delete of the id ${show(id)} must be refused`, fix)
        const { totalResults } = await users.list(`id eq ${JSON.stringify(id)}`)
        assertHolds(totalResults === 0, () => ({
          problem: `list of id eq ${show(id)} finds something`,
          expected: '0',
          got: String(totalResults),
          fix,
        }))
      }
    },
  },
  {
    name: 'what the store says of itself has the form that the service reads',
    why: 'scim.check() and scim.conformance() show it to the host.',
    inapplicable: ({ users }) =>
      users.store.check || users.store.describe ? undefined : 'the store has neither check nor describe',
    async run({ users }) {
      const { store, type, types } = users
      const findings = (await store.check?.({ resourceType: type, types, mayReuse: false })) ?? []
      for (const finding of findings) {
        const texts = [finding.code, finding.message, finding.where, finding.why, finding.fix]
        assertHolds(
          codes.has(finding.severity) && texts.every((text) => typeof text === 'string' && text !== ''),
          () => ({
            problem: 'check gives a finding that lacks something',
            expected: 'severity error or warning, and code, message, where, why and fix as texts',
            got: show(finding),
            fix: 'fill in every member of Finding',
          }),
        )
      }
      const description = store.describe?.(type)
      if (!description) return
      const { deletion, showsAll, uniqueness } = description
      const isKnown =
        ['removes', 'hides', 'revives', 'shows'].includes(deletion) &&
        typeof showsAll === 'boolean' &&
        ['store', 'host'].includes(uniqueness) &&
        typeof description.evaluates === 'function'
      assertHolds(isKnown, () => ({
        problem: 'describe gives what is no StoreDescription',
        expected: 'deletion, showsAll, uniqueness and evaluates',
        got: show(description),
        fix: 'return all four, or leave describe out',
      }))
    },
  },
]
