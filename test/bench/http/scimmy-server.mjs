// The peer: scimmy with scimmy-routers, over a store equal to scimkit's memory store.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import express from 'express'
import SCIMMY from 'scimmy'
import SCIMMYRouters from 'scimmy-routers'
import { scimmyStore } from '../scimmy-store.mjs'

const [usersFile, token] = process.argv.slice(2)

const { insert, egress, ingress } = scimmyStore('User', 'userName')

for await (const line of createInterface({ input: createReadStream(usersFile) })) {
  insert(JSON.parse(line))
}

SCIMMY.Resources.declare(SCIMMY.Resources.User, { egress, ingress })
SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false)

const expected = `Bearer ${token}`
const app = express()
// scimmy-routers writes startIndex and count back into the query as numbers.
// Express 5 computes the query anew each time it is read, so they would be lost
// and every page would be the first twenty users.
app.use((request, _response, next) => {
  Object.defineProperty(request, 'query', { value: { ...request.query } })
  next()
})
app.use(
  '/scim/v2',
  new SCIMMYRouters({
    type: 'bearer',
    handler: (request) => {
      if (request.header('authorization') !== expected) throw new Error('unknown token')
      return 'bench'
    },
  }),
)

process.on('disconnect', () => process.exit())
const server = app.listen(0, '127.0.0.1', () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}/scim/v2` })
})
