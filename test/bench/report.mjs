// From rows to tables, for a terminal or for README.md.
import { scenarios } from './http/scenarios.mjs'

/** @typedef {{ title: string, head: string[], rows: string[][] }} Table */

/**
 * @param {import('./run.mjs').Results} results
 * @returns {Table[]}
 */
export function tables({ machine, http, inProcess, groups, bulk, pages, size, import: imports }) {
  const sizes = [...new Set((http ?? []).map(({ users }) => users))]
  return [
    { title: 'Machine', head: ['what', 'value'], rows: Object.entries(machine) },
    ...sizes.map((users) => httpTable(users, http)),
    ...(inProcess === undefined ? [] : [inProcessTable(inProcess)]),
    ...requestTable('Groups', groups),
    ...requestTable('Bulk', bulk),
    ...requestTable('Pages', pages),
    ...(size === undefined ? [] : [sizeTable(size)]),
    ...(imports === undefined ? [] : [importTable(imports)]),
  ]
}

function httpTable(users, all) {
  const rows = all.filter((row) => row.users === users)
  // Only the larger sizes are compared with the smallest.
  const growth = rows.flatMap(({ checks }) => checks).find(({ of }) => of.endsWith(' users'))?.of
  const peers = rows.some(({ server }) => server === 'base') ? ['base'] : ['bare', 'scimmy']
  const compared = [...peers, ...(growth === undefined ? [] : [growth])]
  return {
    title: `HTTP, ${users} users`,
    head: [
      'scenario',
      'server',
      'requests/s',
      'p50 ms',
      'p99 ms',
      'memory MB',
      'CPU',
      'CPU us/request',
      ...compared.map((name) => `of ${name}`),
    ],
    rows: rows.map((row) => [
      scenarios[row.scenario].name,
      row.failed > 0 ? `${row.server} (${row.failed} failed)` : row.server,
      row.rate.toFixed(row.rate < 100 ? 1 : 0),
      row.p50.toFixed(2),
      row.p99.toFixed(2),
      row.memory?.toFixed(0) ?? '',
      row.cpuShare?.toFixed(2) ?? '',
      row.cpuMicroseconds?.toFixed(row.cpuMicroseconds < 100 ? 1 : 0) ?? '',
      ...compared.map((name) => verdict(row.checks, name)),
    ]),
  }
}

function inProcessTable(rows) {
  return {
    title: 'In process',
    head: ['work', 'by', 'time', 'scimkit against it'],
    rows: rows.flatMap(({ name, unit, nanoseconds, checks }) =>
      Object.entries(nanoseconds)
        .sort(([by]) => (by === 'scimkit' ? -1 : 1))
        .map(([by, time]) => [
          name,
          by,
          `${duration(time)} per ${unit}`,
          verdict(checks, by === 'scimkit' ? 'time' : by),
        ]),
    ),
  }
}

/** @returns {Table[]} none where nothing was measured */
function requestTable(title, rows = []) {
  if (rows.length === 0) return []
  const hasP99 = rows.some(({ p99 }) => p99 !== undefined)
  const compared = new Set(rows.flatMap(({ checks }) => checks.map(({ of }) => of)))
  compared.delete('time')
  return [
    {
      title,
      head: [
        'request',
        'by',
        'time',
        ...(hasP99 ? ['p99'] : []),
        ...[...compared].map((name) => `of ${name}`),
      ],
      rows: rows.map(({ name, by, nanoseconds, p99, checks }) => [
        name,
        by,
        verdict(checks, 'time') || duration(nanoseconds),
        ...(hasP99 ? [p99 === undefined ? '' : duration(p99)] : []),
        ...[...compared].map((of) => verdict(checks, of)),
      ]),
    },
  ]
}

function sizeTable(rows) {
  return {
    title: 'Size of a bundle',
    head: ['bundle', 'minified kB', 'gzip kB', 'target'],
    rows: rows.map(({ name, minified, gzip, checks }) => [
      name,
      minified.toFixed(1),
      gzip.toFixed(1),
      verdict(checks, 'gzip'),
    ]),
  }
}

function importTable(rows) {
  return {
    title: 'Import',
    head: ['process that imports', 'ms', 'over nothing', 'target'],
    rows: rows.map(({ name, milliseconds, over, checks }) => [
      name,
      milliseconds.toFixed(1),
      over.toFixed(1),
      verdict(checks, 'over nothing'),
    ]),
  }
}

/** @param {(import('./targets.mjs').Check & { row: string })[]} checks */
export function summary(checks) {
  const missed = checks.filter(({ met }) => !met)
  const heading = `${checks.length - missed.length} of ${checks.length} targets met.`
  if (missed.length === 0) return heading
  return [`${heading} Missed:`, '', ...missed.map((one) => `- ${one.row}, ${one.of}: ${state(one)}`)].join(
    '\n',
  )
}

/** What came of one check, for a cell of a table. */
export function verdict(checks, of) {
  const found = checks.find((one) => one.of === of)
  return found === undefined ? '' : state(found)
}

/** For instance `0.71x (≥ 0.6x, met)`, or `0.71x` where nothing was promised. */
function state({ value, unit, atLeast, atMost, met }) {
  if (met === undefined) return `${number(value)}${unit}`
  const target = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`
  return `${number(value)}${unit} (${target}${unit}, ${met ? 'met' : 'MISSED'})`
}

function number(value) {
  return value.toFixed(value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0)
}

function duration(nanoseconds) {
  return nanoseconds < 1000 ? `${nanoseconds.toFixed(0)} ns` : `${number(nanoseconds / 1000)} us`
}

/** @param {Table} table */
export function asText({ title, head, rows }) {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column].length)))
  const line = (cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '-'.repeat(width)).join('  ')
  return [title, '', line(head), rule, ...rows.map(line), ''].join('\n')
}

/** @param {Table} table */
export function asMarkdown({ title, head, rows }) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [`### ${title}`, '', line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n')
}
