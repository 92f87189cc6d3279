import { isScimError } from '../../../protocol/index.js'
import { assertKept, assertSameState } from '../assertions.js'
import { assertHolds, assertRefused, fail, show, versionMismatch } from '../failure.js'
import { assertOneWins, done, race, refusals } from '../race.js'
import type { Resource, TestedStore } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'

const fix =
  'compare expectedVersion with the stored version in the statement that writes (… where id = $1 and version = $2), and throw ScimError.versionMismatch() where it changed no row'

const compareFix = `${fix}; versions are texts, the same only where every character is, and an empty one is a version too: only undefined is none`

/** Adds one to the number that is stored, from what was read, until that is accepted. */
async function increment(users: TestedStore, { samples }: Trial, id: string, name: string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const stored = await users.get(id)
    if (!stored) break
    const next = Number(String(samples.markOf(stored)).replace(`${name}-`, '')) + 1
    try {
      await users.replace(stored, samples.marked(name, String(next)))
      return
    } catch (error) {
      if (!isScimError(error) || (error.status !== 412 && error.status !== 503)) throw error
    }
  }
  fail({
    problem: 'a writer that reads again after each refusal never came through',
    expected: 'one of the writers comes through each time',
    got: '500 refusals of one writer',
    fix: 'accept a write whose expectedVersion is the stored one, and keep versions as they are while nothing is written',
  })
}

