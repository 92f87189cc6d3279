import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ScimHandler } from '../http/index.js'
import { type MountOptions, mountFinder } from './base-path.js'
import { handleNodeRequest, protocolOf, splitTarget } from './node-bridge.js'

export type { Arrival } from '../http/index.js'
export { splitArrival } from '../http/index.js'
export type { NodeArrival } from './node-bridge.js'
export { handleNodeRequest, protocolOf, splitTarget } from './node-bridge.js'

/**
 * Serves SCIM from `node:http` or `node:https`.
 *
 * @example
 * http.createServer(nodeHandler(scim, { basePath: '/scim/v2' })).listen(4004)
 */
export function nodeHandler(
  scim: ScimHandler,
  options: MountOptions = {},
): (req: IncomingMessage, res: ServerResponse) => void {
  const mountOf = mountFinder('nodeHandler', options)
  return (req, res) => {
    const { path, query } = splitTarget(req.url ?? '/')
    void handleNodeRequest(scim, req, res, {
      path,
      query,
      mount: mountOf(path),
      protocol: protocolOf(req),
      host: req.headers.host,
    })
  }
}
