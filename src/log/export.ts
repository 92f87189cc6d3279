import type { LogEntry } from '../stores/index.js'
import { explainEntry } from './sentences.js'

/** Reads the entries before one, the newest first. */
type ReadBefore = (before: string | undefined) => Promise<readonly LogEntry[]>

const columns = [
  'time',
  'method',
  'path',
  'status',
  'durationMs',
  'operation',
  'resourceType',
  'resourceId',
  'outcome',
  'connection',
  'actor',
  'requestId',
] as const satisfies readonly (keyof LogEntry)[]

/** A log as text, in parts. */
export async function* exportLog(format: 'json' | 'csv', readBefore: ReadBefore): AsyncGenerator<string> {
  if (format !== 'json' && format !== 'csv') throw new TypeError('log.export: format must be "json" or "csv"')
  yield format === 'json' ? '[' : `${[...columns, 'changed', 'summary'].join(',')}\r\n`
  let before: string | undefined
  for (;;) {
    const entries = await readBefore(before)
    const last = entries.at(-1)
    if (!last) break
    yield format === 'json' ? jsonOf(entries, before !== undefined) : entries.map(rowOf).join('')
    before = last.id
  }
  if (format === 'json') yield ']\n'
}

function jsonOf(entries: readonly LogEntry[], isContinued: boolean): string {
  return `${isContinued ? ',' : ''}\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}`
}

function rowOf(entry: LogEntry): string {
  const summary = explainEntry(entry, 'en').map(({ text }) => text)
  const cells = [
    ...columns.map((name) => entry[name] ?? ''),
    (entry.changed ?? []).join(' '),
    summary.join(' '),
  ]
  return `${cells.map((cell) => csvCell(String(cell))).join(',')}\r\n`
}

/**
 * Where a formula may begin, which full-width characters do too: at the beginning of a cell, and behind what separates
 * cells where spreadsheets do not expect commas, and take no notice of quotes then.
 */
const formula = /(^|[;\t\r\n|])(?=(?:[^\S\t\r\n]|["'])*[=+\-@\uff1d\uff0b\uff0d\uff20])/g

/** A cell of a CSV file (RFC 4180), which no spreadsheet takes for a formula. */
export function csvCell(text: string): string {
  const begun = /^[\t\r\n]/.test(text) ? `'${text}` : text
  const disarmed = begun.replace(formula, "$1'")
  return /[",;\t\r\n]/.test(disarmed) ? `"${disarmed.replaceAll('"', '""')}"` : disarmed
}
