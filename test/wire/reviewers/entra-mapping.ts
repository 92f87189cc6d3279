import { urn } from '../case.js'

// What Microsoft's Logic App suite maps, and the values that it sends (github.com/AzureAD/SCIMReferenceCode,
// Microsoft.SCIM.LogicAppValidationTemplate).

/** The attributes of users that an application of Entra maps, but for the manager, who is set later. */
export const mapped = [
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
  `${urn.enterprise}:employeeNumber`,
  `${urn.enterprise}:department`,
] as const

export type Values = Readonly<Record<string, unknown>>

/** Digits and letters of a UUID, which nobody else has. */
function hex(length: number): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, length)
}

const created: Readonly<Record<string, () => unknown>> = {
  userName: () => `sc${hex(12)}@contoso.com`,
  active: () => true,
  externalId: () => crypto.randomUUID(),
  title: () => 'Test Engineer',
  nickName: () => 'testuser',
  userType: () => 'Employee',
  preferredLanguage: () => 'en-US',
  locale: () => 'en-US',
  timezone: () => 'America/Los_Angeles',
  'emails[type eq "work"].value': () => `lasctest${hex(8)}@contoso.com`,
  'addresses[type eq "work"].locality': () => 'Redmond',
  'addresses[type eq "work"].region': () => 'WA',
  'addresses[type eq "work"].postalCode': () => hex(5),
  'addresses[type eq "work"].country': () => 'US',
  [`${urn.enterprise}:employeeNumber`]: () => hex(6),
}

/** The values of a new user, by their paths; the last digits of a phone number are hexadecimal. */
export function newValues(): Readonly<Record<(typeof mapped)[number], unknown>> {
  const values = mapped.map((path) => {
    const make =
      created[path] ?? (() => (path.startsWith('phoneNumbers') ? `+1-555-${hex(3)}f` : `Test-${hex(6)}`))
    return [path, make()]
  })
  return Object.fromEntries(values)
}

/** Other values for paths, which no check of a phone number, an e-mail address or a language would let pass. */
export function otherValues(paths: readonly string[]): Values {
  return Object.fromEntries(paths.map((path) => [path, path === 'active' ? true : `upd-${hex(8)}`]))
}
