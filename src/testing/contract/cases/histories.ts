import { assertLinearizable, Recorder } from '../history.js'
import { eachOf } from '../population.js'
import type { Resource } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'

const clients = 6
const steps = 16

/** Numbers that look random and are the same each time. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

function seenIn({ samples }: Trial, resource: Resource | undefined | null) {
  return resource ? { version: resource.meta.version, mark: String(samples.markOf(resource)) } : undefined
}

/** What clients of a resource do side by side has an order. */
export const histories: readonly CaseDefinition[] = [
  {
    name: 'the history of one resource, with clients side by side, has an order that explains it',
    why: 'Stale, dirty and lost states show only when calls overlap, and then in production.',
    async run(trial) {
      const { users, samples } = trial
      for (const seed of [1, 2, 3]) {
        const name = `subject${seed}`
        const made = await users.create(samples.marked(name, 'start'))
        const recorder = new Recorder()
        const filter = `id eq ${JSON.stringify(made.id)}`
        const numbers = Array.from({ length: clients }, (_, client) => client)
        await eachOf(numbers, async (client) => {
          const random = randomFrom(seed * 100 + client)
          let known = made.meta.version
          for (let step = 0; step < steps; step++) {
            const choice = random()
            if (choice < 0.45) {
              const mark = String(
                samples.markOf({ ...samples.marked(name, `${client}-${step}`), id: '', meta: made.meta }),
              )
              const expected = known
              const written = await recorder.write(client, { expected, mark }, async () => {
                const result = await users.replaceAt(
                  made.id,
                  samples.marked(name, `${client}-${step}`),
                  expected,
                  made,
                )
                return result.meta.version
              })
              if (written !== undefined) known = written
              else
                known =
                  (await recorder.read(client, 'get', async () => seenIn(trial, await users.get(made.id)))) ??
                  known
            } else if (choice < 0.8) {
              known =
                (await recorder.read(client, 'get', async () => seenIn(trial, await users.get(made.id)))) ??
                known
            } else {
              await recorder.read(client, 'list', async () =>
                seenIn(trial, (await users.list(filter)).resources[0]),
              )
            }
          }
        })
        const first = { version: made.meta.version, mark: String(samples.markOf(made)) }
        assertLinearizable({ first, reads: recorder.reads, writes: recorder.writes })
      }
    },
  },
]
