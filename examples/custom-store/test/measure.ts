// What each capability buys: the same requests over the store of five methods and over the whole one, in one Redis each
// filled with the same users and groups. `npm run measure -- 10000` says how many users.

import { Redis } from 'ioredis'
import type { GroupStore, ScimHandler, UserStore } from 'scimkit'
import { createScim, fetchHandler, type Group, type User, urns } from 'scimkit'
import { fiveMethods } from '../src/five-methods.js'
import { redisStores } from '../src/redis-store.js'
import { startRedis } from './redis-server.js'

const users = Number(process.argv[2] ?? 10_000)
const crew = Math.min(users, 1000)
const teams = 20

type Fetch = (request: Request) => Promise<Response>

interface Subject {
  readonly fetch: Fetch
  readonly ids: readonly string[]
  readonly groupId: string
  /** What Redis has done so far: commands of this client, and bytes both ways. */
  work(): Promise<{ readonly calls: number; readonly bytes: number }>
}

async function json(
  fetch: Fetch,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const response = await send(fetch, method, path, body)
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? {} : JSON.parse(text)
}

function send(fetch: Fetch, method: string, path: string, body?: object): Promise<Response> {
  const init = body
    ? { body: JSON.stringify(body), headers: { 'content-type': 'application/scim+json' } }
    : {}
  return fetch(new Request(`https://measure.example.com/scim/v2${path}`, { method, ...init }))
}

async function subject(url: string, stores: (redis: Redis) => { users: UserStore; groups: GroupStore }) {
  // No rate limit or deadline of a service, so that slow requests are measured to their end.
  const redis = new Redis(url)
  let calls = 0
  const sendCommand = redis.sendCommand.bind(redis)
  redis.sendCommand = (...command) => {
    calls += 1
    return sendCommand(...command)
  }
  const scim: ScimHandler = createScim({
    authenticate: () => ({ tenant: 'acme', actor: 'measure' }),
    ...stores(redis),
  })
  const fetch: Fetch = fetchHandler(scim, { basePath: '/scim/v2' })
  const ids: string[] = []
  for (let from = 0; from < users; from += 100) {
    const made = await Promise.all(
      Array.from({ length: Math.min(100, users - from) }, (_, at) =>
        json(fetch, 'POST', '/Users', person(from + at)),
      ),
    )
    ids.push(...made.map(({ id }) => String(id)))
  }
  const groupOf = (displayName: string, some: readonly string[]) =>
    json(fetch, 'POST', '/Groups', {
      schemas: [urns.group],
      displayName,
      members: some.map((value) => ({ value })),
    })
  const { id } = await groupOf('Everybody', ids.slice(0, crew))
  for (let team = 0; team < teams; team++) await groupOf(`Team ${team}`, ids.slice(team * 5, team * 5 + 5))
  const work = async () => {
    const before = calls
    const stats = await redis.info('stats')
    const read = (name: string) => Number(new RegExp(`${name}:(\\d+)`).exec(stats)?.[1])
    return { calls: before, bytes: read('total_net_input_bytes') + read('total_net_output_bytes') }
  }
  return { redis, fetch, ids, groupId: String(id), work }
}

function person(number: number): object {
  const userName = `user-${number}@example.com`
  return {
    schemas: [urns.user, urns.enterpriseUser],
    userName,
    externalId: `00u${number}`,
    name: { givenName: 'Given', familyName: `Family ${number}` },
    displayName: `Given Family ${number}`,
    emails: [{ value: userName, type: 'work', primary: true }],
    phoneNumbers: [{ value: '+49 30 1234567', type: 'work' }],
    title: 'Engineer',
    active: true,
    [urns.enterpriseUser]: {
      department: 'Engines',
      costCenter: `C${number % 50}`,
      employeeNumber: String(number),
    },
  }
}

const filtered = (filter: string) => `/Users?filter=${encodeURIComponent(filter)}`
const patch = (...Operations: readonly object[]) => ({ schemas: [urns.patchOp], Operations })

