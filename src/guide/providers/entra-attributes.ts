import type { TargetSource } from '../provider.js'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** The target attributes of Microsoft Entra ID, and the sources that its mapping begins with. */
export const entraAttributes: readonly TargetSource[] = [
  { path: 'userName', target: 'userName', source: 'userPrincipalName' },
  {
    path: 'active',
    target: 'active',
    source: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
  },
  { path: 'displayName', target: 'displayName', source: 'displayName' },
  { path: 'title', target: 'title', source: 'jobTitle' },
  {
    path: 'emails[type eq "work"].value',
    target: 'emails[type eq "work"].value',
    source: 'Coalesce([mail],[userPrincipalName])',
    notes: [
      {
        en: 'The default is mail, which many accounts do not have.',
        de: 'Vorgegeben ist mail, das viele Konten nicht haben.',
      },
    ],
  },
  { path: 'preferredLanguage', target: 'preferredLanguage', source: 'preferredLanguage' },
  { path: 'locale', target: 'locale', source: 'preferredLanguage' },
  { path: 'timezone', target: 'timezone' },
  { path: 'name.givenName', target: 'name.givenName', source: 'givenName' },
  { path: 'name.familyName', target: 'name.familyName', source: 'surname' },
  { path: 'name.formatted', target: 'name.formatted', source: 'Join(" ", [givenName], [surname])' },
  {
    path: 'addresses[type eq "work"].formatted',
    target: 'addresses[type eq "work"].formatted',
    source: 'physicalDeliveryOfficeName',
  },
  {
    path: 'addresses[type eq "work"].streetAddress',
    target: 'addresses[type eq "work"].streetAddress',
    source: 'streetAddress',
  },
  {
    path: 'addresses[type eq "work"].locality',
    target: 'addresses[type eq "work"].locality',
    source: 'city',
  },
  { path: 'addresses[type eq "work"].region', target: 'addresses[type eq "work"].region', source: 'state' },
  {
    path: 'addresses[type eq "work"].postalCode',
    target: 'addresses[type eq "work"].postalCode',
    source: 'postalCode',
  },
  {
    path: 'addresses[type eq "work"].country',
    target: 'addresses[type eq "work"].country',
    source: 'country',
  },
  {
    path: 'phoneNumbers[type eq "work"].value',
    target: 'phoneNumbers[type eq "work"].value',
    source: 'telephoneNumber',
  },
  {
    path: 'phoneNumbers[type eq "mobile"].value',
    target: 'phoneNumbers[type eq "mobile"].value',
    source: 'mobile',
  },
  {
    path: 'phoneNumbers[type eq "fax"].value',
    target: 'phoneNumbers[type eq "fax"].value',
    source: 'facsimileTelephoneNumber',
  },
  {
    path: 'externalId',
    target: 'externalId',
    source: 'objectId',
    notes: [
      {
        en: 'The default is mailNickname, which can change and be given to another user: change it before the first cycle.',
        de: 'Vorgegeben ist mailNickname, das sich ändern und neu vergeben werden kann: vor dem ersten Durchlauf ändern.',
      },
    ],
  },
  { path: `${enterprise}:employeeNumber`, target: `${enterprise}:employeeNumber`, source: 'employeeId' },
  { path: `${enterprise}:department`, target: `${enterprise}:department`, source: 'department' },
  { path: `${enterprise}:manager.value`, target: `${enterprise}:manager`, source: 'manager' },
  { path: `${enterprise}:costCenter`, target: `${enterprise}:costCenter` },
  { path: `${enterprise}:division`, target: `${enterprise}:division` },
  { path: `${enterprise}:organization`, target: `${enterprise}:organization` },
  {
    path: 'roles.value',
    target: 'roles[primary eq "True"].value',
    source: 'SingleAppRoleAssignment([appRoleAssignments])',
  },
]
