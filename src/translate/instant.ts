import type { Comparator } from '../filter/index.js'
import { instantOf } from '../schema/index.js'

export type Order = Exclude<Comparator, 'ne' | 'co' | 'sw' | 'ew'>

/** A comparison of instants that are kept with a number of decimals. */
export interface InstantComparison {
  /** What to compare with instead; undefined where the instant lies between two that can be kept, so that none equals it. */
  readonly op: Order | undefined
  /** `2026-01-31T12:00:00.000Z`, with that many decimals. */
  readonly text: string
  /** Milliseconds since 1970. */
  readonly milliseconds: number
}

/** A literal as a database can compare it whose instants have 3 or 6 decimals; undefined beyond the years 1 to 9999. */
export function comparableInstant(
  op: Order,
  literal: string,
  decimals: 3 | 6,
): InstantComparison | undefined {
  const milliseconds = instantOf(literal)
  const iso = Number.isNaN(milliseconds) ? '+' : new Date(milliseconds).toISOString()
  if (iso.startsWith('+') || iso.startsWith('-') || iso.startsWith('0000')) return undefined
  const digits = /\.\d{3}(\d+)/.exec(literal)?.[1] ?? ''
  const kept = digits.slice(0, decimals - 3)
  const isBetween = /[1-9]/.test(digits.slice(decimals - 3))
  const text = iso.replace('Z', `${kept.padEnd(decimals - 3, '0')}Z`)
  const beside = op === 'eq' ? undefined : op === 'gt' || op === 'ge' ? 'gt' : 'le'
  return { op: isBetween ? beside : op, text, milliseconds }
}