/** What is asked, by what it depends on. */
const requests: readonly (readonly [string, (subject: Subject, turn: number) => Promise<unknown>])[] = [
  [
    'look-up: filter=userName eq "…"',
    ({ fetch }, turn) =>
      json(fetch, 'GET', filtered(`userName eq "user-${(turn * 37) % users}@example.com"`)),
  ],
  [
    'look-up: filter=externalId eq "…" or userName eq "…"',
    ({ fetch }, turn) =>
      json(
        fetch,
        'GET',
        filtered(`externalId eq "00u${turn % users}" or userName eq "user-${turn}@example.com"`),
      ),
  ],
  [
    'another filter: title co "ngin", a page of 100',
    ({ fetch }) => json(fetch, 'GET', `${filtered('title co "ngin"')}&count=100`),
  ],
  [
    'a page of 100, from the middle',
    ({ fetch }) => json(fetch, 'GET', `/Users?startIndex=${Math.ceil(users / 2)}&count=100`),
  ],
  [
    'a page of 100 with attributes=userName',
    ({ fetch }) => json(fetch, 'GET', '/Users?attributes=userName&count=100'),
  ],
  [
    'a user with its groups',
    ({ fetch, ids }, turn) => json(fetch, 'GET', `/Users/${ids[turn % ids.length]}?attributes=groups`),
  ],
  [
    'a group without its members (excludedAttributes=members)',
    ({ fetch, groupId }) => json(fetch, 'GET', `/Groups/${groupId}?excludedAttributes=members`),
  ],
  [
    'PATCH active of a user',
    ({ fetch, ids }, turn) =>
      json(
        fetch,
        'PATCH',
        `/Users/${ids[turn % ids.length]}`,
        patch({ op: 'replace', value: { active: turn % 2 === 1 } }),
      ),
  ],
  [
    `PATCH one member into or out of a group of ${crew}`,
    ({ fetch, ids, groupId }, turn) => {
      const value = ids[Math.floor(turn / 2) % crew]
      const change =
        turn % 2 === 0
          ? { op: 'remove', path: `members[value eq "${value}"]` }
          : { op: 'add', path: 'members', value: [{ value }] }
      return json(fetch, 'PATCH', `/Groups/${groupId}`, patch(change))
    },
  ],
  [
    'DELETE a user who is in two groups',
    ({ fetch, ids }, turn) => json(fetch, 'DELETE', `/Users/${ids[turn]}`),
  ],
]

/** Sends one request after the other, for a second and at least three times. */
async function measure(one: Subject, ask: (subject: Subject, turn: number) => Promise<unknown>) {
  const before = await one.work()
  const began = performance.now()
  let turns = 0
  for (; turns < 4 || (performance.now() - began < 1000 && turns < 400); turns++) await ask(one, turns)
  const seconds = (performance.now() - began) / 1000
  const after = await one.work()
  return {
    rate: turns / seconds,
    calls: (after.calls - before.calls) / turns,
    kilobytes: (after.bytes - before.bytes) / turns / 1024,
  }
}

const round = (value: number) => (value >= 10 ? String(Math.round(value)) : value.toFixed(1))

const servers = await Promise.all([startRedis(), startRedis()])
try {
  const [first, second] = await Promise.all([
    subject(servers[0].url, (redis) => ({
      users: fiveMethods<User>(redis, 'userName'),
      groups: fiveMethods<Group>(redis, 'displayName'),
    })),
    subject(servers[1].url, redisStores),
  ])
  console.log(
    `${users} users, ${teams} groups of 5 and one of ${crew}; requests a second, one after the other,`,
  )
  console.log('and what a request is for Redis: calls / kilobytes both ways\n')
  console.log('| request | five methods | the whole store | times as fast |\n|---|---|---|---|')
  for (const [name, ask] of requests) {
    const [a, b] = [await measure(first, ask), await measure(second, ask)]
    const shown = ({ rate, calls, kilobytes }: typeof a) =>
      `${round(rate)}/s (${round(calls)} / ${round(kilobytes)} kB)`
    console.log(`| ${name} | ${shown(a)} | ${shown(b)} | ${round(b.rate / a.rate)} |`)
  }
  await Promise.all([first.redis.quit(), second.redis.quit()])
} finally {
  await Promise.all(servers.map((server) => server.stop()))
}
