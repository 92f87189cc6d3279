// Events that wait in the outbox: what one more costs to claim and to deliver, however many others wait.
import { Kysely, PostgresDialect } from 'kysely'
import { deliverEvents, eventsTable } from 'scimkit/kysely'
import { verdict } from '../report.mjs'
import { median } from '../statistics.mjs'
import { check, sql as targets } from '../targets.mjs'

/** Events delivered in one turn; the shortest line has no more. */
const perTurn = 10

/** Rows in one statement: what its trigger is handed of them is held until the end. */
const perInsert = 100_000

/** Whose event the number `n` is; where the line waits for a head that is postponed, a turn is about others. */
const shapes = {
  each: { name: 'one of each resource', resource: `'r' || n` },
  one: { name: 'all of one resource', resource: `'one'` },
  postponed: { name: 'behind one that is postponed', resource: `'postponed'`, others: `'r' || n` },
}

const user = `jsonb_build_object('id', gen_random_uuid(), 'userName', 'user.' || n || '@example.com', 'active', true,
  'name', jsonb_build_object('givenName', 'Ada', 'familyName', 'Berg'), 'title', 'Number ' || n)`

/** @typedef {{ shape: string, waiting: number, claim: number, delivery: number }} Row milliseconds, of one event */

/**
 * @param {import('pg').Pool} pool
 * @param {{ waiting: number[], outboxTurns: number }} options
 * @returns {Promise<Row[]>}
 */
export async function measureOutbox(pool, { waiting, outboxTurns }, log) {
  const rows = []
  for (const [key, shape] of Object.entries(shapes)) {
    const lines = []
    for (const count of waiting) lines.push(await open(pool, key, shape, count))
    for (let turn = 0; turn < outboxTurns; turn++) {
      const first = turn % lines.length
      for (const line of [...lines.slice(first), ...lines.slice(0, first)]) await line.turn()
    }
    for (const { count, claims, deliveries, close } of lines) {
      // The first turns are those that load pages and plans.
      const row = {
        shape: shape.name,
        waiting: count,
        claim: median(claims.slice(claims.length / 5)),
        delivery: median(deliveries.slice(deliveries.length / 5)),
      }
      rows.push(row)
      log(
        `outbox, ${shape.name}, ${count}: claim ${row.claim.toFixed(2)} ms, delivery ${row.delivery.toFixed(2)} ms`,
      )
      await close()
    }
  }
  return rows
}

/** A table with so many events, and what each turn with it took. */
async function open(pool, key, { resource, others }, count) {
  const table = `outbox_${key}_${count}`
  const claims = []
  const deliveries = []
  const db = new Kysely({
    dialect: new PostgresDialect({ pool }),
    log: ({ query, queryDurationMillis }) => {
      if (query.sql.startsWith('with first')) claims.push(queryDurationMillis)
    },
  })
  for (const { up } of Object.values(eventsTable(db, { table }).migrations)) await up(db)
  let added = 0
  const add = async (number, whose) => {
    await pool.query(`insert into ${table} (id, tenant, resource_type, resource_id, name, payload)
      select gen_random_uuid(), '', 'User', ${whose}, 'user.updated', jsonb_build_object('name', 'user.updated',
        'resourceId', ${whose}, 'changed', jsonb_build_array('title'), 'before', ${user}, 'after', ${user})
      from generate_series(${added + 1}, ${added + number}) as n`)
    added += number
  }
  while (added < count) await add(Math.min(perInsert, count - added), resource)
  if (others) await pool.query(`update ${table} set available_at = now() + interval '1 day' where seq = 1`)
  await pool.query(`vacuum analyze ${table}, ${table}_heads`)
  return {
    count,
    claims,
    deliveries,
    async turn() {
      // From the second turn on, each brings what it delivers.
      if (others || deliveries.length > 0) await add(perTurn, others ?? resource)
      const stop = new AbortController()
      let delivered = 0
      const handler = () => {
        if (++delivered === perTurn) stop.abort()
      }
      const begun = performance.now()
      await deliverEvents(db, handler, { table, concurrency: 1, signal: stop.signal })
      deliveries.push((performance.now() - begun) / perTurn)
    },
    close: () => pool.query(`drop table ${table}, ${table}_heads`),
  }
}

/** The rows of the table, and how each grows. */
export function judgeOutbox(rows) {
  const shortest = (row) =>
    rows.find(
      ({ shape, waiting }) => shape === row.shape && waiting === Math.min(...rows.map((one) => one.waiting)),
    )
  return rows.map((row) => {
    const first = shortest(row)
    if (row === first) return { ...row, name: nameOf(row), checks: [] }
    const checks = ['claim', 'delivery'].map((what) =>
      check(what, row[what] / first[what], 'x', { atMost: targets.outbox }),
    )
    return { ...row, name: nameOf(row), checks }
  })
}

export function outboxTable(rows) {
  const [{ waiting }] = rows
  const of = `of ${waiting}`
  return {
    title: 'SQL, outbox',
    head: ['events that wait', 'claim ms', of, 'claim and delivery ms', of],
    rows: rows.map(({ name, claim, delivery, checks }) => [
      name,
      claim.toFixed(2),
      verdict(checks, 'claim'),
      delivery.toFixed(2),
      verdict(checks, 'delivery'),
    ]),
  }
}

function nameOf({ waiting, shape }) {
  return `${waiting}, ${shape}`
}
