import type { CompiledAttribute } from '../../../schema/index.js'
import { canonicalValuesOf } from '../../../schema/index.js'
import { assertCreatedNow, assertIdentity, assertKept, assertSameState, strangers } from '../assertions.js'
import { assertHolds, assertRefused, notFound, show } from '../failure.js'
import type { Samples } from '../samples.js'
import type { CaseDefinition } from '../trial.js'
import { sampleNumbers, sampleTexts } from '../values.js'

/** A list that may have any number of elements of one type, told apart by their values. */
function longListIn({ attributes }: Samples): CompiledAttribute | undefined {
  return attributes.find(
    ({ multiValued, places, subAttributes }) =>
      multiValued && !places && subAttributes.get('value')?.type === 'string' && subAttributes.has('type'),
  )
}

function isSimpleNumber({ type, multiValued, uniqueness }: CompiledAttribute): boolean {
  return (type === 'integer' || type === 'decimal') && !multiValued && uniqueness === 'none'
}

export const readingAndWriting: readonly CaseDefinition[] = [
  {
    name: 'create gives a resource its id, version and times, and get shows it',
    why: 'The service makes Location, ETag and the reply of a POST from what create returns.',
    async run({ users, samples }) {
      const draft = samples.minimal('first')
      const made = await users.create(draft)
      assertIdentity('create', made)
      assertCreatedNow('create', made)
      assertKept(users, 'create', draft, made)
      assertHolds(Date.parse(made.meta.created) === Date.parse(made.meta.lastModified), () => ({
        problem: 'a new resource was last modified at another time than it was created',
        expected: `meta.lastModified ${made.meta.created}`,
        got: made.meta.lastModified,
        fix: 'take the time once in create, for both',
      }))
      const got = await users.get(made.id)
      assertKept(users, 'get', draft, got)
      assertIdentity('get', got)
      assertSameState('get after create', users, made, got)
      const other = await users.create(samples.minimal('second'))
      assertHolds(other.id !== made.id, () => ({
        problem: 'two resources have one id',
        expected: 'ids that no other resource has or had',
        got: show(other.id),
        fix: 'make a new id in create, such as crypto.randomUUID()',
      }))
    },
  },
  {
    name: 'every attribute comes back as it was stored, from create, get and list',
    why: 'What a store loses is lost: the identity provider shows a profile that the service does not have.',
    async run({ users, samples }) {
      for (const number of [0, 1, 2]) {
        const draft = samples.full(`whole${number}`, number)
        const made = await users.create(draft)
        assertKept(users, 'create', draft, made)
        assertKept(users, 'get', draft, await users.get(made.id))
        const { resources } = await users.list()
        assertKept(
          users,
          'list',
          draft,
          resources.find(({ id }) => id === made.id),
        )
      }
    },
  },
  {
    name: 'texts come back as they were, whatever is in them',
    why: "Names have quotes, percent signs and letters beyond ASCII; O'Malley must neither break a query nor become another.",
    inapplicable: ({ samples }) =>
      samples.text ? undefined : 'the store keeps no attribute that may have any text',
    async run({ users, samples }) {
      for (const [index, text] of sampleTexts.entries()) {
        const draft = samples.marked(`text${index}`, text)
        const made = await users.create(draft)
        const fix =
          'pass values to the database as parameters, never as part of a query or a pattern, and neither trim them nor compose their letters'
        assertKept(users, 'create', draft, made, fix)
        assertKept(users, 'get', draft, await users.get(made.id), fix)
      }
    },
  },
  {
    name: 'numbers come back to the last digit',
    why: 'A cost centre or a quota that is rounded is another one.',
    inapplicable: ({ samples }) =>
      samples.attributes.some(isSimpleNumber) ? undefined : 'the store keeps no number',
    async run({ users, samples }) {
      for (const attribute of samples.attributes.filter(isSimpleNumber)) {
        const numbers = sampleNumbers[attribute.type === 'integer' ? 'integer' : 'decimal']
        for (const [index, number] of numbers.entries()) {
          const draft = samples.with(samples.minimal(`${attribute.name}${index}`), attribute, number)
          const made = await users.create(draft)
          const fix =
            'keep integers of 64 bits, and decimals in double precision, such as bigint and double precision, numeric or JSON; 0 is a value'
          assertKept(users, 'create', draft, made, fix)
          assertKept(users, 'get', draft, await users.get(made.id), fix)
        }
      }
    },
  },
  {
    name: 'a list of values keeps all of them, also those that are alike',
    why: 'People have many entitlements and several addresses of one type; a list that is cut, or has one value for each type, takes them away.',
    inapplicable: ({ samples }) =>
      longListIn(samples) ? undefined : 'the store keeps no list that may have any number of values',
    async run({ users, samples }) {
      const list = longListIn(samples)
      if (!list) return
      const kind = list.subAttributes.get('type')
      const [type = 'work'] = kind ? canonicalValuesOf(kind, users.type) : []
      const hasPrimary = list.subAttributes.has('primary')
      const elements = Array.from({ length: 40 }, (_, number) => ({
        value: `value-${number}`,
        type,
        ...(hasPrimary && number === 0 && { primary: true }),
      }))
      const draft = samples.with(samples.minimal('many'), list, elements)
      const made = await users.create(draft)
      const fix = `keep each element of ${list.path} that create and replace are given, however many there are, and each as one of its own`
      assertKept(users, 'create', draft, made, fix)
      assertKept(users, 'get', draft, await users.get(made.id), fix)
    },
  },
  {
    name: 'get gives undefined for an id that does not exist',
    why: 'Identity providers ask for what was deleted; anything but undefined is a 500 or a wrong user.',
    async run({ users, samples }) {
      await users.create(samples.minimal('somebody'))
      for (const id of strangers) {
        const got = await users.get(id)
        assertHolds(got === undefined || got === null, () => ({
          problem: `get of the id ${show(id)} gave a resource`,
          expected: 'undefined',
          got: show(got),
          fix: 'compare the whole id, and return undefined where no row has it, also for a text that is no id of yours',
        }))
      }
    },
  },
  {
    name: 'replace and delete of an id that does not exist are refused as not found',
    why: 'A client must learn that the resource is gone, not that its write was done.',
    async run({ users, samples }) {
      const made = await users.create(samples.minimal('somebody'))
      for (const id of strangers) {
        const fix = 'throw ScimError.notFound() where no row of the tenant has the id'
        await assertRefused(
          users.replaceAt(id, samples.minimal('x'), made.meta.version),
          notFound,
          `replace of the id ${show(id)}, which does not exist, must be refused`,
          fix,
        )
        await assertRefused(
          users.remove(id),
          notFound,
          `delete of the id ${show(id)}, which does not exist, must be refused`,
          fix,
        )
      }
      assertHolds((await users.list()).totalResults === 1, () => ({
        problem: 'a write to an id that does not exist created or removed a resource',
        expected: '1 resource',
        got: 'another number',
        fix: 'let replace update and never insert',
      }))
    },
  },
  {
    name: 'replace stores what it is given, and nothing of what was there before',
    why: 'A PUT that leaves an attribute out clears it; a store that merges keeps what the identity provider has removed.',
    async run({ users, samples }) {
      const made = await users.create(samples.full('whole', 0))
      const next = samples.minimal('whole')
      const replaced = await users.replace(made, next)
      const fix = 'write every attribute in replace, and clear those that the new state does not have'
      assertKept(users, 'replace', next, replaced, fix)
      assertHolds(replaced.id === made.id, () => ({
        problem: 'replace changed the id',
        expected: made.id,
        got: show(replaced.id),
        fix: 'keep the id of the row',
      }))
      assertHolds(Date.parse(replaced.meta.created) === Date.parse(made.meta.created), () => ({
        problem: 'replace changed meta.created',
        expected: made.meta.created,
        got: replaced.meta.created,
        fix: 'write created in create only',
      }))
      const got = await users.get(made.id)
      assertKept(users, 'get after replace', next, got, fix)
      assertSameState('get after replace', users, replaced, got)
      const full = samples.full('whole', 3)
      const again = await users.replace(replaced, full)
      assertKept(users, 'replace', full, again)
      assertKept(users, 'get after replace', full, await users.get(made.id))
    },
  },
]
