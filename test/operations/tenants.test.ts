import { expect, it } from 'vitest'
import { urns } from '../../src/index.js'
import { serve } from '../http/service.js'

const globex = { token: 'globex-token' }

it('tenants share nothing: neither resources nor unique values, members or references', async () => {
  const service = serve()
  const acme = await service.createUser({ userName: 'bjensen', title: 'Guide' })
  const other = await service.createUser({ userName: 'bjensen' }, globex)
  expect(other.id).not.toBe(acme.id)

  const path = `/Users/${acme.id}`
  expect((await service.get(path, globex)).status).toBe(404)
  expect((await service.patch(path, [{ op: 'remove', path: 'title' }], globex)).status).toBe(404)
  expect((await service.put(path, { schemas: [urns.user], userName: 'x' }, globex)).status).toBe(404)
  expect((await service.delete(path, globex)).status).toBe(404)
  expect(await service.storedUser(acme.id)).toMatchObject({ userName: 'bjensen', title: 'Guide' })

  for (const query of [
    '',
    '?filter=userName%20eq%20%22bjensen%22',
    `?filter=id%20eq%20%22${acme.id}%22%20or%20userName%20pr`,
  ]) {
    const { body } = await service.get(`/Users${query}`, globex)
    expect(body.totalResults, query).toBe(1)
    expect(body.Resources.map(({ id }) => id)).toEqual([other.id])
  }

  // A user of another tenant is nobody.
  const group = await service.createGroup({ displayName: 'Guides', members: [{ value: acme.id }] }, globex)
  expect(group.members).toBeUndefined()
  await service.createGroup({ displayName: 'Guides', members: [{ value: acme.id }] })
  expect((await service.get(`/Users/${other.id}`, globex)).body.groups).toBeUndefined()
  expect((await service.get(path)).body.groups).toMatchObject([{ display: 'Guides' }])
})

it('requests of two tenants at the same time keep to their own, also in events and errors', async () => {
  const seen: (readonly [string | undefined, string])[] = []
  const service = serve({
    on: { 'user.updated': ({ tenant, after }) => void seen.push([tenant, after.userName]) },
  })
  const acme = await service.createUser({ userName: 'of-acme' })
  const other = await service.createUser({ userName: 'of-globex' }, globex)
  const rounds = Array.from({ length: 20 }, (_, index) => index)
  const replies = await Promise.all(
    rounds.flatMap((index) => [
      service.patch(`/Users/${acme.id}`, [{ op: 'replace', path: 'title', value: `${index}` }]),
      service.patch(`/Users/${other.id}`, [{ op: 'replace', path: 'title', value: `${index}` }], globex),
    ]),
  )
  for (const [index, { body }] of replies.entries()) {
    const mine = index % 2 === 0 ? acme : other
    expect(body).toMatchObject({ userName: mine.userName, meta: { location: mine.meta.location } })
  }
  expect(new Set(seen.map(([tenant, userName]) => `${tenant} ${userName}`))).toEqual(
    new Set(['acme of-acme', 'globex of-globex']),
  )
  expect(service.events.map(({ tenant }) => tenant).sort()).toEqual([
    ...Array(21).fill('acme'),
    ...Array(21).fill('globex'),
  ])
})

it('a caller without a tenant is one of its own', async () => {
  const service = serve({ authenticate: ({ header }) => (header('authorization') ? { tenant: 'acme' } : {}) })
  await service.createUser({ userName: 'of-acme' })
  expect((await service.get('/Users', { token: '' })).body.totalResults).toBe(0)
  await service.createUser({ userName: 'of-acme' }, { token: '' })
  expect((await service.get('/Users', { token: '' })).body.totalResults).toBe(1)
})

it('a tenant may be called like a property of every object', async () => {
  for (const tenant of ['__proto__', 'constructor', 'toString']) {
    const service = serve({ authenticate: () => ({ tenant }) })
    await service.createUser({ userName: 'x' })
    expect((await service.get('/Users')).body.totalResults).toBe(1)
  }
})
