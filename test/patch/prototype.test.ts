import { expect, it } from 'vitest'
import { attribute, createScim, defineExtension, memoryStore, urns } from '../../src/index.js'
import { serve } from '../http/service.js'

// An attacker whose request becomes a property of Object.prototype owns the whole process.

const names = ['__proto__', 'constructor', 'constructor.prototype', 'prototype', 'toString', 'hasOwnProperty']

/** JSON text, in which `__proto__` is a key like any other. */
const json = (text: string): unknown => JSON.parse(text)

function expectPristine() {
  const probe = {} as Readonly<Record<string, unknown>>
  expect(probe.polluted).toBeUndefined()
  // Functions are typed without what an attacker may have put on them.
  expect((Object.prototype.toString as unknown as Record<string, unknown>).polluted).toBeUndefined()
  expect((Object as unknown as Record<string, unknown>).polluted).toBeUndefined()
  expect(Object.keys(probe)).toEqual([])
}

it('paths that lead to a prototype lead nowhere', async () => {
  const service = serve()
  const { id } = await service.createUser({ emails: [{ value: 'a@b.c', type: 'work' }] })
  const before = await service.storedUser(id)
  for (const name of names) {
    for (const path of [
      name,
      `${name}.polluted`,
      `name.${name}`,
      `emails.${name}`,
      `emails[type eq "work"].${name}`,
      `emails[${name} eq "work"].value`,
      `emails[${name} pr]`,
      `${name}[type eq "work"].polluted`,
      `${urns.user}:${name}`,
      `${urns.enterpriseUser}:${name}.polluted`,
      `${urns.enterpriseUser}:manager.${name}`,
    ]) {
      for (const op of ['add', 'replace', 'remove']) {
        const reply = await service.patch(`/Users/${id}`, [{ op, path, value: 'yes' }])
        // What could be the name of an attribute is unknown, and ignored.
        expect([200, 400], `${op} ${path}`).toContain(reply.status)
      }
    }
  }
  expect(await service.storedUser(id)).toBe(before)
  expectPristine()
})

it('keys of values that lead to a prototype are dropped', async () => {
  const service = serve()
  const { id } = await service.createUser()
  for (const name of names) {
    const value = json(
      `{"title":"Guide","${name}":{"polluted":"yes"},"${name}.polluted":"yes","name":{"givenName":"B","${name}":{"polluted":"yes"}},` +
        `"emails":[{"value":"a@b.c","${name}":{"polluted":"yes"}}],"${urns.enterpriseUser}":{"department":"D","${name}":{"polluted":"yes"}}}`,
    )
    const reply = await service.patch(`/Users/${id}`, [
      { op: 'add', value },
      { op: 'replace', path: 'name', value: json(`{"${name}":{"polluted":"yes"}}`) },
    ])
    expect(reply.status, name).toBe(200)
    const stored = await service.storedUser(id)
    const { schemas: _schemas, id: _id, userName: _userName, meta: _meta, ...rest } = stored
    expect(Object.entries(rest).sort()).toEqual([
      ['active', true],
      ['emails', [{ value: 'a@b.c' }]],
      ['name', { givenName: 'B' }],
      ['title', 'Guide'],
      [urns.enterpriseUser, { department: 'D' }],
    ])
    for (const part of [stored, stored.name, stored.emails?.[0], stored[urns.enterpriseUser]]) {
      expect(Object.getPrototypeOf(part)).toBe(Object.prototype)
    }
  }
  expectPristine()
})

it('a new resource and a replaced one drop them too', async () => {
  const service = serve()
  const text = (userName: string) =>
    `{"schemas":["${urns.user}"],"userName":"${userName}","__proto__":{"polluted":"yes","active":false},` +
    `"constructor":{"prototype":{"polluted":"yes"}},"name":{"__proto__":{"givenName":"B"}}}`
  const created = await service.send('POST', '/Users', { body: text('a') })
  expect(created.status).toBe(201)
  expect(created.body).toMatchObject({ userName: 'a', active: true })
  const replaced = await service.send('PUT', `/Users/${created.body.id}`, { body: text('b') })
  expect(replaced.status).toBe(200)
  const stored = await service.storedUser(created.body.id)
  expect(Object.keys(stored).sort()).toEqual(['active', 'id', 'meta', 'schemas', 'userName'])
  expect(Object.getPrototypeOf(stored)).toBe(Object.prototype)
  expectPristine()
})

it('a PATCH message may have them anywhere', async () => {
  const service = serve()
  const { id } = await service.createUser()
  const body =
    `{"__proto__":{"Operations":[{"op":"replace","path":"active","value":false}]},"schemas":["${urns.patchOp}"],` +
    `"Operations":[{"op":"add","path":"title","value":"x","__proto__":{"path":"active"}}]}`
  expect((await service.send('PATCH', `/Users/${id}`, { body })).status).toBe(200)
  expect(await service.storedUser(id)).toMatchObject({ title: 'x', active: true })
  expectPristine()
})

it('queries that name them find nothing', async () => {
  const service = serve()
  await service.createUser()
  for (const name of names) {
    const filtered = await service.get(`/Users?filter=${encodeURIComponent(`${name} pr`)}`)
    expect(filtered.status, name).toBe(400)
    const shown = await service.get(`/Users?attributes=${name},${name}.x`)
    expect(shown.status, name).toBeLessThan(401)
    if (shown.status === 200) expect(Object.keys(shown.body.Resources[0] ?? {})).toEqual(['schemas', 'id'])
    expect((await service.get(`/Users?sortBy=${name}`)).status, name).toBe(400)
    expect((await service.get(`/${name}`)).status, name).toBe(404)
    expect((await service.get(`/Users/${name}`)).status, name).toBe(404)
    expect((await service.get(`/Schemas/${name}`)).status, name).toBe(404)
  }
})

it('no schema may have an attribute of such a name', () => {
  for (const name of ['constructor', 'prototype', 'toString', 'valueOf', '__proto__']) {
    const attributes = Object.fromEntries([[name, attribute.string()]])
    const extension = defineExtension('urn:example:hostile', attributes)
    const options = { authenticate: () => ({}), users: memoryStore(), extensions: { User: [extension] } }
    expect(() => createScim(options), name).toThrow(`"${name}"`)
  }
})
