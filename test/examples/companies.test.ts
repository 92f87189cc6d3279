import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ask, freePort, root, said, start } from '../cli/program.js'

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
const ada = { schemas, userName: 'ada@example.com', active: true }
const patch = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', value: { active: false } }],
}

/** The Express example, as it is started without a word of configuration. */
async function service() {
  const port = await freePort()
  const cwd = resolve(root, 'examples/express-okta')
  const program = start(['npm', 'start'], { cwd, env: { PORT: String(port) } })
  const [, base = ''] = await said(program, /SCIM at (http:\S+\/scim\/v2)/)
  const [, acme = '', globex = ''] = await said(
    program,
    /API token of acme: ([0-9a-f]{64})\nAPI token of globex: ([0-9a-f]{64})\n/,
  )
  const as = (token: string) => (method: string, path: string, body?: object) =>
    ask(`${base}${path}`, token, body ? { method, body: JSON.stringify(body) } : { method })
  return { program, acme: as(acme), globex: as(globex) }
}

test('one company can not see, change or delete the employees of another', async () => {
  const { program, acme, globex } = await service()
  await using _ = program
  const { json: theirs } = await acme('POST', '/Users', ada)
  const path = `/Users/${theirs.id}`
  const filter = encodeURIComponent('userName eq "ada@example.com"')
  for (const list of ['/Users', `/Users?filter=${filter}`, '/Users?filter=active%20eq%20true']) {
    expect((await globex('GET', list)).json).toMatchObject({ totalResults: 0, Resources: [] })
    expect((await acme('GET', list)).json).toMatchObject({ totalResults: 1, Resources: [theirs] })
  }
  expect((await globex('GET', path)).status).toBe(404)
  expect((await globex('PUT', path, { ...ada, active: false })).status).toBe(404)
  expect((await globex('PATCH', path, patch)).status).toBe(404)
  expect((await globex('DELETE', path)).status).toBe(404)

  // The same login is somebody else there.
  const { status, json: own } = await globex('POST', '/Users', { ...ada, userName: 'ADA@example.com' })
  expect(status).toBe(201)
  expect(own.id).not.toBe(theirs.id)
  expect((await globex('POST', '/Users', ada)).status).toBe(409)
  expect((await globex('PATCH', `/Users/${own.id}`, patch)).json.active).toBe(false)
  expect((await globex('DELETE', `/Users/${own.id}`)).status).toBe(204)
  expect((await acme('GET', path)).json).toEqual(theirs)
})

test('nor its groups', async () => {
  const { program, acme, globex } = await service()
  await using _ = program
  const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Sales' }
  const { json } = await acme('POST', '/Groups', group)
  expect((await globex('GET', `/Groups/${json.id}`)).status).toBe(404)
  expect((await globex('GET', '/Groups')).json.totalResults).toBe(0)
  expect((await globex('POST', '/Groups', group)).status).toBe(201)
})
