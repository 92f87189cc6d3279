// Users for the in-process rows, and for the HTTP rows when scimkit does not
// bring its own. The same number gives the same user on every run.

const GIVEN = [
  'Ada',
  'Bela',
  'Chidi',
  'Dana',
  'Emeka',
  'Freya',
  'Goran',
  'Hana',
  'Ines',
  'Jonas',
  'Kofi',
  'Lena',
  'Mona',
  'Nils',
  'Omar',
  'Priya',
  'Quinn',
]
const FAMILY = [
  'Abara',
  'Berg',
  'Costa',
  'Dimitrov',
  'Eriksson',
  'Fischer',
  'Garcia',
  'Hoffmann',
  'Ivanov',
  'Johnson',
  'Keller',
  'Lindqvist',
  'Moreau',
  'Novak',
  'Okafor',
  'Petrov',
  'Quist',
  'Rossi',
  'Shah',
]
const TITLES = [
  'Account Executive',
  'Data Analyst',
  'Engineer',
  'Engineering Manager',
  'Nurse',
  'Recruiter',
  'Site Lead',
]
const DEPARTMENTS = ['Clinical', 'Finance', 'People', 'Platform', 'Sales']
const DOMAINS = ['example.com', 'example.org', 'corp.example.net']

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const FIRST_DAY = Date.UTC(2020, 0, 1)
const HOUR = 3_600_000

/** @param {number} number from 0 */
export function makeUser(number) {
  // The lists' lengths have no common factor, so the combinations do not repeat soon.
  const givenName = GIVEN[number % GIVEN.length]
  const familyName = FAMILY[number % FAMILY.length]
  const domain = DOMAINS[number % DOMAINS.length]
  const userName = `${givenName}.${familyName}.${number}@${domain}`.toLowerCase()
  const created = new Date(FIRST_DAY + (number % 50_000) * HOUR).toISOString()
  const id = uuid(number)
  return {
    schemas: [CORE, ENTERPRISE],
    id,
    externalId: `00u${number.toString(36).padStart(17, '0')}`,
    userName,
    name: { formatted: `${givenName} ${familyName}`, familyName, givenName },
    displayName: `${givenName} ${familyName}`,
    title: TITLES[number % TITLES.length],
    locale: 'en-US',
    timezone: 'Europe/Berlin',
    active: number % 8 !== 7,
    emails: [
      { value: userName, type: 'work', primary: true },
      { value: `${givenName}${number}@home.example`.toLowerCase(), type: 'home' },
    ],
    phoneNumbers: [{ value: `+1 555 ${String(number % 10_000).padStart(4, '0')}`, type: 'mobile' }],
    addresses: [{ type: 'work', locality: 'Berlin', region: 'BE', postalCode: '10115', country: 'DE' }],
    [ENTERPRISE]: {
      employeeNumber: String(100_000 + number),
      department: DEPARTMENTS[number % DEPARTMENTS.length],
      costCenter: String(4_000 + (number % 40)),
    },
    meta: {
      resourceType: 'User',
      created,
      lastModified: created,
      location: `https://scim.example.com/scim/v2/Users/${id}`,
      version: `W/"${number.toString(36)}"`,
    },
  }
}

/** @param {number} count */
export function makeUsers(count) {
  return Array.from({ length: count }, (_, number) => makeUser(number))
}

function uuid(number) {
  return `5c1d0000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
}
