import type { Draft, User } from '../index.js'
import { urns } from '../index.js'

const givenNames =
  'Ada Grace Alan Barbara Edsger Radia Donald Frances Ken Hedy Linus Margaret Tim Katherine Niklaus Shafi'.split(
    ' ',
  )
const familyNames =
  'Lovelace Hopper Turing Liskov Dijkstra Perlman Knuth Allen Thompson Lamarr Okafor Hamilton Nguyen Johnson Garcia Sharma'.split(
    ' ',
  )
const titles = ['Engineer', 'Account Executive', 'Office Manager', 'Technician', 'Recruiter', 'Analyst']
const departments = ['Engineering', 'Sales', 'Operations', 'People', 'Finance']

function pick(list: readonly string[], index: number): string {
  return list[index % list.length] ?? ''
}

/** The user with a number, as an identity provider would have created it; the same each time. */
function userNumber(index: number): Draft<User> {
  const givenName = pick(givenNames, index)
  const familyName = pick(familyNames, Math.floor(index / givenNames.length))
  const userName =
    `${givenName}.${familyName}${index < givenNames.length * familyNames.length ? '' : index}@example.com`.toLowerCase()
  return {
    schemas: [urns.user, urns.enterpriseUser],
    externalId: `00u${index.toString(36).padStart(17, '0')}`,
    userName,
    name: { givenName, familyName },
    displayName: `${givenName} ${familyName}`,
    title: pick(titles, index),
    locale: 'en-US',
    active: index % 20 !== 19,
    emails: [{ value: userName, type: 'work', primary: true }],
    phoneNumbers: [{ value: `+1 555 ${String(index).padStart(7, '0')}`, type: 'mobile' }],
    [urns.enterpriseUser]: {
      employeeNumber: String(100_000 + index),
      department: pick(departments, index),
    },
  }
}

/** So many users, always the same. */
export function* someUsers(count: number): Iterable<Draft<User>> {
  for (let index = 0; index < count; index++) yield userNumber(index)
}
