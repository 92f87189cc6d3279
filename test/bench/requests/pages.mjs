// A page from the middle of a long list, by cursor and by index, beside the first page.
import assert from 'node:assert/strict'
import { median, quantile } from '../statistics.mjs'
import { compared } from '../targets.mjs'
import { makeUsers } from '../users.mjs'
import { takeTurns, timed } from './turns.mjs'

const USERS = 100_000
const PAGE_SIZE = 100
const DEEP = 50_000

/** How often a page is asked for in one turn. */
const REQUESTS = 10

/**
 * @param {import('../scimkit.mjs').Requests | undefined} scimkit
 * @param {boolean} quick
 * @returns {Promise<import('./requests.mjs').RequestRow[]>}
 */
export async function measurePages(scimkit, quick) {
  if (scimkit === undefined) return []
  const service = scimkit.service()
  let last
  for (const user of makeUsers(USERS)) last = await service.createUser(user)
  const cursor = await cursorAt(service, DEEP)

  const rows = await measure('', service, cursor, quick)
  // From now on the list has a gap, behind the page: numbers are no longer places in it.
  const { status } = await service.ask('DELETE', `/Users/${last}`)
  assert.equal(status, 204)
  return [...rows, ...(await measure(', one user deleted', service, cursor, quick))]
}

/** @returns {Promise<import('./requests.mjs').RequestRow[]>} */
async function measure(circumstance, { ask }, cursor, quick) {
  const first = { index: page('startIndex=1'), cursor: page('cursor=') }
  const deep = { index: page(`startIndex=${DEEP + 1}`), cursor: page(`cursor=${cursor}`) }
  for (const { index, cursor } of [first, deep]) {
    // A page of other users was found some other way.
    assert.deepEqual(await idsOn(ask, cursor), await idsOn(ask, index))
  }

  const requests = {
    'first by index': first.index,
    'first by cursor': first.cursor,
    'deep by index': deep.index,
    'deep by cursor': deep.cursor,
  }
  const turns = await takeTurns({
    rounds: quick ? 8 : 40,
    contenders: Object.fromEntries(
      Object.entries(requests).map(([name, path]) => [name, () => inOneTurn(ask, path)]),
    ),
  })
  const time = (name) => median(turns[name].map(median))
  const row = (where, how) => {
    const contender = `${where} by ${how}`
    const all = turns[contender].flat().sort((a, b) => a - b)
    const checks = []
    if (where === 'deep') checks.push(against('first page', `first by ${how}`))
    if (how === 'cursor') checks.push(against('index', `${where} by index`))
    return {
      name: `page of ${PAGE_SIZE} at ${where === 'deep' ? DEEP.toLocaleString('en-US') : 1}${circumstance}`,
      by: how,
      nanoseconds: time(contender),
      p99: quantile(all, 0.99),
      checks,
    }

    function against(of, other) {
      return compared(of, time(other) / time(contender), 'x')
    }
  }
  return ['first', 'deep'].flatMap((where) => ['index', 'cursor'].map((how) => row(where, how)))
}

/** @returns {Promise<number[]>} nanoseconds of each request */
async function inOneTurn(ask, path) {
  const times = []
  for (let number = 0; number < REQUESTS; number++) {
    const { answer, nanoseconds } = await timed(() => ask('GET', path))
    assert.equal(answer.status, 200)
    times.push(nanoseconds)
  }
  return times
}

function page(where) {
  return `/Users?${where}&count=${PAGE_SIZE}`
}

async function list(ask, path) {
  const { status, body } = await ask('GET', path)
  assert.equal(status, 200, body)
  return JSON.parse(body)
}

async function idsOn(ask, path) {
  const { Resources } = await list(ask, path)
  assert.equal(Resources.length, PAGE_SIZE)
  return Resources.map(({ id }) => id)
}

/** The cursor after so many users, as a client comes by it: page by page. */
async function cursorAt({ ask }, users) {
  let cursor = ''
  for (let seen = 0; seen < users; seen += PAGE_SIZE) {
    cursor = (await list(ask, page(`cursor=${cursor}`))).nextCursor
  }
  return cursor
}
