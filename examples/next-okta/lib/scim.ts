import { type Authenticate, bearerTokens, createScim, type Group, memoryStore } from 'scimkit'
import { revokeSessions } from './database'
import { employeeStore } from './employee-store'

let tokens: Authenticate | undefined

export const scim = createScim({
  // The token is read when the first request comes: `next build` runs this module too, where there is none.
  authenticate: (request) => {
    tokens ??= bearerTokens([{ token: process.env.SCIM_TOKEN, actor: 'okta' }])
    return tokens(request)
  },
  users: employeeStore,
  // Okta reads /Groups while "Import Groups" is checked. Without this line the service has users only.
  groups: memoryStore<Group>(),
  on: {
    'user.created': ({ after }) => console.log(`employee ${after.id}: joined`),
    // However Okta says it: by PATCH, by PUT, or by deleting a user who is active.
    'user.deactivated': ({ before }) => {
      console.log(`employee ${before.id}: terminated, sessions revoked: ${revokeSessions(before.id)}`)
    },
    'user.reactivated': ({ after }) => console.log(`employee ${after.id}: is back`),
    'user.deleted': ({ before }) => console.log(`employee ${before.id}: deleted`),
  },
})
