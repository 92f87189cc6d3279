import { describe, expect, it } from 'vitest'
import { urns } from '../../../src/index.js'
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
