import type { CompiledAttribute } from '../../../schema/index.js'
import { assertKept, assertSameState } from '../assertions.js'
import { assertHolds, assertRefused, fail, notUnique, show, showError } from '../failure.js'
import { assertOneWins, race } from '../race.js'
import type { Resource } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'
import { names } from '../trial.js'

const fix = ({ path, caseExact }: CompiledAttribute) =>
  `keep ${path} unique in each tenant by the database itself, such as by a unique index on (tenant, ${caseExact ? path : `lower(${path})`}), not by a look before the write, and translate its error to ScimError.uniqueness('${path}')`

/** @throws Error where there is no such attribute, which a case must have said. */
function nameOf({ samples: { name } }: Trial): CompiledAttribute {
  if (!name) throw new Error('nothing is unique')
  return name
}

const inapplicable = ({ samples }: Trial) =>
  samples.name ? undefined : 'the store keeps no attribute whose values are unique'

function otherCase(text: string, { caseExact }: CompiledAttribute): string {
  return caseExact ? text : text.toUpperCase()
}

/** Values that one resource of a tenant may have. */
export const uniqueness: readonly CaseDefinition[] = [
  {
    name: 'a unique value is there once, in any case of letters',
    why: 'A second account for one login is a second seat, and a person with two sets of rights.',
    inapplicable,
    async run(trial) {
      const { users, samples } = trial
      const attribute = nameOf(trial)
      const first = await users.create(samples.minimal('Barbara'))
      const other = await users.create(samples.minimal('Other'))
      for (const text of [
        'Barbara',
        otherCase('Barbara', attribute),
        attribute.caseExact ? 'Barbara' : 'bARBARA',
      ]) {
        await assertRefused(
          users.create(samples.minimal(text)),
          notUnique(attribute.path),
          `create with a ${attribute.path} that another resource has${text === 'Barbara' ? '' : ' in another case of letters'} must be refused`,
          fix(attribute),
        )
        await assertRefused(
          users.replace(
            other,
            samples.text ? samples.with(samples.minimal(text), samples.text, 'half') : samples.minimal(text),
          ),
          notUnique(attribute.path),
          `replace with a ${attribute.path} that another resource has${text === 'Barbara' ? '' : ' in another case of letters'} must be refused`,
          fix(attribute),
        )
      }
      for (const [resource, text] of [
        [first, 'Barbara'],
        [other, 'Other'],
      ] as const) {
        const got = await users.get(resource.id)
        assertKept(users, 'get after a write that was refused', samples.minimal(text), got)
        assertSameState('get after a write that was refused', users, resource, got)
      }
      const { totalResults } = await users.list()
      assertHolds(totalResults === 2, () => ({
        problem: 'a create that was refused has left a resource behind',
        expected: '2 resources',
        got: String(totalResults),
        fix: 'look and write in one statement or one transaction, and roll back what is refused',
      }))
    },
  },
  {
    name: 'a resource keeps its own unique value, and may write it in another case of letters',
    why: 'An update of a title must not fail because the user has the login of the user.',
    inapplicable,
    async run(trial) {
      const { users, samples } = trial
      const attribute = nameOf(trial)
      const made = await users.create(samples.marked('Carol', 'a'))
      const same = samples.text ? samples.marked('Carol', 'b') : samples.minimal('Carol-a')
      const next = await users.replace(made, same)
      const upper = samples.minimal(otherCase('Carol', attribute))
      assertKept(users, 'replace', upper, await users.replace(next, upper))
    },
  },
  {
    name: 'a unique value is taken also where its owner is switched off',
    why: 'Who comes back is reactivated; a second account meanwhile makes that impossible.',
    inapplicable: (trial) =>
      inapplicable(trial) ??
      (trial.users.type.activation && trial.samples.attributes.includes(trial.users.type.activation)
        ? undefined
        : 'the store keeps no attribute that switches a resource off'),
    async run(trial) {
      const { users, samples } = trial
      const { activation } = users.type
      const attribute = nameOf(trial)
      if (activation) await users.create(samples.with(samples.minimal('leaver'), activation, false))
      await assertRefused(
        users.create(samples.minimal('leaver')),
        notUnique(attribute.path),
        `create with the ${attribute.path} of a resource that is switched off must be refused`,
        `let the unique index be over all rows of the tenant, whatever ${activation?.path} is`,
      )
    },
  },
  {
    name: 'values that are only alike are not the same',
    why: 'José is not Jose, and a_b is no pattern: who is taken for another cannot be created, or is found in the place of the other.',
    inapplicable,
    async run(trial) {
      const { users, samples } = trial
      const attribute = nameOf(trial)
      const alike = [
        'axb',
        'a_b',
        'a.b',
        'a%b',
        'ayb',
        '%',
        '_%',
        '.*',
        'jose',
        'jos\u00e9',
        'andrej',
        'ana',
        'aana',
      ]
      const long = 'somebody.with.a.long.name.at.a.company.with.a.long.name'
      const created = new Map<string, string>()
      const alikeFix = `compare the whole ${attribute.path} as it is but for the case of its letters, in the look-up and in the unique index: no LIKE, no regular expression, no prefix, and no collation that leaves accents out`
      for (const name of [...alike, `${long}.1`, `${long}.2`]) {
        const made = await users.create(samples.minimal(name)).catch((error: unknown) =>
          fail(
            {
              problem: `create with the ${attribute.path} ${show(name)} is refused although no resource has it`,
              expected: `a resource beside ${show([...created.keys()])}`,
              got: showError(error),
              fix: alikeFix,
            },
            error,
          ),
        )
        created.set(name, made.id)
      }
      for (const [name, id] of created) {
        const { resources } = await users.listAll(`${attribute.path} eq ${JSON.stringify(name)}`)
        assertHolds(resources.length === 1 && resources[0]?.id === id, () => ({
          problem: `list of ${attribute.path} eq ${show(name)} finds others than who has it`,
          expected: show([name]),
          got: show(
            [...created].filter(([, one]) => resources.some((found) => found.id === one)).map(([one]) => one),
          ),
          fix: alikeFix,
        }))
      }
    },
  },
  {
    name: 'a unique value is free again once its owner has another or is gone',
    why: 'People marry and change their login; the next one may have it.',
    inapplicable: (trial) =>
      inapplicable(trial) ??
      (['shows', 'hides'].includes(trial.users.store.describe?.(trial.users.type)?.deletion ?? 'removes')
        ? 'the store keeps what was deleted'
        : undefined),
    async run({ users, samples }) {
      const made = await users.create(samples.minimal('first'))
      const renamed = await users.replace(made, samples.minimal('second'))
      const next = await users.create(samples.minimal('first'))
      await users.remove(renamed.id)
      assertKept(
        users,
        'replace with a value whose owner was deleted',
        samples.minimal('second'),
        await users.replace(next, samples.minimal('second')),
      )
    },
  },
  {
    name: 'of many that create one unique value at once, one wins',
    why: 'Identity providers repeat a POST that took long, and several of them push at once.',
    inapplicable,
    async run(trial) {
      const { users, samples, writers } = trial
      const attribute = nameOf(trial)
      const outcomes = await race(writers, (number) =>
        users.create(samples.minimal(number % 2 === 0 ? 'raced' : otherCase('raced', attribute))),
      )
      const problem = `writers that created one ${attribute.path}`
      assertOneWins(outcomes, notUnique(attribute.path), problem, fix(attribute))
      const { totalResults } = await users.list()
      assertHolds(totalResults === 1, () => ({
        problem: `after ${writers} ${problem}, more than one is there`,
        expected: '1 resource',
        got: String(totalResults),
        fix: fix(attribute),
      }))
    },
  },
  {
    name: 'of many that take one unique value by replace at once, one wins',
    why: 'Renaming must hold what creating holds.',
    inapplicable,
    async run(trial) {
      const { users, samples, writers } = trial
      const attribute = nameOf(trial)
      const made: Resource[] = []
      for (const name of names('rival', Math.min(writers, 12)))
        made.push(await users.create(samples.minimal(name)))
      const outcomes = await race(made.length, (number) => {
        const resource = made[number]
        if (!resource) throw new Error('no such resource')
        return users.replace(resource, samples.minimal('prize'))
      })
      assertOneWins(
        outcomes,
        notUnique(attribute.path),
        `writers that renamed to one ${attribute.path}`,
        fix(attribute),
      )
    },
  },
  {
    name: 'every attribute that must be unique is',
    why: 'A badge number or a cost centre of an extension is as unique as its schema says.',
    inapplicable: ({ users, samples }) =>
      samples.attributes.filter((one) => users.type.unique.includes(one)).length > 1
        ? undefined
        : 'the type has no second attribute whose values are unique',
    async run({ users, samples }) {
      for (const attribute of samples.attributes) {
        if (!users.type.unique.includes(attribute) || attribute === samples.name) continue
        if (attribute.type !== 'string' || attribute.multiValued) continue
        const { length } = attribute.keys
        const value = `value-of-${length}`
        await users.create(samples.with(samples.minimal(`a-${attribute.path}`), attribute, value))
        await assertRefused(
          users.create(samples.with(samples.minimal(`b-${attribute.path}`), attribute, value)),
          notUnique(attribute.path),
          `create with a ${attribute.path} that another resource has must be refused`,
          fix(attribute),
        )
      }
    },
  },
]
