import type { TargetSource } from '../provider.js'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** What Okta calls each attribute (its external name), and the source or expression that its apps begin with. */
export const oktaAttributes: readonly TargetSource[] = [
  {
    path: 'userName',
    target: 'userName',
    source: 'Sign On > Application username format',
    notes: [
      {
        en: 'No row of the mapping: set under Sign On.',
        de: 'Keine Zeile der Zuordnung: unter Sign On festgelegt.',
      },
    ],
  },
  { path: 'name.givenName', target: 'name.givenName', source: 'user.firstName' },
  { path: 'name.familyName', target: 'name.familyName', source: 'user.lastName' },
  { path: 'displayName', target: 'displayName', source: 'user.displayName' },
  { path: 'emails[type eq "work"].value', target: 'emails.^[primary==true].value', source: 'user.email' },
  {
    path: 'emails[type eq "work"].type',
    target: 'emails.^[primary==true].type',
    source: "(user.email != null && user.email != '') ? 'work' : ''",
  },
  {
    path: 'emails[type eq "other"].value',
    target: 'emails.^[primary==false].value',
    source: 'user.secondEmail',
  },
  {
    path: 'phoneNumbers[type eq "work"].value',
    target: 'phoneNumbers.^[primary==true].value',
    source: 'user.primaryPhone',
  },
  {
    path: 'phoneNumbers[type eq "mobile"].value',
    target: 'phoneNumbers.^[type==mobile].value',
    source: 'user.mobilePhone',
  },
  { path: 'title', target: 'title', source: 'user.title' },
  { path: 'nickName', target: 'nickName', source: 'user.nickName' },
  { path: 'profileUrl', target: 'profileUrl', source: 'user.profileUrl' },
  { path: 'userType', target: 'userType', source: 'user.userType' },
  { path: 'preferredLanguage', target: 'preferredLanguage', source: 'user.preferredLanguage' },
  { path: 'locale', target: 'locale', source: 'user.locale' },
  { path: 'timezone', target: 'timezone', source: 'user.timezone' },
  {
    path: 'addresses[type eq "work"].streetAddress',
    target: 'addresses.^[type==work].streetAddress',
    source: 'user.streetAddress',
  },
  {
    path: 'addresses[type eq "work"].locality',
    target: 'addresses.^[type==work].locality',
    source: 'user.city',
  },
  {
    path: 'addresses[type eq "work"].region',
    target: 'addresses.^[type==work].region',
    source: 'user.state',
  },
  {
    path: 'addresses[type eq "work"].postalCode',
    target: 'addresses.^[type==work].postalCode',
    source: 'user.zipCode',
  },
  {
    path: 'addresses[type eq "work"].country',
    target: 'addresses.^[type==work].country',
    source: 'user.countryCode',
  },
  { path: `${enterprise}:employeeNumber`, target: 'employeeNumber', source: 'user.employeeNumber' },
  { path: `${enterprise}:costCenter`, target: 'costCenter', source: 'user.costCenter' },
  { path: `${enterprise}:organization`, target: 'organization', source: 'user.organization' },
  { path: `${enterprise}:division`, target: 'division', source: 'user.division' },
  { path: `${enterprise}:department`, target: 'department', source: 'user.department' },
  { path: `${enterprise}:manager.value`, target: 'manager.value', source: 'user.managerId' },
  { path: `${enterprise}:manager.displayName`, target: 'manager.displayName', source: 'user.manager' },
  {
    path: 'active',
    target: 'active',
    notes: [
      {
        en: 'No row of the mapping: follows from the assignment and the status in Okta.',
        de: 'Keine Zeile der Zuordnung: folgt aus Zuweisung und Status in Okta.',
      },
    ],
  },
  {
    path: 'externalId',
    target: 'externalId',
    notes: [
      {
        en: 'No row of the mapping: always the id of the user in Okta.',
        de: 'Keine Zeile der Zuordnung: immer die ID des Benutzers in Okta.',
      },
    ],
  },
]
