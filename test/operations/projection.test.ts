import { describe, expect, it } from 'vitest'
import {
  type Group,
  type GroupStore,
  lenient,
  memoryStore,
  type Projection,
  type StoreContext,
  strict,
  urns,
} from '../../src/index.js'
import { serve, usersWith } from '../http/service.js'

const enterprise = urns.enterpriseUser
const user = {
  userName: 'bjensen',
  title: 'Guide',
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  [enterprise]: { department: 'Tours', manager: { value: 'm1' } },
}

/** What is shown of the user for a query, without `schemas` and `id`, which are always there. */
async function shown(query: string, options = {}) {
  const service = serve({ users: usersWith('m1'), ...options })
  const { id } = await service.createUser(user)
  const path = `?${encodeURI(query).replaceAll('+', '%2B')}`
  const one = (await service.get(`/Users/${id}${path}`)).body
  const { Resources } = (await service.get(`/Users${path}`)).body
  const listed = Resources.find((resource) => resource.id === id)
  expect(listed).toEqual(one)
  const { schemas, id: shownId, ...rest } = one
  expect(schemas).toEqual([urns.user, enterprise])
  expect(shownId).toBe(id)
  return rest
}

const whole = {
  ...user,
  active: true,
  meta: expect.objectContaining({ resourceType: 'User' }),
  [enterprise]: { ...user[enterprise], manager: { value: 'm1', $ref: expect.stringContaining('/Users/m1') } },
}
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(whole).filter(([name]) => !names.includes(name)))

describe('attributes', () => {
  const cases: Readonly<Record<string, object>> = {
    'attributes=userName': { userName: 'bjensen' },
    'attributes=USERNAME, title ,,': { userName: 'bjensen', title: 'Guide' },
    'attributes=id': {},
    'attributes=schemas': {},
    'attributes=name': { name: user.name },
    'attributes=name.givenName': { name: { givenName: 'Barbara' } },
    'attributes=Name.GivenName,name.familyName': { name: user.name },
    'attributes=emails': { emails: user.emails },
    'attributes=emails.type': { emails: [{ type: 'work' }, { type: 'home' }] },
    'attributes=emails[type eq "work"]': { emails: [user.emails[0]] },
    'attributes=emails[type eq "work"].value': { emails: [{ value: 'bjensen@example.com' }] },
    'attributes=emails[type eq "work" and value co ","]': {},
    'attributes=emails[value eq "a,b"],title': { title: 'Guide' },
    'attributes=emails.display': {},
    'attributes=meta.resourceType': { meta: { resourceType: 'User' } },
    [`attributes=${urns.user}:userName`]: { userName: 'bjensen' },
    [`attributes=${enterprise}`]: { [enterprise]: whole[enterprise] },
    [`attributes=${enterprise.toUpperCase()}:Department`]: { [enterprise]: { department: 'Tours' } },
    [`attributes=${enterprise}:manager.value`]: { [enterprise]: { manager: { value: 'm1' } } },
    'attributes=department': { [enterprise]: { department: 'Tours' } },
    'attributes=password': {},
    'attributes=nosuch': {},
    'Attributes=title': { title: 'Guide' },
  }
  for (const [query, expected] of Object.entries(cases)) {
    it(query, async () => expect(await shown(query)).toEqual(expected))
  }

  it('that are empty ask for nothing in particular', async () => {
    expect(await shown('attributes=')).toEqual(whole)
    expect(await shown('attributes= &excludedAttributes=')).toEqual(whole)
  })
})

describe('excludedAttributes', () => {
  const cases: Readonly<Record<string, object>> = {
    'excludedAttributes=id': whole,
    'excludedAttributes=schemas,id': whole,
    'excludedAttributes=title,emails': without('title', 'emails'),
    'excludedAttributes=TITLE': without('title'),
    'excludedAttributes=name.givenName': { ...whole, name: { familyName: 'Jensen' } },
    'excludedAttributes=name.givenName,name.familyName': without('name'),
    'excludedAttributes=emails.value': {
      ...whole,
      emails: [{ type: 'work', primary: true }, { type: 'home' }],
    },
    'excludedAttributes=emails[type eq "work"]': { ...whole, emails: [user.emails[1]] },
    'excludedAttributes=emails[type eq "work"].value': {
      ...whole,
      emails: [{ type: 'work', primary: true }, user.emails[1]],
    },
    [`excludedAttributes=${enterprise}`]: without(enterprise),
    [`excludedAttributes=${enterprise}:manager`]: { ...whole, [enterprise]: { department: 'Tours' } },
    'excludedAttributes=meta': without('meta'),
    'excludedAttributes=nosuch,password': whole,
  }
  for (const [query, expected] of Object.entries(cases)) {
    it(query, async () => expect(await shown(query)).toEqual(expected))
  }
})

it('what is named and not there leaves a line in the trace, or is refused', async () => {
  const service = serve()
  const reply = await service.get('/Users?attributes=nosuch,name.nosuch')
  expect(reply.trace.map(({ rule, path }) => [rule, path])).toEqual([
    ['unknownAttributes', 'nosuch'],
    ['unknownAttributes', 'name.nosuch'],
  ])
  for (const profile of [strict(), lenient({ without: ['unknownAttributes'] })]) {
    const refused = await serve({ profile }).get('/Users?attributes=nosuch')
    expect(refused.status).toBe(400)
    expect(refused.body.scimType).toBe('invalidPath')
  }
})

it('both at once are refused, and so is what does not parse', async () => {
  const service = serve()
  for (const query of ['attributes=title&excludedAttributes=name', 'attributes=emails[type eq']) {
    const { status, body } = await service.get(`/Users?${encodeURI(query)}`)
    expect(status, query).toBe(400)
    expect(body.schemas).toEqual([urns.error])
  }
})

it('a store is told what will be read, so that members need not be loaded', async () => {
  const inner = memoryStore<Group>()
  const wanted: boolean[] = []
  function note(projection: Projection, { resourceType }: StoreContext) {
    const { membership } = resourceType
    if (membership) wanted.push(projection.includes(membership))
  }
  const groups: GroupStore = {
    ...inner,
    get(id, projection, context) {
      note(projection, context)
      return inner.get(id, projection, context)
    },
    list(query, context) {
      note(query.projection, context)
      return inner.list(query, context)
    },
  }
  const service = serve({ groups })
  const { id } = await service.createGroup()
  await service.get(`/Groups/${id}`)
  await service.get(`/Groups/${id}?excludedAttributes=members`)
  await service.get(`/Groups/${id}?attributes=displayName`)
  await service.get(`/Groups/${id}?attributes=members.value`)
  await service.get('/Groups?excludedAttributes=members')
  expect(wanted).toEqual([true, false, false, true, false])
})
