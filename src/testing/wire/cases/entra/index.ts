import { direct } from './direct.js'
import { hostedGroups } from './hosted-groups.js'
import { hostedUsers } from './hosted-users.js'
import { workflowPages } from './pages.js'
import { workflowGroups, workflowUsers } from './workflow.js'

/** What Microsoft's hosted validator and its Logic App suite ask, and what Entra sends. */
export const entraCases = [
  ...hostedUsers,
  ...hostedGroups,
  ...workflowUsers,
  ...workflowGroups,
  ...direct,
  ...workflowPages,
]
