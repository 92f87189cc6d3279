import { isEqual } from '../../../protocol/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import { assertKept } from '../assertions.js'
import { assertHolds, show } from '../failure.js'
import type { ResourceDraft } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'

const fix = (what: string) =>
  `write what \`context.changes\` names, and only that: ${what}; a path that has no value in the new state is to be cleared`

/** The next states of a resource in which one attribute is another. */
function nextStates(
  { samples, users }: Trial,
  draft: ResourceDraft,
  attribute: CompiledAttribute,
): readonly (readonly [what: string, next: ResourceDraft])[] {
  if (attribute === samples.name) return [['another value', samples.with(draft, attribute, 'renamed')]]
  if (users.type.unique.includes(attribute)) return []
  const isFixed = attribute.required || (attribute === users.type.activation && !samples.canClearActivation)
  const other = [1, 2, 3]
    .map((number) => samples.valueOf(attribute, number, 'one'))
    .find((value) => !isEqual(value, samples.valueOf(attribute, 0, 'one')))
  return [
    ...(other === undefined ? [] : [['another value', samples.with(draft, attribute, other)] as const]),
    ...(isFixed ? [] : [['no value', samples.with(draft, attribute, undefined)] as const]),
  ]
}

/** Stores that write what has changed. */
export const changes: readonly CaseDefinition[] = [
  {
    name: 'replace that changes one attribute changes that one, and no other',
    why: 'Most updates change a title or a status; a store that writes by `context.changes` must miss none.',
    async run(trial) {
      const { users, samples } = trial
      const full = samples.full('one', 0)
      let stored = await users.create(full)
      for (const attribute of samples.attributes) {
        for (const [what, next] of nextStates(trial, full, attribute)) {
          const replaced = await users.replace(stored, next)
          assertKept(users, `replace of ${attribute.path} by ${what}`, next, replaced, fix(attribute.path))
          const got = await users.get(stored.id)
          assertKept(
            users,
            `get after replace of ${attribute.path} by ${what}`,
            next,
            got,
            fix(attribute.path),
          )
          stored = await users.replace({ ...next, id: stored.id, meta: replaced.meta }, full)
          assertKept(users, `replace of ${attribute.path} by what it was`, full, stored, fix(attribute.path))
          stored = { ...full, id: stored.id, meta: stored.meta }
        }
      }
    },
  },
  {
    name: 'replace leaves what the host keeps in the row beside the attributes',
    why: 'A request changes what it speaks of: a status `on leave` that SCIM shows as active must not become another by a new title.',
    inapplicable: ({ stores, samples }) => {
      if (!stores.hostData) return 'makeStore gives no hostData'
      return samples.attributes.length > 1 ? undefined : 'the store keeps one attribute only'
    },
    async run(trial) {
      const { users, samples, stores } = trial
      const { hostData } = stores
      const full = samples.full('one', 0)
      const made = await users.create(full)
      await hostData?.write(made.id)
      const before = await hostData?.read(made.id)
      const readAgain = await users.get(made.id)
      assertHolds(readAgain !== undefined, () => ({
        problem: 'get gave nothing after the host has changed the row',
        expected: 'the resource',
        got: 'undefined',
        fix: 'let hostData.write change what no attribute shows',
      }))
      let stored = { ...full, id: made.id, meta: readAgain.meta }
      for (const attribute of samples.attributes) {
        if (attribute === users.type.activation) continue
        for (const [what, next] of nextStates(trial, full, attribute)) {
          const replaced = await users.replace(stored, next)
          const after = await hostData?.read(made.id)
          assertHolds(isEqual(before, after), () => ({
            problem: `replace of ${attribute.path} by ${what} changed what the host keeps in the row`,
            expected: show(before),
            got: show(after),
            fix: fix(
              'other columns, and columns that hold more than the attribute shows, stay as they are unless their attribute is among the changes',
            ),
          }))
          const back = await users.replace({ ...next, id: made.id, meta: replaced.meta }, full)
          stored = { ...full, id: made.id, meta: back.meta }
        }
      }
    },
  },
]
