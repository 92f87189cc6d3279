// One PATCH on a user that must stay as it was.
import assert from 'node:assert/strict'
import { scimPatch } from 'scim-patch'
import { check, patch as targets } from '../targets.mjs'
import { makeUsers } from '../users.mjs'
import { compare, keep } from './compare.mjs'

const PATCHES = [
  {
    name: 'active, as Okta sends it',
    operations: (number) => [{ op: 'replace', value: { active: number % 2 === 0 } }],
  },
  {
    name: 'active, by path',
    operations: (number) => [{ op: 'replace', path: 'active', value: number % 2 === 0 }],
  },
  {
    name: 'emails[type eq "work"].value',
    operations: (number) => [
      { op: 'replace', path: 'emails[type eq "work"].value', value: `ada.${number}@example.com` },
    ],
  },
]

/**
 * @param {import('../scimkit.mjs').InProcess | undefined} scimkit
 * @param {boolean} quick
 * @returns {import('./inprocess.mjs').Row[]}
 */
export function measurePatching(scimkit, quick) {
  const users = makeUsers(1_000).map((user) => ({ ...user, active: true }))

  return PATCHES.map(({ name, operations }) => {
    const [user] = users
    const before = structuredClone(user)
    const expected = peer(user, operations(1))
    assert.notDeepEqual(expected, before)
    if (scimkit !== undefined) assert.deepEqual(scimkit.patch(user, operations(1)), expected)
    assert.deepEqual(user, before)

    const contenders = { 'scim-patch': over(peer) }
    if (scimkit !== undefined) contenders.scimkit = over(scimkit.patch)
    const nanoseconds = compare({
      samples: quick ? 8 : 40,
      // Odd numbers only, which switch the user off: each is a change.
      prepare: (sample) =>
        users.map((_, index) => received(operations(2 * (sample * users.length + index) + 1))),
      contenders,
    })
    return { name: `PATCH, ${name}`, unit: 'PATCH', nanoseconds, checks: judge(nanoseconds) }
  })

  function over(apply) {
    return (changes) => {
      for (let index = 0; index < users.length; index++) keep(apply(users[index], changes[index]))
      return users.length
    }
  }
}

/** As it comes out of a request's body. */
function received(operations) {
  return JSON.parse(JSON.stringify(operations))
}

function peer(user, operations) {
  return scimPatch(user, operations, { mutateDocument: false })
}

function judge({ scimkit, 'scim-patch': peerTime }) {
  if (scimkit === undefined) return []
  return [
    check('time', scimkit / 1000, ' us', { atMost: targets.microseconds }),
    check('scim-patch', peerTime / scimkit, 'x', { atLeast: targets.timesScimPatch }),
  ]
}
