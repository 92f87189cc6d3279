// Times functions against each other in one process.
import { median } from '../statistics.mjs'

/**
 * The contenders take turns, sample after sample, so that a busy machine hits all
 * of them; what counts is the median of each. What one left behind is collected
 * before the next begins: needs `node --expose-gc`.
 *
 * @template Input
 * @template {string} Name
 * @param {object} trial
 * @param {number} trial.samples that count; a quarter as many come before, to warm up
 * @param {(sample: number) => Input} trial.prepare makes a sample's input, off the clock
 * @param {Record<Name, (input: Input) => number>} trial.contenders do the work of a
 *   sample and return of how many units it consisted
 * @returns {Record<Name, number>} nanoseconds per unit
 */
export function compare({ samples, prepare, contenders }) {
  const entries = Object.entries(contenders)
  const taken = new Map(entries.map(([name]) => [name, []]))
  const warmUp = Math.ceil(samples / 4)
  for (let sample = 0; sample < warmUp + samples; sample++) {
    const input = prepare(sample)
    const first = sample % entries.length
    for (const [name, work] of [...entries.slice(first), ...entries.slice(0, first)]) {
      globalThis.gc({ type: 'minor' })
      const start = process.hrtime.bigint()
      const units = work(input)
      const nanoseconds = Number(process.hrtime.bigint() - start)
      if (sample >= warmUp) taken.get(name).push(nanoseconds / units)
    }
  }
  return Object.fromEntries(entries.map(([name]) => [name, median(taken.get(name))]))
}

/**
 * The same text as one piece, as a request brings it. What a template literal
 * makes is put together only when somebody first reads it, on the clock.
 *
 * @param {string} text
 */
export function inOnePiece(text) {
  return Buffer.from(text).toString()
}

let kept

/** Takes a result where the engine can see it, so that it cannot skip the work that made it. */
export function keep(value) {
  kept = value
  return kept
}
