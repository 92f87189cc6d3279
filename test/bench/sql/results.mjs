// From measurements to rows, checks and tables.
import { verdict } from '../report.mjs'
import { median } from '../statistics.mjs'
import { check, sql as targets } from '../targets.mjs'
import { judgeOutbox, outboxTable } from './outbox.mjs'

/** Every row with what it was to reach, and all checks in one list. */
export function judge(measured, big, waiting) {
  const rows = measured.map(({ key, name, scimkit, plain, bare }) => {
    const failed = [...scimkit, ...plain].reduce((sum, one) => sum + one.failed + one.alone.failed, 0)
    // Two turns of a round are seconds apart, so a slow minute of the machine cancels out.
    const ratio = median(scimkit.map(({ rate }, round) => rate / plain[round].rate))
    return {
      key,
      name,
      failed,
      rates: Object.fromEntries(
        Object.entries({ scimkit, plain, bare }).map(([by, all]) => [
          by,
          median(all.map(({ rate }) => rate)),
        ]),
      ),
      statements: median(bare.map(({ statements }) => statements)),
      alone: { scimkit: alone(scimkit), plain: alone(plain) },
      checks: [check('plain', failed > 0 ? Number.NaN : ratio, 'x', { atLeast: targets.ofPlain })],
    }
  })
  const p50 = (key, kind) => {
    const { scimkit } = rows.find((row) => row.key === key).alone
    return kind === undefined ? scimkit.p50 : scimkit.byKind[kind]
  }
  const growth = [
    ratioRow(
      'add a member to the largest group, of one of ten',
      p50('members', 'add') / p50('membersOfTen', 'add'),
      targets.largeGroup,
    ),
    ratioRow(
      'page far on by cursor, of the first by cursor',
      p50('farByCursor') / p50('firstByCursor'),
      targets.cursorPage,
    ),
    ratioRow(
      'page far on by index, of the first by index',
      p50('farByIndex') / p50('first'),
      targets.indexPage,
    ),
    {
      name: `memory while a group is read (${big.megabytes.toFixed(0)} MB in ${big.seconds.toFixed(1)} s)`,
      checks: big.peak === undefined ? [] : [check('memory', big.peak, ' MB', { atMost: targets.megabytes })],
    },
  ]
  const outbox = waiting ? judgeOutbox(waiting) : []
  const checks = [...rows, ...growth, ...outbox].flatMap(({ name, checks }) =>
    checks.map((one) => ({ row: name, ...one })),
  )
  return { rows, growth, big, outbox, checks }
}

function alone(results) {
  const of = (value) => median(results.map(({ alone }) => value(alone)))
  const kinds = Object.keys(results[0].alone.p50ByKind)
  return {
    p50: of(({ p50 }) => p50),
    byKind: Object.fromEntries(kinds.map((kind) => [kind, of(({ p50ByKind }) => p50ByKind[kind])])),
  }
}

function ratioRow(name, value, atMost) {
  return { name, checks: [check('time', value, 'x', { atMost })] }
}

export function tables({ machine, options, rows, growth, outbox }) {
  return [
    { title: 'Machine', head: ['what', 'value'], rows: Object.entries(machine) },
    {
      title: `SQL, ${options.users} users, ${options.connections} connections`,
      head: ['request', 'scimkit/s', 'plain/s', 'statements alone/s', 'in requests/s', 'scimkit of plain'],
      rows: rows.map(({ name, failed, rates, statements, checks }) => [
        failed > 0 ? `${name} (${failed} failed)` : name,
        rate(rates.scimkit),
        rate(rates.plain),
        rate(statements),
        rate(rates.bare),
        verdict(checks, 'plain'),
      ]),
    },
    {
      title: `SQL, ${options.users} users, one connection`,
      head: ['request', 'scimkit p50 ms', 'plain p50 ms'],
      rows: rows.flatMap(({ name, alone: { scimkit, plain } }) => {
        const kinds = Object.keys(scimkit.byKind)
        if (kinds.length === 0) return [[name, milliseconds(scimkit.p50), milliseconds(plain.p50)]]
        return kinds.map((kind) => [
          `${name}: ${kind}`,
          milliseconds(scimkit.byKind[kind]),
          milliseconds(plain.byKind[kind]),
        ])
      }),
    },
    {
      title: 'SQL, growth',
      head: ['what', 'value'],
      rows: growth.map(({ name, checks }) => [name, checks.map(({ of }) => verdict(checks, of)).join()]),
    },
    ...(outbox.length > 0 ? [outboxTable(outbox)] : []),
  ]
}

function rate(value) {
  return value.toFixed(value < 100 ? 1 : 0)
}

/** Empty where nothing was answered in time. */
function milliseconds(value) {
  return value?.toFixed(2) ?? ''
}
