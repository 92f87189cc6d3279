// Runs the flow inside a runtime, once through `scim.fetch` and once through `scimkit/node` over real HTTP.
import { createServer } from 'node:http'
import * as scimkit from 'scimkit'
import { nodeHandler } from 'scimkit/node'
import { smokeFlow, smokeService } from './flow.mjs'

const viaFetch = await smokeFlow(smokeService(scimkit).fetch, 'https://scim.example.com/scim/v2')

const server = createServer(nodeHandler(smokeService(scimkit)))
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const viaHttp = await smokeFlow(fetch, `http://127.0.0.1:${server.address().port}/scim/v2`)
server.close()
server.closeAllConnections?.()

console.log(JSON.stringify({ steps: viaFetch + viaHttp }))
