import { urns } from '../../../protocol/index.js'
import type { UserMapping } from '../mapping.js'

/** Entra's default mapping of a new SCIM app: the rows for what a {@link DirectoryUser} names. (documented) */
export const entraMapping: UserMapping = {
  // From mailNickname, which is the part of the name before its domain unless somebody has changed it.
  externalId: ({ mailNickname, userName }) => mailNickname ?? userName.split('@')[0],
  displayName: ({ displayName, userName }) => displayName ?? userName,
  title: 'title',
  'emails[type eq "work"].value': 'email',
  preferredLanguage: 'preferredLanguage',
  'name.givenName': 'givenName',
  'name.familyName': 'familyName',
  'name.formatted': ({ givenName, familyName }) => [givenName, familyName].filter(Boolean).join(' '),
  'phoneNumbers[type eq "work"].value': 'workPhone',
  'phoneNumbers[type eq "mobile"].value': 'mobilePhone',
  [`${urns.enterpriseUser}:employeeNumber`]: 'employeeNumber',
  [`${urns.enterpriseUser}:department`]: 'department',
}

/** Where the manager is, whom the second pass writes. */
export const managerPath = `${urns.enterpriseUser}:manager`
