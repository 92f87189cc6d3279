import * as scimkit from 'scimkit'
import { smokeService } from './flow.mjs'

// Made at the top, where a Worker may neither wait nor ask for random values.
const scim = smokeService(scimkit)

export default { fetch: (request) => scim.fetch(request) }
