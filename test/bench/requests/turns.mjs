// Times whole requests against each other in one process.

/**
 * The contenders take turns, round after round, each round beginning with another one.
 * What one left behind is collected before the next begins: needs `node --expose-gc`.
 *
 * @template Result
 * @template {string} Name
 * @param {object} trial
 * @param {number} trial.rounds that count; a quarter as many come before, to warm up
 * @param {Record<Name, () => Promise<Result>>} trial.contenders
 * @returns {Promise<Record<Name, Result[]>>} what came of each contender's turns that count
 */
export async function takeTurns({ rounds, contenders }) {
  const entries = Object.entries(contenders)
  const results = Object.fromEntries(entries.map(([name]) => [name, []]))
  const warmUp = Math.ceil(rounds / 4)
  for (let round = 0; round < warmUp + rounds; round++) {
    const first = round % entries.length
    for (const [name, turn] of [...entries.slice(first), ...entries.slice(0, first)]) {
      globalThis.gc({ type: 'minor' })
      const result = await turn()
      if (round >= warmUp) results[name].push(result)
    }
  }
  return results
}

/**
 * @template Answer
 * @param {() => Promise<Answer>} work
 * @returns {Promise<{ answer: Answer, nanoseconds: number }>}
 */
export async function timed(work) {
  const start = performance.now()
  const answer = await work()
  return { answer, nanoseconds: (performance.now() - start) * 1e6 }
}
