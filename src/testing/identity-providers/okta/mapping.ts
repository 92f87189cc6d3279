import { urns } from '../../../protocol/index.js'
import type { UserMapping } from '../mapping.js'

/**
 * Okta's default attribute mapping of a SCIM app, in part: the rows for what {@link DirectoryUser} names. `userName` comes
 * from the *Sign On* tab, and `active` is never a row. (field reports; the whole table is not published)
 */
export const oktaMapping: UserMapping = {
  'name.givenName': 'givenName',
  'name.familyName': 'familyName',
  displayName: 'displayName',
  'emails[primary eq true].value': 'email',
  'emails[primary eq true].type': ({ email }) => (email ? 'work' : undefined),
  title: 'title',
  'phoneNumbers[primary eq true].value': 'workPhone',
  'phoneNumbers[primary eq true].type': ({ workPhone }) => (workPhone ? 'work' : undefined),
  'phoneNumbers[primary eq false].value': 'mobilePhone',
  'phoneNumbers[primary eq false].type': ({ mobilePhone }) => (mobilePhone ? 'mobile' : undefined),
  [`${urns.enterpriseUser}:employeeNumber`]: 'employeeNumber',
  [`${urns.enterpriseUser}:department`]: 'department',
}
