import { describe, expect, it } from 'vitest'
import { attribute, defineExtension, urns, userResourceType } from '../../../src/index.js'
import { compileResourceType, fullProjection } from '../../../src/schema/index.js'
import { serve } from '../../http/service.js'
import { openKinds } from '../groups/kinds.js'

// A value and type that a client gives several times is there once (RFC 7643 section 2.4).

const kinds = openKinds()

describe.each(kinds)('with $kind', ({ makeStores }) => {
  const work = { value: '+1 555', type: 'work' }
  const home = { value: '+1 555', type: 'home' }
  const other = { value: '+2 666', type: 'work' }

  async function prepare(phoneNumbers: readonly object[]) {
    const service = serve(makeStores())
    const { id } = await service.createUser({ phoneNumbers })
    const path = `/Users/${id}`
    const phones = async () => (await service.get(path)).body.phoneNumbers as readonly object[]
    return { service, path, phones }
  }
  // A database may keep the names of an object in another order.
  const textOf = (one: object) => JSON.stringify(Object.entries(one).sort())
  const sorted = (list: readonly object[]) => list.map(textOf).sort()

  it('a POST that has one twice makes one, which says what both say', async () => {
    const { phones } = await prepare([work, other, { ...work, display: 'Desk' }, home])
    expect(await phones()).toHaveLength(3)
    expect(await phones()).toEqual(
      expect.arrayContaining([expect.objectContaining({ ...work, display: 'Desk' })]),
    )
  })

  it('one that is primary twice is primary once', async () => {
    const { phones } = await prepare([{ ...work, primary: true }, { ...work, primary: true }, other])
    expect(await phones()).toHaveLength(2)
    expect((await phones()).filter((one) => 'primary' in one && one.primary === true)).toHaveLength(1)
  })

  it('so do a PUT and a replace, and the second of them changes nothing', async () => {
    const { service, path, phones } = await prepare([work])
    const { body } = await service.get(path)
    const put = await service.put(path, { ...body, phoneNumbers: [work, other, work] })
    expect(put.status).toBe(200)
    expect(sorted(await phones())).toEqual(sorted([work, other]))
    for (const operation of [
      { op: 'replace', path: 'phoneNumbers', value: [work, other, other, work] },
      { op: 'replace', value: { phoneNumbers: [work, work, other] } },
      { op: 'add', path: 'phoneNumbers', value: [other, other] },
    ]) {
      const reply = await service.patch(path, [operation])
      expect(reply.headers.get('etag')).toBe(put.headers.get('etag'))
    }
  })

  it('a PATCH by which one becomes another leaves one of both', async () => {
    for (const operations of [
      [{ op: 'replace', path: 'phoneNumbers[type eq "home"].type', value: 'work' }],
      [{ op: 'replace', path: 'phoneNumbers[type eq "home"]', value: { type: 'work' } }],
      [{ op: 'replace', path: 'phoneNumbers.type', value: 'work' }],
      [
        { op: 'add', path: 'title', value: 'x' },
        { op: 'replace', path: 'phoneNumbers[type eq "home"].type', value: 'work' },
        { op: 'replace', path: 'phoneNumbers[type eq "work" and value eq "+2 666"].value', value: '+1 555' },
      ],
    ]) {
      const { service, path, phones } = await prepare([work, home, { ...other, value: '+2 666' }])
      expect((await service.patch(path, operations)).status).toBe(200)
      const after = await phones()
      expect(new Set(sorted(after)).size).toBe(after.length)
      expect(after).toHaveLength(operations.length === 1 ? 2 : 1)
    }
  })

  it('addresses, which have no value, may be alike', async () => {
    const service = serve(makeStores())
    const address = { type: 'work', locality: 'London' }
    const reply = await service.createUser({ schemas: [urns.user], addresses: [address, address] })
    expect(reply.addresses).toEqual([address, address])
  })
})

