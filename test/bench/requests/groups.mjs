// One member more, one member fewer: what that costs in a small and in a huge group.
import assert from 'node:assert/strict'
import SCIMMY from 'scimmy'
import { inOnePiece } from '../inprocess/compare.mjs'
import { scimmyStore } from '../scimmy-store.mjs'
import { median, quantile } from '../statistics.mjs'
import { check, compared, groups as targets } from '../targets.mjs'
import { makeUsers } from '../users.mjs'
import { takeTurns, timed } from './turns.mjs'

const SIZES = [10, 1_000, 100_000, 1_000_000]

/** scimmy reads, copies and writes all members; at 1,000 one PATCH is known to be slow enough. */
const SIZES_FOR_SCIMMY = [10, 1_000]

/** How many PATCHes of each kind are in one turn. */
const PATCHES = 100
const PATCHES_FOR_SCIMMY = 1

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** Each is measured by itself, though they take turns: so the group stays as large as it is said to be. */
const KINDS = {
  add: {
    name: 'add a member to',
    operation: (id) => ({ op: 'add', path: 'members', value: [{ value: id }] }),
  },
  remove: {
    name: 'remove a member from',
    operation: (id) => ({ op: 'remove', path: `members[value eq "${id}"]` }),
  },
}

/**
 * @typedef {object} Contender a group of a certain size, and users who are not in it
 * @property {string[]} outsiders
 * @property {(body: string) => Promise<unknown>} patch rejects unless it went well
 * @property {(id: string) => Promise<boolean>} hasMember
 *
 * @typedef {{ add: number[], remove: number[] }} Turn nanoseconds of each PATCH
 */

/**
 * @param {import('../scimkit.mjs').Requests | undefined} scimkit
 * @param {boolean} quick
 * @returns {Promise<import('./requests.mjs').RequestRow[]>}
 */
export async function measureGroups(scimkit, quick) {
  const contenders = {}
  for (const size of SIZES_FOR_SCIMMY) {
    contenders[`scimmy ${size}`] = await turnsOf(ofScimmy(size), PATCHES_FOR_SCIMMY)
  }
  if (scimkit !== undefined) {
    for (const size of SIZES)
      contenders[`scimkit ${size}`] = await turnsOf(await ofScimkit(scimkit, size), PATCHES)
  }
  const turns = await takeTurns({ rounds: quick ? 8 : 40, contenders })
  return Object.keys(KINDS).flatMap((kind) =>
    SIZES.flatMap((size) =>
      ['scimkit', 'scimmy'].flatMap((by) => (`${by} ${size}` in turns ? [row(kind, size, by, turns)] : [])),
    ),
  )
}

/** @returns {import('./requests.mjs').RequestRow} */
function row(kind, size, by, turns) {
  const timeOf = (contender) =>
    contender in turns ? median(turns[contender].map((turn) => median(turn[kind]))) : undefined
  const all = turns[`${by} ${size}`].flatMap((turn) => turn[kind]).sort((a, b) => a - b)
  const nanoseconds = timeOf(`${by} ${size}`)
  const [fewest] = SIZES
  const most = SIZES.at(-1)
  const checks = []
  if (by === 'scimkit') {
    const scimmy = timeOf(`scimmy ${size}`)
    if (size === most) {
      checks.push(check('time', nanoseconds / 1000, ' us', { atMost: targets.microseconds }))
    }
    if (size > fewest) {
      const flat = timeOf(`scimkit ${fewest}`) / nanoseconds
      checks.push(check(`${fewest} members`, flat, 'x', { atLeast: targets.ofFewest }))
    }
    if (scimmy !== undefined) checks.push(compared('scimmy', scimmy / nanoseconds, 'x'))
  }
  const members = size.toLocaleString('en-US')
  return { name: `PATCH, ${KINDS[kind].name} ${members}`, by, nanoseconds, p99: quantile(all, 0.99), checks }
}

/**
 * What a contender does when it is its turn: users come and leave again, one after the other.
 *
 * @param {Contender} contender
 * @param {number} patches
 * @returns {Promise<() => Promise<Turn>>}
 */
async function turnsOf({ outsiders, patch, hasMember }, patches) {
  const bodies = outsiders.map((id) => ({ add: body('add', id), remove: body('remove', id) }))
  // Nobody is measured who does not do it.
  assert.equal(await hasMember(outsiders[0]), false)
  await patch(bodies[0].add)
  assert.equal(await hasMember(outsiders[0]), true)
  await patch(bodies[0].remove)
  assert.equal(await hasMember(outsiders[0]), false)

  let next = 0
  return async () => {
    const turn = { add: [], remove: [] }
    for (let number = 0; number < patches; number++) {
      const { add, remove } = bodies[next++ % bodies.length]
      turn.add.push((await timed(() => patch(add))).nanoseconds)
      turn.remove.push((await timed(() => patch(remove))).nanoseconds)
    }
    return turn
  }
}

function body(kind, id) {
  return inOnePiece(JSON.stringify({ schemas: [PATCH_OP], Operations: [KINDS[kind].operation(id)] }))
}

/**
 * A service of its own for each size, so that a small group does not share the indexes of a
 * huge one.
 *
 * @returns {Promise<Contender>}
 */
async function ofScimkit(scimkit, size) {
  const { createUser, createGroup, ask } = scimkit.service()
  const outsiders = []
  for (const user of makeUsers(PATCHES)) outsiders.push(await createUser(user))
  const group = await createGroup({ schemas: [GROUP], displayName: 'Everybody', members: members(size) })
  return {
    outsiders,
    async patch(body) {
      const { status } = await ask('PATCH', `/Groups/${group}`, body)
      if (status !== 204) throw new Error(`scimkit answered a PATCH of a group with ${status}`)
    },
    async hasMember(id) {
      const { body } = await ask('GET', `/Users/${id}`)
      return JSON.parse(body).groups?.some(({ value }) => value === group) ?? false
    },
  }
}

/**
 * scimmy's own PATCH and the store, without what a server does before and after.
 *
 * @returns {Contender}
 */
function ofScimmy(size) {
  const store = scimmyStore('Group', 'displayName')
  const group = `group-of-${size}`
  const now = new Date().toISOString()
  const meta = { resourceType: 'Group', created: now, lastModified: now }
  store.insert({ schemas: [GROUP], id: group, displayName: 'Everybody', members: members(size), meta })
  // There is one Group in scimmy, so that it is given its store anew for each turn.
  const take = () => SCIMMY.Resources.Group.ingress(store.ingress).egress(store.egress).basepath('/scim/v2')
  return {
    outsiders: makeUsers(PATCHES).map(({ id }) => id),
    patch(body) {
      take()
      return new SCIMMY.Resources.Group(group).patch(JSON.parse(body))
    },
    async hasMember(id) {
      return store.egress({ id: group }).members.some(({ value }) => value === id)
    },
  }
}

/** As a service has stored them, all different. */
function members(count) {
  return Array.from({ length: count }, (_, number) => ({
    value: `6d2e0000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`,
    type: 'User',
    display: `Member ${number}`,
  }))
}
