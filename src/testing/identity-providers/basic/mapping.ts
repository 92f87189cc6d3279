import type { UserMapping } from '../mapping.js'

/** What the smaller clients are given to send. */
export const basicMapping: UserMapping = {
  'name.givenName': 'givenName',
  'name.familyName': 'familyName',
  displayName: ({ displayName, userName }) => displayName ?? userName,
  'emails[type eq "work"].value': 'email',
}
