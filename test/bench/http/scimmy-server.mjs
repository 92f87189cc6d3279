// The peer: scimmy with scimmy-routers, over a store equal to scimkit's memory
// store: users by id, an index from userName to user, and the order of creation
// for pages. Nothing here scans, so what is measured is the library.
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import express from 'express'
import SCIMMY from 'scimmy'
import SCIMMYRouters from 'scimmy-routers'

const [usersFile, token] = process.argv.slice(2)

const users = new Map()
const idByUserName = new Map()
const order = []

function insert(user) {
  users.set(user.id, user)
  idByUserName.set(user.userName.toLowerCase(), user.id)
  order.push(user.id)
}

for await (const line of createInterface({ input: createReadStream(usersFile) })) {
  insert(JSON.parse(line))
}

/** The value of `userName eq "..."` when that is the whole filter. */
function soughtUserName(filter) {
  const [term, ...otherTerms] = filter ?? []
  if (term === undefined || otherTerms.length > 0) return undefined
  const [attribute, ...otherAttributes] = Object.keys(term)
  if (attribute !== 'userName' || otherAttributes.length > 0) return undefined
  const [operator, value] = term.userName
  return operator === 'eq' ? value.toLowerCase() : undefined
}

function egress(resource) {
  if (resource.id !== undefined) {
    const user = users.get(resource.id)
    if (user === undefined) throw new SCIMMY.Types.Error(404, null, `Resource ${resource.id} not found`)
    return user
  }
  const userName = soughtUserName(resource.filter)
  if (userName !== undefined) {
    const user = users.get(idByUserName.get(userName))
    return user === undefined ? [] : [user]
  }
  if (resource.filter !== undefined) {
    return resource.filter.match(order.map((id) => users.get(id)))
  }
  const { startIndex = 1, count = 20 } = resource.constraints ?? {}
  // Only a stated total keeps scimmy from counting the page as everything there is.
  resource.constraints = { ...resource.constraints, totalResults: order.length }
  return order.slice(startIndex - 1, startIndex - 1 + count).map((id) => users.get(id))
}

function ingress(resource, data) {
  const now = new Date().toISOString()
  // scimmy hands over an instance full of accessors; a store keeps plain values.
  const values = JSON.parse(JSON.stringify(data))
  const before = resource.id === undefined ? undefined : users.get(resource.id)
  const taken = idByUserName.get(values.userName.toLowerCase())
  if (taken !== undefined && taken !== before?.id) {
    throw new SCIMMY.Types.Error(409, 'uniqueness', `userName ${values.userName} is taken`)
  }
  if (before === undefined) {
    const user = {
      ...values,
      id: randomUUID(),
      meta: { resourceType: 'User', created: now, lastModified: now },
    }
    insert(user)
    return user
  }
  const user = { ...values, id: before.id, meta: { ...before.meta, lastModified: now } }
  idByUserName.delete(before.userName.toLowerCase())
  idByUserName.set(user.userName.toLowerCase(), user.id)
  users.set(user.id, user)
  return user
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
