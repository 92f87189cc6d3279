/**
 * One smoke flow for every runtime: an identity provider's user arrives, is found, is deactivated, is listed and is
 * deleted. It needs nothing of a platform but Fetch.
 */

const token = 'smoke-token'

/** The service that the flow runs against, made of the package's exports. */
export function smokeService({ bearerTokens, createScim, memoryStore }) {
  return createScim({ authenticate: bearerTokens([{ token, tenant: 'acme' }]), users: memoryStore() })
}

/**
 * Runs the flow. `answer` takes a Fetch request and gives the response; `base` is where the service is mounted.
 * Returns the number of steps, or throws an Error that names the step.
 */
export async function smokeFlow(answer, base) {
  let steps = 0
  async function step(name, status, method, path, body, credential = token) {
    const request = new Request(path.startsWith('http') ? path : base + path, {
      method,
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/scim+json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const response = await answer(request)
    const text = await response.text()
    if (response.status !== status)
      throw new Error(`${name}: ${response.status} instead of ${status}: ${text}`)
    steps++
    return text === '' ? undefined : JSON.parse(text)
  }
  const expect = (name, seen, wanted) => {
    if (seen !== wanted)
      throw new Error(`${name}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`)
  }
  const lookup = (userName) => `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`

  const refused = await step('wrong token', 401, 'GET', '/Users', undefined, 'another-token')
  expect('wrong token', refused.status, '401')
  const none = await step('lookup before', 200, 'GET', lookup('zoë@example.com'))
  expect('lookup before', none.totalResults, 0)

  const user = await step('create', 201, 'POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'zoë@example.com',
    name: { givenName: 'Zoë', familyName: 'Ng' },
    emails: [{ value: 'zoë@example.com', type: 'work', primary: true }],
    active: true,
  })
  const { location } = user.meta
  expect('location', location, `${base}/Users/${user.id}`)
  await step('create again', 409, 'POST', '/Users', { schemas: user.schemas, userName: 'ZOË@example.com' })
  const found = await step('lookup', 200, 'GET', lookup('ZOË@EXAMPLE.COM'))
  expect('lookup', found.Resources[0].id, user.id)

  const patched = await step('deactivate', 200, 'PATCH', location, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', value: { active: false } }],
  })
  expect('deactivate', patched.active, false)
  const list = await step('list', 200, 'GET', '/Users?startIndex=1&count=10&filter=active%20eq%20false')
  expect('list', `${list.totalResults} ${list.Resources[0].name.givenName}`, '1 Zoë')
  await step('schemas', 200, 'GET', '/Schemas')

  await step('delete', 204, 'DELETE', location)
  await step('read after', 404, 'GET', location)
  return steps
}
