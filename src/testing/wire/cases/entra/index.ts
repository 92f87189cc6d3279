import { casesOf } from '../../case.js'
import { lifeInEntra } from '../lives.js'
import { direct } from './direct.js'
import { hostedGroups } from './hosted-groups.js'
import { hostedUsers } from './hosted-users.js'
import { workflowPages } from './pages.js'
import { workflowGroups, workflowUsers } from './workflow.js'

const lives = casesOf(
  'entra',
  [false, true].map((hasFlag) => ({
    id: hasFlag ? 'life-flag' : 'life-default',
    name: `a user and a group are on the server what Entra takes them for, cycle by cycle, ${hasFlag ? 'with' : 'without'} aadOptscim062020`,
    source:
      'Microsoft Entra provisioning, initial and incremental cycles on one user and one group (simulateEntra)',
    needs: ['patch', 'filter'] as const,
    attributes: ['active'],
    ...(hasFlag && { contradiction: 'pathless-patch' }),
    run: (wire) => lifeInEntra(wire, hasFlag),
  })),
)

/** What Microsoft's hosted validator and its Logic App suite ask, and what Entra sends. */
export const entraCases = [
  ...hostedUsers,
  ...hostedGroups,
  ...workflowUsers,
  ...workflowGroups,
  ...direct,
  ...workflowPages,
  ...lives,
]
