import { expect, it } from 'vitest'
import { urns } from '../../src/index.js'
import { serve } from '../http/service.js'

const user = { schemas: [urns.user], userName: 'bjensen' }
const secret = 'correct horse battery staple'

function hashing() {
  const hashed: (readonly [string, string | undefined])[] = []
  const shown: unknown[] = []
  const record = (event: unknown) => void shown.push(event)
  const service = serve({
    hashPassword: async (password, { tenant }) => {
      hashed.push([password, tenant])
      return `$${hashed.length}$hash`
    },
    on: {
      'user.created': record,
      'user.updated': record,
      'user.deactivated': record,
      'user.reactivated': record,
      'user.deleted': record,
    },
  })
  return { ...service, hashed, shown }
}

it('a password is hashed once for each request that brings one, and its hash is what is stored', async () => {
  const service = hashing()
  const { body } = await service.post('/Users', { ...user, password: secret })
  expect((await service.storedUser(body.id)).password).toBe('$1$hash')
  await service.put(`/Users/${body.id}`, { ...user, password: secret })
  expect((await service.storedUser(body.id)).password).toBe('$2$hash')
  await service.patch(`/Users/${body.id}`, [{ op: 'replace', value: { password: secret } }])
  expect((await service.storedUser(body.id)).password).toBe('$3$hash')
  await service.patch(`/Users/${body.id}`, [{ op: 'replace', path: 'password', value: secret }])
  expect((await service.storedUser(body.id)).password).toBe('$4$hash')
  await service.patch(`/Users/${body.id}`, [{ op: 'replace', path: 'title', value: 'x' }])
  await service.put(`/Users/${body.id}`, user)
  expect(service.hashed).toEqual(Array(4).fill([secret, 'acme']))
})

it('once also where the write has to be tried again', async () => {
  const service = hashing()
  const { id } = await service.createUser()
  const { replace } = service.users
  let attempts = 0
  service.users.replace = async (key, resource, version, context) => {
    attempts++
    // Another writer is faster, twice.
    const title = `${attempts}`
    if (attempts <= 2) await replace(key, { ...(await service.storedUser(id)), title }, version, context)
    return replace(key, resource, version, context)
  }
  const reply = await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'password', value: secret }])
  expect(reply.status).toBe(200)
  expect(attempts).toBe(3)
  expect(service.hashed).toHaveLength(1)
  expect(await service.storedUser(id)).toMatchObject({ title: '2', password: '$1$hash' })
})

it('neither the password nor its hash is ever shown', async () => {
  const service = hashing()
  const { body } = await service.post('/Users?attributes=password,userName', { ...user, password: secret })
  const path = `/Users/${body.id}`
  const replies = [
    await service.get(path),
    await service.get(`${path}?attributes=password`),
    await service.get('/Users?attributes=password'),
    await service.get('/Users?filter=userName%20eq%20%22bjensen%22'),
    await service.put(`${path}?attributes=password`, { ...user, password: secret }),
    await service.patch(path, [{ op: 'replace', path: 'password', value: `${secret}!` }]),
    await service.patch(path, [{ op: 'replace', value: { active: false, password: secret } }]),
    await service.patch(path, [{ op: 'replace', value: { active: true } }]),
    await service.patch(path, [{ op: 'replace', path: 'password', value: { a: secret } }]),
    await service.patch(path, [{ op: 'replace', path: `password[value eq "${secret}"]`, value: secret }]),
    await service.get(`/Users?filter=${encodeURIComponent(`password eq "${secret}"`)}`),
    await service.get(`/Users?filter=${encodeURIComponent('password pr')}`),
    await service.get('/Users?sortBy=password'),
    await service.delete(path),
  ]
  for (const { text, event } of replies) {
    expect(text).not.toMatch(/correct horse|hash/)
    expect(JSON.stringify(event)).not.toMatch(/correct horse|\$hash/)
  }
  expect(replies.map(({ status }) => status)).toEqual([
    200, 200, 200, 200, 200, 200, 200, 200, 400, 400, 400, 400, 400, 204,
  ])
  expect(service.shown).toHaveLength(8)
  expect(JSON.stringify(service.shown)).not.toMatch(/correct horse|\$hash/)
  // That it has changed is no secret.
  expect(service.shown[2]).toMatchObject({ changed: ['password'] })
})

it('a password is removed by whoever says so', async () => {
  for (const operation of [
    { op: 'remove', path: 'password' },
    { op: 'replace', path: 'password', value: null },
    { op: 'replace', value: { password: '' } },
  ]) {
    const service = hashing()
    const { id } = await service.createUser({ password: secret })
    expect((await service.patch(`/Users/${id}`, [operation])).status).toBe(200)
    expect(await service.storedUser(id), JSON.stringify(operation)).not.toHaveProperty('password')
  }
})

it('without a hook a password is accepted and not stored, with a line in the trace', async () => {
  const service = serve()
  const { body, trace } = await service.post('/Users', { ...user, password: secret })
  const entry = { rule: 'credential', path: 'password', message: expect.stringContaining('hashPassword') }
  expect(trace).toEqual([entry])
  const before = await service.storedUser(body.id)
  expect(before).not.toHaveProperty('password')
  const patched = await service.patch(`/Users/${body.id}`, [{ op: 'replace', value: { password: secret } }])
  expect(patched.status).toBe(200)
  expect(patched.trace).toEqual([entry])
  expect(await service.storedUser(body.id)).toBe(before)
  await service.put(`/Users/${body.id}`, { ...user, password: secret, title: 'x' })
  expect(await service.storedUser(body.id)).not.toHaveProperty('password')
})

it('a hook that fails is a 500 without its message, and nothing is written', async () => {
  const service = serve({ hashPassword: () => Promise.reject(new Error(`no bcrypt for ${secret}`)) })
  const created = await service.post('/Users', { ...user, password: secret })
  expect(created.status).toBe(500)
  expect(created.text).not.toContain('bcrypt')
  expect((await service.get('/Users')).body.totalResults).toBe(0)
  expect(service.errors).toHaveLength(1)
})
