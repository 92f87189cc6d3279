// The filters of the bench: what identity providers send, and what admins type.

/** @typedef {(number: number) => string} Shape a filter with literals of its own for every number */

/** @type {Shape[]} */
export const twelve = [
  // Okta, Entra and nearly everyone else: is this person here already?
  (n) => `userName eq "ada.lovelace.${n}@example.com"`,
  (n) => `externalId eq "00u${n}okta"`,
  (n) => `id eq "5c1d0000-0000-4000-8000-${String(n).padStart(12, '0')}"`,
  // Entra, where the matching attribute is the work address.
  (n) => `emails[type eq "work"].value eq "ada.${n}@example.com"`,
  (n) => `emails.value eq "ada.${n}@example.com"`,
  // Entra's check of a reference.
  (n) =>
    `id eq "${n}" and urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "${n + 1}"`,
  // A nightly import of what changed.
  (n) =>
    `active eq true and meta.lastModified ge "2026-01-01T00:00:${String(n % 60).padStart(2, '0')}.${n}Z"`,
  // Admins, in consoles and scripts.
  (n) => `name.familyName co "love${n}" or displayName sw "Ada ${n}"`,
  (n) => `userName ew "@tenant${n}.example.com" and active eq false`,
  (n) => `title pr and not (userType eq "contractor${n}")`,
  (n) =>
    `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "Dept ${n}" and active eq true`,
  (n) =>
    `(name.givenName sw "A${n}" or nickName eq "ada${n}") and emails[type eq "work" and value co "${n}@"]`,
]

const TEXT = [
  'userName',
  'externalId',
  'displayName',
  'nickName',
  'title',
  'userType',
  'name.givenName',
  'name.familyName',
  'name.middleName',
  'locale',
  'timezone',
  'preferredLanguage',
  'emails.value',
  'phoneNumbers.value',
  'addresses.locality',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
]
const TEXT_OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew']
const LISTS = ['emails', 'phoneNumbers', 'ims', 'photos']

/** One term of a filter; the number decides attribute and operator, never the literal alone. */
function term(number) {
  const attribute = TEXT[number % TEXT.length]
  const operator = TEXT_OPERATORS[Math.floor(number / TEXT.length) % TEXT_OPERATORS.length]
  switch (Math.floor(number / (TEXT.length * TEXT_OPERATORS.length)) % 3) {
    case 0:
      return `${attribute} ${operator} "v${number}"`
    case 1:
      return `not (${attribute} ${operator} "v${number}")`
    default: {
      const list = LISTS[number % LISTS.length]
      return `${list}[type ${operator} "work" and value ${TEXT_OPERATORS[number % 5]} "v${number}"]`
    }
  }
}

/** How many different terms there are. */
const TERMS = TEXT.length * TEXT_OPERATORS.length * 3

/** How many filters newShape() makes before a structure comes again. */
export const SHAPES = 50_000

/**
 * A filter of a structure that no other number below SHAPES gives. Two terms,
 * which makes it as long as the twelve are on average.
 *
 * @param {number} number
 */
export function newShape(number) {
  const first = number % TERMS
  const second = Math.floor(number / TERMS)
  return `${term(first)} ${number % 2 === 0 ? 'and' : 'or'} ${term(second)}`
}
