import { describe, expect, test } from 'vitest'
import { urns } from '../../src/index.js'
import { type Options, serve } from '../http/service.js'
import { openKinds } from './groups/kinds.js'

const kinds = openKinds()

// A password comes in clear text, is seen by one function, and is not heard of again.

const secret = 't1me-Flies!'

/** A service whose hook has seen what is in `seen`, and everything that it has said to anybody. */
function hash(stores: Options) {
  const seen: { readonly password: string; readonly tenant: string | undefined }[] = []
  const heard: unknown[] = []
  const hear = (event: unknown) => heard.push(event)
  const scim = serve({
    ...stores,
    hashPassword: async (password, { tenant }) => {
      seen.push({ password, tenant })
      return `hash-of-${password.length}-by-${seen.length}`
    },
    on: {
      'user.created': hear,
      'user.updated': hear,
      'user.deactivated': hear,
      'user.reactivated': hear,
      'user.deleted': hear,
    },
    onRequest: hear,
  })
  return { scim, seen, heard }
}

const passwordOf = async (scim: ReturnType<typeof serve>, id: string) =>
  ((await scim.storedUser(id)) as { readonly password?: string }).password

describe.each(kinds)('a password, with $kind', ({ makeStores }) => {
  const hashing = () => hash(makeStores())

  test('is hashed once by each of POST, PUT and PATCH, and what is stored is the hash', async () => {
    const { scim, seen } = hashing()
    const user = await scim.createUser({ userName: 'ada', password: secret })
    expect(seen).toEqual([{ password: secret, tenant: 'acme' }])
    expect(await passwordOf(scim, user.id)).toBe('hash-of-11-by-1')
    const patched = await scim.patch(`/Users/${user.id}`, [
      { op: 'replace', path: 'password', value: `${secret}2` },
    ])
    expect(patched.status).toBe(200)
    expect(await passwordOf(scim, user.id)).toBe('hash-of-12-by-2')
    await scim.put(`/Users/${user.id}`, { schemas: [urns.user], userName: 'ada', password: `${secret}34` })
    expect(await passwordOf(scim, user.id)).toBe('hash-of-13-by-3')
    expect(seen).toHaveLength(3)
  })

  test('is hashed once also where a write is tried again', async () => {
    const { scim, seen } = hashing()
    const user = await scim.createUser({ userName: 'ada' })
    const { users } = scim
    let interruptions = 3
    const disturbed = serve({
      hashPassword: (password) => {
        seen.push({ password, tenant: undefined })
        return 'hashed'
      },
      users: {
        ...users,
        async replace(id, resource, version, context) {
          if (interruptions-- > 0) {
            const current = await scim.storedUser(id)
            await users.replace(id, { ...current, title: `t${interruptions}` }, current.meta.version, context)
          }
          return users.replace(id, resource, version, context)
        },
      },
    })
    const reply = await disturbed.patch(`/Users/${user.id}`, [{ op: 'add', path: 'password', value: secret }])
    expect(reply.status).toBe(200)
    expect(interruptions).toBeLessThan(0)
    expect(seen).toHaveLength(1)
    expect(await passwordOf(scim, user.id)).toBe('hashed')
  })

  test('stays where a PUT leaves it out, or changes something else', async () => {
    const { scim, seen } = hashing()
    const user = await scim.createUser({ userName: 'ada', password: secret })
    await scim.put(`/Users/${user.id}`, { schemas: [urns.user], userName: 'ada', title: 'x' })
    await scim.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'title', value: 'y' }])
    expect(await passwordOf(scim, user.id)).toBe('hash-of-11-by-1')
    expect(seen).toHaveLength(1)
  })

  test('is in no reply, whoever asks for it', async () => {
    const { scim } = hashing()
    const created = await scim.post('/Users?attributes=password,userName', {
      schemas: [urns.user],
      userName: 'ada',
      password: secret,
    })
    const path = `/Users/${created.body.id}`
    const replies = [
      created,
      await scim.get(path),
      await scim.get(`${path}?attributes=password`),
      await scim.get('/Users?attributes=password,userName'),
      await scim.get('/Users?excludedAttributes=userName'),
      await scim.patch(path, [{ op: 'replace', path: 'password', value: secret }]),
      await scim.put(path, { schemas: [urns.user], userName: 'ada', password: secret }),
    ]
    for (const { status, text } of replies) {
      expect(status).toBeLessThan(300)
      expect(text).not.toMatch(/password|t1me|hash-of/)
    }
  })

  test('is not what anybody finds or sorts by', async () => {
    const { scim } = hashing()
    const user = await scim.createUser({ userName: 'ada', password: secret })
    for (const filter of [
      `password eq "${secret}"`,
      'password pr',
      'password sw "hash"',
      'not (password eq "x")',
      `userName eq "ada" and password eq "${secret}"`,
      `urn:ietf:params:scim:schemas:core:2.0:User:password ne "${secret}"`,
    ]) {
      const { status, body, text } = await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)
      expect([filter, status, body.scimType]).toEqual([filter, 400, 'invalidFilter'])
      expect(text).not.toContain(secret)
    }
    const sorted = await scim.get('/Users?sortBy=password')
    const refused = scim.users.sorts ? [400, 'invalidPath'] : [501, undefined]
    expect([sorted.status, sorted.body.scimType]).toEqual(refused)
    const patched = await scim.patch(`/Users/${user.id}`, [
      { op: 'remove', path: `password[value eq "${secret}"]` },
    ])
    expect(patched.status).toBe(400)
    expect(patched.text).not.toContain(secret)
  })

  test('is in no event, no trace and no error; that it changed is said', async () => {
    const { scim, heard } = hashing()
    const user = await scim.createUser({ userName: 'ada', password: secret })
    const path = `/Users/${user.id}`
    await scim.patch(path, [{ op: 'replace', path: 'password', value: `${secret}2` }])
    await scim.put(path, { schemas: [urns.user], userName: 'ada', password: [secret], active: false })
    await scim.put(path, { schemas: [urns.user], userName: 'ada', password: { value: secret, x: 1 } })
    await scim.put(path, { schemas: [urns.user], password: secret })
    await scim.patch(path, [{ op: 'replace', path: `password.${secret}`, value: secret }])
    await scim.patch(path, [{ op: secret, path: 'password', value: secret }])
    await scim.get(`/Users?attributes=${secret}&filter=${encodeURIComponent(`"${secret}`)}`)
    await scim.delete(path)
    const text = JSON.stringify([heard, scim.errors, scim.events])
    expect(text).not.toContain('t1me')
    expect(text).not.toContain('hash-of')
    expect(heard).toContainEqual(expect.objectContaining({ changed: ['password'] }))
  })

  test('is accepted and forgotten where the host does not hash it', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser({ userName: 'ada', password: secret })
    expect(await passwordOf(scim, user.id)).toBeUndefined()
    const patched = await scim.patch(`/Users/${user.id}`, [{ op: 'add', path: 'password', value: secret }])
    expect(patched.status).toBe(200)
    expect(patched.trace).toContainEqual(expect.objectContaining({ rule: 'credential', path: 'password' }))
    expect(patched.body.meta.version).toBe(user.meta.version)
    expect(await passwordOf(scim, user.id)).toBeUndefined()
  })

  test('can be changed, says discovery, where the host hashes it', async () => {
    const { scim } = hashing()
    expect((await scim.get('/ServiceProviderConfig')).body.changePassword).toEqual({ supported: true })
    expect((await serve().get('/ServiceProviderConfig')).body.changePassword).toEqual({ supported: false })
  })

  test('is not stored in part where hashing fails', async () => {
    const scim = serve({
      ...makeStores(),
      hashPassword: (password) => {
        throw new Error(`cannot hash ${password}`)
      },
    })
    const reply = await scim.post('/Users', { schemas: [urns.user], userName: 'ada', password: secret })
    expect(reply.status).toBe(500)
    expect(reply.text).not.toContain(secret)
    expect((await scim.get('/Users')).body.totalResults).toBe(0)
  })
})
