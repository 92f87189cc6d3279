// What scimkit promises, in one place. Every check of the bench quotes a line of this file.

/** Requests per second, as a share of the bare server's and as a multiple of scimmy's. */
export const http = {
  get: { ofBare: 0.6, timesScimmy: 40 },
  lookup: { ofBare: 0.5, timesScimmy: 40 },
  page: { ofBare: 0.3, timesScimmy: 150 },
  patch: { ofBare: 0.25, timesScimmy: 50 },
  post: { ofBare: 0.3, timesScimmy: 15 },
}

/** The rate at the largest number of users, as a share of that at the smallest. */
export const growth = { get: 0.85, lookup: 0.85 }

/**
 * The time of a request, as a multiple of what it takes in another checkout: the upper end of what it may be, with 95%
 * confidence.
 */
export const slowdown = 1.05

/**
 * Filters: of scim2-parse-filter's parse, which neither binds nor compiles, the
 * speed where the shape is known and the time where it is new.
 */
export const parse = { knownShape: 2.5, newShapeTime: 3 }

/** Scanning: speed as a multiple of the others', and as a share of a loop written by hand. */
export const scan = { timesScim2ParseFilter: 5, timesScimmy: 40, ofLoop: 0.6 }

export const patch = { microseconds: 3, timesScimPatch: 5 }

/** Members coming and going: the time in the largest group, and the speed as a share of that in the smallest. */
export const groups = { microseconds: 1000, ofFewest: 0.7 }

/**
 * Over PostgreSQL: requests per second as a share of what runs the same statements by hand; times as multiples of
 * those in a group of ten, of the first page, and of ten events in the outbox; and the process's memory while a large
 * group is read.
 */
export const sql = {
  ofPlain: 0.6,
  largeGroup: 1.3,
  cursorPage: 1.5,
  indexPage: 60,
  outbox: 1.5,
  megabytes: 200,
}

/** Kilobytes (1000 bytes) of a minified bundle after gzip. */
export const size = { own: 30, withDependencies: 60 }

/** Requests per second with a request log, by those without one: of GET, PATCH and POST, in every database. */
export const logRatio = { atLeast: 0.9 }

/** Milliseconds over a Node process that imports nothing. */
export const startUp = { milliseconds: 40 }

/**
 * @typedef {object} Check
 * @property {string} of what the value is measured by: another contender's name, or its own quantity
 * @property {number} value
 * @property {string} unit after the number: `x`, ` us`, ` kB`, ` ms`
 * @property {number} [atLeast]
 * @property {number} [atMost]
 * @property {boolean} [met] left out where there is no target
 */

/**
 * @param {string} of
 * @param {number} value NaN, where something failed, meets no target
 * @param {string} unit
 * @param {{ atLeast: number } | { atMost: number }} target
 * @returns {Check}
 */
export function check(of, value, unit, target) {
  const met = 'atLeast' in target ? value >= target.atLeast : value <= target.atMost
  return { of, value, unit, ...target, met }
}

/**
 * A comparison that nothing is promised about.
 *
 * @param {string} of
 * @param {number} value
 * @param {string} unit
 * @returns {Check}
 */
export function compared(of, value, unit) {
  return { of, value, unit }
}
