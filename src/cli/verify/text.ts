import { type CaseResult, describeFailure } from '../../testing/wire/index.js'
import type { VerifySummary } from './summary.js'
import { droppedLine } from './summary.js'

const titles = ['profile', 'required', 'failed', 'skipped', 'optional', 'failed', 'skipped'] as const

/** A summary for a terminal: the table, the failures, and where reviewers contradict each other. */
export function asText(summary: VerifySummary): string {
  const claimed = new Set(summary.profiles.filter(({ isClaimed }) => isClaimed).map(({ profile }) => profile))
  const failed = summary.cases.filter(({ outcome, profile }) => outcome === 'failed' && claimed.has(profile))
  const required = failed.filter(({ level }) => level === 'required')
  const optional = failed.filter(({ level }) => level === 'optional')
  const about = droppedLine(summary)
  return [
    table(summary),
    ...required.map(failure),
    ...optional.map(failure),
    ...contradictions(summary),
    ...leftOvers(summary),
    ...(about === undefined ? [] : [about]),
    verdict(summary, required.length),
  ].join('\n\n')
}

function table({ profiles }: VerifySummary): string {
  const rows = profiles.map(({ profile, isClaimed, required, optional }) => [
    isClaimed ? profile : `${profile} (not claimed)`,
    ...[required, optional].flatMap(({ passed, failed, skipped }) => [passed, failed, skipped].map(String)),
  ])
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
  return [line(titles), ...rows.map(line)].join('\n')
}

function failure(result: CaseResult): string {
  const { id, name, level } = result
  const word = level === 'required' ? 'FAILED' : 'optional'
  const lines = describeFailure(result).split('\n')
  return [`${word} ${id}: ${name}`, ...lines.map((one) => `  ${one}`)].join('\n')
}

function contradictions({ observations }: VerifySummary): readonly string[] {
  if (observations.length === 0) return []
  const points = observations.map(
    ({ point, answer, suits, against }) =>
      `  ${point}: ${answer}\n    suits: ${suits}\n    does not suit: ${against}`,
  )
  return [['Where reviewers contradict each other:', ...points].join('\n')]
}

function leftOvers({ leftOver }: VerifySummary): readonly string[] {
  if (leftOver.length === 0) return []
  const lines = leftOver.map(({ path, reason }) => `  ${path}: ${reason}`)
  return [['Left on the server, to be removed with --cleanup:', ...lines].join('\n')]
}

function verdict({ exitCode, readOnly, cases }: VerifySummary, failures: number): string {
  if (exitCode === 0)
    return readOnly
      ? 'Nothing that was asked fails; nothing was written, so that most was not asked.'
      : 'All that is required holds.'
  const passed = cases.filter(({ outcome }) => outcome === 'passed').length
  return `${failures} required case${failures === 1 ? '' : 's'} failed, ${passed} of all passed.`
}
