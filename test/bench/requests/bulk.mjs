// A thousand users in one bulk request, and one by one.
import assert from 'node:assert/strict'
import { inOnePiece } from '../inprocess/compare.mjs'
import { median } from '../statistics.mjs'
import { compared } from '../targets.mjs'
import { makeUser } from '../users.mjs'
import { takeTurns, timed } from './turns.mjs'

const USERS = 1_000

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'

/**
 * @param {import('../scimkit.mjs').Requests | undefined} scimkit
 * @param {boolean} quick
 * @returns {Promise<import('./requests.mjs').RequestRow[]>}
 */
export async function measureBulk(scimkit, quick) {
  if (scimkit === undefined) return []
  const count = USERS.toLocaleString('en-US')
  const single = `${count} requests`
  const bulk = 'one bulk request'
  const turns = await takeTurns({
    rounds: quick ? 4 : 20,
    contenders: { [single]: oneByOne(scimkit.service()), [bulk]: together(scimkit.service()) },
  })
  const time = (by) => median(turns[by])
  const row = (by, checks) => ({ name: `POST of ${count} users, each`, by, nanoseconds: time(by), checks })
  return [row(single, []), row(bulk, [compared(single, time(single) / time(bulk), 'x')])]
}

/** @returns {() => Promise<number>} nanoseconds per user */
function oneByOne({ ask }) {
  const next = newcomers()
  return async () => {
    const bodies = next().map((user) => inOnePiece(JSON.stringify(user)))
    const { answer, nanoseconds } = await timed(async () => {
      const replies = []
      for (const body of bodies) replies.push(await ask('POST', '/Users', body))
      return replies
    })
    assert.ok(answer.every(({ status }) => status === 201))
    return nanoseconds / USERS
  }
}

/** @returns {() => Promise<number>} nanoseconds per user */
function together({ ask }) {
  const next = newcomers()
  return async () => {
    const Operations = next().map((data, number) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `user${number}`,
      data,
    }))
    const body = inOnePiece(JSON.stringify({ schemas: [BULK_REQUEST], Operations }))
    const { answer, nanoseconds } = await timed(() => ask('POST', '/Bulk', body))
    assert.equal(answer.status, 200, answer.body)
    const results = JSON.parse(answer.body).Operations
    assert.equal(results.length, USERS)
    assert.ok(results.every(({ status }) => status === '201'))
    return nanoseconds / USERS
  }
}

/** Makes a turn's users, who are new each time. */
function newcomers() {
  let made = 0
  return () =>
    Array.from({ length: USERS }, () => {
      // A client knows neither of them.
      const { id: _id, meta: _meta, ...user } = makeUser(made++)
      return user
    })
}
