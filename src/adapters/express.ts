import type { ServerResponse } from 'node:http'
import type { ScimHandler } from '../http/index.js'
import { type ExpressRequest, handleExpressRequest } from './express-request.js'

export type { ExpressRequest } from './express-request.js'

/**
 * Mounts the service in Express 4 or 5, before or after `express.json()`. Where it is mounted, routers, parameters and
 * wildcards included, is where `meta.location` points.
 *
 * Errors of the host's own middleware, such as a body that `express.json()` cannot parse, are the host's to answer;
 * mounted before `express.json()`, the service answers them as SCIM errors.
 *
 * @example
 * app.use('/scim/v2', expressHandler(scim))
 */
export function expressHandler(scim: ScimHandler): (req: ExpressRequest, res: ServerResponse) => void {
  return (req, res) => handleExpressRequest(scim, req, res)
}