/** Compare-and-swap. */
export const versions: readonly CaseDefinition[] = [
  {
    name: 'a write that expects another version is refused, and changes nothing',
    why: 'It is how two identity providers, or two requests of one, do not overwrite each other.',
    async run({ users, samples }) {
      const made = await users.create(samples.marked('versioned', '1'))
      const next = await users.replace(made, samples.marked('versioned', '2'))
      const { version: now } = next.meta
      const alike = [
        `${now}x`,
        `${now} `,
        `${now}0`,
        `0${now}`,
        now.slice(0, -1),
        now.toUpperCase(),
        now.toLowerCase(),
      ]
      const stale = [made.meta.version, 'no version of any', ...alike.filter((one) => one !== now), '']
      for (const version of stale) {
        await assertRefused(
          users.replaceAt(made.id, samples.marked('versioned', '3'), version, made),
          versionMismatch,
          `replace that expects the version ${show(version)}, and not the stored ${show(now)}, must be refused`,
          compareFix,
        )
        await assertRefused(
          users.remove(made.id, version),
          versionMismatch,
          `delete that expects the version ${show(version)}, and not the stored ${show(now)}, must be refused`,
          compareFix,
        )
      }
      const got = await users.get(made.id)
      assertKept(users, 'get after a write that was refused', samples.marked('versioned', '2'), got, fix)
      assertSameState('get after a write that was refused', users, next, got)
    },
  },
  {
    name: 'each change makes a version that the resource never had',
    why: 'A version that comes back lets a writer overwrite what it has not seen; ETags of clients would be right by chance.',
    async run({ users, samples }) {
      let stored = await users.create(samples.marked('changing', 'a'))
      const seen = new Set([stored.meta.version])
      for (const mark of ['b', 'a', 'c', 'b', 'a']) {
        const before = stored
        stored = await users.replace(stored, samples.marked('changing', mark))
        assertHolds(!seen.has(stored.meta.version), () => ({
          problem: 'a change gave the resource a version that it had before',
          expected: 'a version that is new each time, also where the content is what it was once',
          got: `version ${stored.meta.version} again`,
          fix: 'count the version up with each write, or make a random one; a hash of the content or a time of seconds comes back',
        }))
        seen.add(stored.meta.version)
        const again = await users.get(stored.id)
        assertSameState('get after replace', users, stored, again)
        const isLater = Date.parse(stored.meta.lastModified) >= Date.parse(before.meta.lastModified)
        assertHolds(isLater, () => ({
          problem: 'meta.lastModified went back',
          expected: `${before.meta.lastModified} or later`,
          got: stored.meta.lastModified,
          fix: 'write the time of the change into lastModified in each replace',
        }))
      }
    },
  },
  {
    name: 'a change moves lastModified, and not created',
    why: 'Clients that synchronise by meta.lastModified would never see the change.',
    async run({ users, samples }) {
      const made = await users.create(samples.marked('timed', 'a'))
      const isLater = ({ meta }: Resource) =>
        Date.parse(meta.lastModified) > Date.parse(made.meta.lastModified)
      let next = made
      // Most databases keep milliseconds, and some seconds.
      for (const [turn, wait] of [5, 1100].entries()) {
        await new Promise((resolve) => setTimeout(resolve, wait))
        next = await users.replace(next, samples.marked('timed', `b${turn}`))
        if (!isLater(next)) continue
        assertHolds(Date.parse(next.meta.created) === Date.parse(made.meta.created), () => ({
          problem: 'a change moved meta.created',
          expected: made.meta.created,
          got: next.meta.created,
          fix: 'write created in create only',
        }))
        return assertSameState('get after replace', users, next, await users.get(made.id))
      }
      fail({
        problem: 'meta.lastModified stayed although the resource has changed',
        expected: `later than ${made.meta.lastModified}`,
        got: next.meta.lastModified,
        fix: 'write the time of the change into lastModified in each replace',
      })
    },
  },
  {
    name: 'delete without an expected version deletes what is there',
    why: 'Not every client names a version.',
    async run({ users, samples }) {
      const made = await users.create(samples.marked('unversioned', '1'))
      await users.replace(made, samples.marked('unversioned', '2'))
      await users.remove(made.id)
    },
  },
  {
    name: 'of many writers of one version, one wins',
    why: 'If two are accepted, the first of them is lost, and its client was told that it was done.',
    async run({ users, samples, writers }) {
      const made = await users.create(samples.marked('raced', 'start'))
      const outcomes = await race(writers, (number) =>
        users.replace(made, samples.marked('raced', `writer-${number}`)),
      )
      const winner = assertOneWins(outcomes, versionMismatch, 'writers that expected one version', fix)
      const got = await users.get(made.id)
      assertKept(users, 'get after the race', winner, got, fix)
      assertSameState('get after the race', users, winner, got)
    },
  },
  {
    name: 'no change is lost while many read, change and write',
    why: 'Provisioning comes in bursts: what one request adds, another must not write over.',
    async run(trial) {
      const { users, samples, writers } = trial
      const name = 'counter'
      const made = await users.create(samples.marked(name, '0'))
      const counting = Math.min(writers, 12)
      const outcomes = await race(counting, () => increment(users, trial, made.id, name))
      const [refused] = refusals(outcomes)
      if (refused !== undefined) throw refused
      const got = String(samples.markOf(await users.get(made.id))).replace(`${name}-`, '')
      assertHolds(Number(got) === counting, () => ({
        problem: `of ${counting} changes, ${counting - Number(got)} were lost`,
        expected: `the number ${counting}, after each of ${counting} writers has read it, added 1 and written it`,
        got: show(got),
        fix,
      }))
    },
  },
  {
    name: 'of a delete and replacements of one version, one wins',
    why: 'A user who was deleted must not come back because an update was under way.',
    async run({ users, samples }) {
      for (let round = 0; round < 8; round++) {
        const made = await users.create(samples.marked(`fought${round}`, 'start'))
        const outcomes = await race(4, (number) =>
          number === 2
            ? users.remove(made.id, made.meta.version).then(() => 'deleted')
            : users.replace(made, samples.marked(`fought${round}`, `${number}`)).then(() => 'replaced'),
        )
        const winners = done(outcomes)
        assertHolds(winners.length === 1, () => ({
          problem: 'of a delete and replacements of one version, not exactly one was accepted',
          expected: '1',
          got: show(winners),
          fix,
        }))
        const other = refusals(outcomes).find(
          (error) => !isScimError(error) || (error.status !== 412 && error.status !== 404),
        )
        if (other !== undefined) throw other
        const got = await users.get(made.id)
        const isGone = got === undefined || got === null
        assertHolds(isGone === (winners[0] === 'deleted'), () => ({
          problem: 'what is there after the race is not what the winner left',
          expected: winners[0] === 'deleted' ? 'nothing' : 'the resource',
          got: show(got),
          fix: 'let replace update the row and never insert it; let delete remove it at its version only',
        }))
        if (!isGone) await users.remove(made.id)
      }
    },
    inapplicable: ({ users }) =>
      ['shows', 'hides'].includes(users.store.describe?.(users.type)?.deletion ?? 'removes')
        ? 'the store keeps what was deleted'
        : undefined,
  },
]
