import { oktaConnection } from './connection.js'
import { oktaGroups } from './groups.js'
import { oktaUsers } from './lifecycle.js'
import { oktaSpec } from './spec.js'

/** What Okta's test suites and its test plan ask, and what its clients send. */
export const oktaCases = [...oktaSpec, ...oktaUsers, ...oktaConnection, ...oktaGroups]
