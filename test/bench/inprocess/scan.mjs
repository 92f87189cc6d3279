// What a filter costs that no index helps with: 100,000 users, one after the other.
import assert from 'node:assert/strict'
import { filter, parse } from 'scim2-parse-filter'
import SCIMMY from 'scimmy'
import { check, scan as targets } from '../targets.mjs'
import { makeUsers } from '../users.mjs'
import { compare, keep } from './compare.mjs'

const USERS = 100_000

/** scimmy needs up to 50 us for a user; a part of them tells its time per user as well. */
const USERS_FOR_SCIMMY = 2_000

/**
 * The literals are written as the data is, since scim2-parse-filter and scimmy
 * compare exactly; the loops compare as the schema says, without regard to case.
 * The complex filter has no `or`, because scimmy finds the wrong users then.
 */
const SCANS = [
  {
    name: 'simple',
    filter: 'title eq "Engineer"',
    loop(users) {
      let found = 0
      for (const user of users) {
        if (user.title !== undefined && user.title.toLowerCase() === 'engineer') found++
      }
      return found
    },
  },
  {
    name: 'complex',
    filter:
      'active eq true and emails[type eq "work" and value ew "@example.org"] and name.familyName co "o" ' +
      'and not (title eq "Nurse") and meta.lastModified ge "2021-01-01T00:00:00.000Z"',
    loop(users) {
      const since = Date.parse('2021-01-01T00:00:00.000Z')
      let found = 0
      for (const user of users) {
        if (user.active !== true) continue
        if (!hasWorkAddressAt(user.emails, '@example.org')) continue
        if (user.name === undefined || !user.name.familyName?.toLowerCase().includes('o')) continue
        if (user.title !== undefined && user.title.toLowerCase() === 'nurse') continue
        if (!(Date.parse(user.meta.lastModified) >= since)) continue
        found++
      }
      return found
    },
  },
]

function hasWorkAddressAt(emails, domain) {
  if (emails === undefined) return false
  for (const { type, value } of emails) {
    if (type?.toLowerCase() === 'work' && value?.toLowerCase().endsWith(domain)) return true
  }
  return false
}

/**
 * @param {import('../scimkit.mjs').InProcess | undefined} scimkit
 * @param {boolean} quick
 * @returns {import('./inprocess.mjs').Row[]}
 */
export function measureScanning(scimkit, quick) {
  const users = makeUsers(USERS)
  const usersForScimmy = users.slice(0, USERS_FOR_SCIMMY)

  return SCANS.map(({ name, filter: text, loop }) => {
    const peer = filter(parse(text))
    const scimmy = new SCIMMY.Types.Filter(text)
    const ours = scimkit?.compile(text)

    // A fast scan that finds other users has measured something else.
    const found = loop(users)
    assert.ok(found > 0 && found < USERS)
    assert.equal(count(users, peer), found)
    assert.equal(scimmy.match(usersForScimmy).length, loop(usersForScimmy))
    if (ours !== undefined) assert.equal(count(users, ours), found)

    const contenders = {
      loop: () => over(users, () => loop(users)),
      'scim2-parse-filter': () => over(users, () => count(users, peer)),
      scimmy: () => over(usersForScimmy, () => scimmy.match(usersForScimmy)),
    }
    if (ours !== undefined) contenders.scimkit = () => over(users, () => count(users, ours))
    const nanoseconds = compare({ samples: quick ? 4 : 20, prepare: () => undefined, contenders })
    return { name: `scan, ${name} filter`, unit: 'user', nanoseconds, checks: judge(nanoseconds) }
  })
}

function over(users, work) {
  keep(work())
  return users.length
}

function count(users, matches) {
  let found = 0
  for (const user of users) if (matches(user)) found++
  return found
}

function judge({ scimkit, loop, scimmy, 'scim2-parse-filter': peer }) {
  if (scimkit === undefined) return []
  return [
    check('scim2-parse-filter', peer / scimkit, 'x', { atLeast: targets.timesScim2ParseFilter }),
    check('scimmy', scimmy / scimkit, 'x', { atLeast: targets.timesScimmy }),
    check('loop', loop / scimkit, 'x', { atLeast: targets.ofLoop }),
  ]
}
