import { urns } from '../../../../protocol/index.js'
import type { Wire } from '../../wire.js'
import { flatten } from './paths.js'

// What Microsoft's suites map, and the values that they send (github.com/AzureAD/SCIMReferenceCode,
// Microsoft.SCIM.LogicAppValidationTemplate; runs of the hosted validator are published in github.com/miiitch/EzSCIM).

export type Values = Readonly<Record<string, unknown>>

/** The attributes of users that an application of Entra maps, but for the manager, who is set later. */
const mapped = [
  'userName',
  'active',
  'externalId',
  'displayName',
  'title',
  'nickName',
  'userType',
  'preferredLanguage',
  'locale',
  'timezone',
  'name.givenName',
  'name.familyName',
  'name.formatted',
  'emails[type eq "work"].value',
  'phoneNumbers[type eq "work"].value',
  'phoneNumbers[type eq "mobile"].value',
  'phoneNumbers[type eq "fax"].value',
  'addresses[type eq "work"].formatted',
  'addresses[type eq "work"].streetAddress',
  'addresses[type eq "work"].locality',
  'addresses[type eq "work"].region',
  'addresses[type eq "work"].postalCode',
  'addresses[type eq "work"].country',
  `${urns.enterpriseUser}:employeeNumber`,
  `${urns.enterpriseUser}:department`,
]

export const managerAttribute = `${urns.enterpriseUser}:manager`

/** What the server's schemas describe for a mapping, in small letters. */
export function describedPaths(wire: Wire, core: string, isWritable = false): ReadonlySet<string> {
  return new Set(flatten(wire.target.schemas, core, isWritable).map((path) => path.toLowerCase()))
}

/** Of the mapped attributes those that the server describes; all of them where it describes nothing. */
export function mappedPaths(wire: Wire): readonly string[] {
  if (wire.target.schemas.length === 0) return mapped
  const described = describedPaths(wire, urns.user, true)
  return mapped.filter((path) => path === 'externalId' || described.has(path.toLowerCase()))
}

/** The attributes that are emptied: none that identifies a user. */
export function optionalPaths(wire: Wire): readonly string[] {
  return mappedPaths(wire).filter((path) => {
    if (['userName', 'active', 'externalId'].includes(path)) return false
    const [, name = ''] = /^(?:urn:.+:)?(\w+)/.exec(path) ?? []
    const schema = path.startsWith('urn:') ? urns.enterpriseUser : urns.user
    return wire.target.attribute(schema, name)?.required !== true
  })
}

/** Digits and letters of a UUID, which nobody else has. */
function hex(length: number): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, length)
}

const created: Readonly<Record<string, () => unknown>> = {
  active: () => true,
  title: () => 'Test Engineer',
  nickName: () => 'testuser',
  userType: () => 'Employee',
  preferredLanguage: () => 'en-US',
  locale: () => 'en-US',
  timezone: () => 'America/Los_Angeles',
  'addresses[type eq "work"].locality': () => 'Redmond',
  'addresses[type eq "work"].region': () => 'WA',
  'addresses[type eq "work"].postalCode': () => hex(5),
  'addresses[type eq "work"].country': () => 'US',
  [`${urns.enterpriseUser}:employeeNumber`]: () => hex(6),
}

/** The values of a new user, by their paths; the last digits of a phone number are hexadecimal. */
export function newValues(wire: Wire): Values & { readonly userName: string } {
  const userName = `${wire.mark('sc')}@example.com`
  const values = mappedPaths(wire).map((path) => {
    if (path === 'externalId') return [path, wire.mark('external')]
    if (path.startsWith('emails')) return [path, `${wire.mark('lasctest')}@example.com`]
    if (path.startsWith('phoneNumbers')) return [path, `+1-555-${hex(3)}f`]
    return [path, created[path]?.() ?? `Test-${hex(6)}`]
  })
  return { ...Object.fromEntries(values), userName }
}

/** Other values for paths, which no check of a phone number, an e-mail address or a language would let pass. */
export function otherValues(wire: Wire, paths: readonly string[]): Values {
  const value = (path: string) => {
    if (path === 'active') return true
    return path === 'userName' || path === 'displayName' ? wire.mark('updated') : `upd-${hex(8)}`
  }
  return Object.fromEntries(paths.map((path) => [path, value(path)]))
}

const languages = ['shi-Latn-MA', 'bas', 'gsw']
const zones = ['America/Atikokan', 'Africa/El_Aaiun', 'Atlantic/Bermuda']

/** Random values such as the hosted validator sends and strict servers refuse. */
export function randomValues(wire: Wire, paths: readonly string[]): Values {
  const value = (path: string, index: number) => {
    if (path === 'userName') return `${wire.mark('random')}@Example.org`
    if (path === 'active') return true
    if (path === 'externalId') return wire.mark('EXTERNAL')
    if (path === 'preferredLanguage') return languages[index % 3]
    if (path === 'timezone') return zones[index % 3]
    if (path.startsWith('emails')) return `${wire.mark('random')}@example.org`
    if (path.startsWith('phoneNumbers')) return `61-392-${1000 + index}`
    if (path.endsWith('.postalCode')) return 'cb0 9fr'
    if (path.endsWith('.country')) return 'French Southern Territories'
    return hex(12).toUpperCase()
  }
  return Object.fromEntries(paths.map((path, index) => [path, value(path, index)]))
}
