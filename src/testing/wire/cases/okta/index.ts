import { casesOf } from '../../case.js'
import { lifeInOkta } from '../lives.js'
import { oktaConnection } from './connection.js'
import { oktaGroups } from './groups.js'
import { oktaUsers } from './lifecycle.js'
import { oktaSpec } from './spec.js'

const lives = casesOf(
  'okta',
  (['aiw', 'oin'] as const).map((style) => ({
    id: `life-${style}`,
    name: `a user and a group are on the server what Okta takes them for, from the assignment to the end (${style === 'aiw' ? 'App Integration Wizard' : 'catalogue'})`,
    source: 'Okta, CRUD test and OIN test plan, step after step on one user and one group (simulateOkta)',
    needs: style === 'oin' ? (['patch', 'filter'] as const) : (['filter'] as const),
    ...(style === 'oin' && { contradiction: 'pathless-patch' }),
    attributes: ['active'],
    run: (wire) => lifeInOkta(wire, style),
  })),
)

/** What Okta's test suites and its test plan ask, and what its clients send. */
export const oktaCases = [...oktaSpec, ...oktaUsers, ...oktaConnection, ...oktaGroups, ...lives]