// A store may have twins, from times when nobody looked: clients see one of them.
describe.each(kinds.slice(0, 3))('twins that are there, with $kind', ({ makeStores }) => {
  const desk = { value: '+1 555', type: 'work', display: 'Desk' }
  const hall = { value: '+1 555', type: 'work', display: 'Hall', primary: true }
  const home = { value: '+1 555', type: 'home' }
  const urn = 'urn:example:tags:2.0:User'
  const tags = defineExtension(urn, { tags: attribute.string({ multiValued: true, caseExact: true }) })

  async function prepare() {
    const stores = makeStores()
    const service = serve({ ...stores, extensions: { User: [tags] } } as never)
    const resourceType = compileResourceType({ ...userResourceType, extensions: [tags] })
    const context = { tenant: 'acme', actor: undefined, requestId: '', resourceType, signal: undefined }
    const user = {
      schemas: [urns.user, urn],
      userName: `twin-${crypto.randomUUID()}`,
      active: true,
      [urn]: { tags: ['a', 'b', 'a'] },
    }
    const draft = { ...user, phoneNumbers: [desk, home, hall] }
    const { id } = await service.users.create(draft as never, context)
    const path = `/Users/${id}`
    const stored = async () =>
      (await service.users.get(id, fullProjection(resourceType), context))?.phoneNumbers ?? []
    return { service, path, stored, shown: async () => (await service.get(path)).body }
  }

  it('one is shown, the primary one, in every reply', async () => {
    const { service, path } = await prepare()
    const search = { schemas: [urns.searchRequest], attributes: ['phoneNumbers', `${urn}:tags`] }
    for (const body of [
      (await service.get(path)).body,
      (await service.get('/Users')).body.Resources[0],
      (await service.get('/Users?attributes=phoneNumbers,urn:example:tags:2.0:User:tags')).body.Resources[0],
      (await service.get('/Users?excludedAttributes=phoneNumbers.$ref')).body.Resources[0],
      (await service.post('/Users/.search', search)).body.Resources[0],
      (await service.patch(path, [{ op: 'add', path: 'title', value: 'x' }])).body,
    ]) {
      expect(body?.phoneNumbers).toEqual([hall, home])
      expect(body?.[urn]).toEqual({ tags: ['a', 'b'] })
    }
  })

  it('a PUT or a replace of what is shown changes nothing', async () => {
    const { service, path, shown, stored } = await prepare()
    const body = await shown()
    expect((await service.put(path, body)).headers.get('etag')).toBe(body.meta.version)
    const { phoneNumbers } = body
    const replaced = await service.patch(path, [{ op: 'replace', path: 'phoneNumbers', value: phoneNumbers }])
    expect(replaced.headers.get('etag')).toBe(body.meta.version)
    expect(await stored()).toHaveLength(3)
  })

  it('a PUT or a replace that names it keeps both, and one that does not removes both', async () => {
    const more = { value: '+2', type: 'work', primary: true }
    for (const verb of ['PUT', 'PATCH']) {
      const { service, path, shown, stored } = await prepare()
      const write = async (phoneNumbers: readonly object[]) =>
        verb === 'PUT'
          ? service.put(path, { ...(await shown()), phoneNumbers })
          : service.patch(path, [{ op: 'replace', value: { phoneNumbers } }])
      expect((await write([{ ...hall, primary: false }, more])).status).toBe(200)
      expect(await stored()).toHaveLength(3)
      const one = { value: desk.value, type: desk.type, display: 'Hall', primary: false }
      expect((await shown()).phoneNumbers).toEqual([one, more])
      expect((await write([more])).status).toBe(200)
      expect(await stored()).toEqual([more])
    }
  })

  it('a remove takes both', async () => {
    const { service, path, stored } = await prepare()
    await service.patch(path, [{ op: 'remove', path: 'phoneNumbers[type eq "work"]' }])
    expect(await stored()).toEqual([home])
  })
})
