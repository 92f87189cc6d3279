import { describe, expect, it } from 'vitest'
import { attribute, defineExtension, memoryStore, type UserStore, urns } from '../../src/index.js'
import { serve } from '../http/service.js'
import { fiveMethods } from './groups/stores.js'

// RFC 7643 section 7: an attribute that is returned on request is in the reply of the write that gave it.

const Desk = defineExtension('urn:example:desk:2.0:User', {
  notes: attribute.string({ returned: 'request' }),
  floor: attribute.string(),
  tags: attribute.string({ multiValued: true, returned: 'request' }),
  locker: attribute.complex({ code: attribute.string(), place: attribute.string() }, { returned: 'request' }),
  keys: attribute.complex(
    { value: attribute.string(), serial: attribute.string({ returned: 'request' }) },
    { multiValued: true },
  ),
})
const { urn } = Desk
const desk = {
  notes: 'window',
  floor: '3',
  tags: ['a'],
  locker: { code: '7', place: 'hall' },
  keys: [{ value: 'front', serial: 's1' }, { value: 'back' }],
}
const hidden = { floor: '3', keys: [{ value: 'front' }, { value: 'back' }] }

const stores: Readonly<Record<string, () => UserStore>> = {
  memory: () => memoryStore() as UserStore,
  'five methods': () => fiveMethods(memoryStore()) as UserStore,
}

describe.each(Object.entries(stores))('attributes that are returned on request: %s', (_name, users) => {
  const service = () => serve({ users: users() as never, extensions: { User: [Desk] } })
  type Service = ReturnType<typeof service>
  const body = (more: object = {}) => ({ schemas: [urns.user, urn], userName: 'ann', ...more })
  const patch = async ({ patch }: Service, id: unknown, ...operations: object[]) =>
    (await patch(`/Users/${id}`, operations)).body[urn]

  it('are in the reply to the POST and PUT that gave them, and in no reply to a GET', async () => {
    const scim = service()
    const made = await scim.post('/Users', body({ [urn]: desk }))
    expect([made.status, made.body[urn]]).toEqual([201, desk])
    const path = `/Users/${made.body.id}`
    expect((await scim.get(path)).body[urn]).toEqual(hidden)
    const put = await scim.put(path, body({ [urn]: { ...hidden, notes: 'door' } }))
    expect([put.status, put.body[urn]]).toEqual([200, { ...hidden, notes: 'door' }])
    expect((await scim.get(path)).body[urn]).toEqual(hidden)
  })

  it('are left out of the reply where the client did not give them', async () => {
    const scim = service()
    const { id } = (await scim.post('/Users', body({ [urn]: desk }))).body
    expect(await patch(scim, id, { op: 'replace', path: 'title', value: 'T' })).toEqual(hidden)
    expect(await patch(scim, id, { op: 'replace', path: `${urn}:floor`, value: '4' })).toEqual({
      ...hidden,
      floor: '4',
    })
  })

  it.each<[object, object]>([
    [{ op: 'replace', path: `${urn}:notes`, value: 'x' }, { notes: 'x' }],
    [{ op: 'replace', path: `${urn.toUpperCase()}:NOTES`, value: 'x' }, { notes: 'x' }],
    [{ op: 'add', value: { [urn]: { notes: 'x' } } }, { notes: 'x' }],
    [{ op: 'add', value: { [`${urn}:notes`]: 'x' } }, { notes: 'x' }],
    [{ op: 'add', path: urn, value: { Notes: 'x' } }, { notes: 'x' }],
    [{ op: 'add', path: `${urn}:tags`, value: ['b'] }, { tags: ['a', 'b'] }],
    [{ op: 'remove', path: `${urn}:tags[value eq "b"]` }, { tags: ['a'] }],
    [{ op: 'replace', path: `${urn}:locker.code`, value: '8' }, { locker: { code: '8', place: 'hall' } }],
    [
      { op: 'replace', path: `${urn}:keys[value eq "back"].serial`, value: 's2' },
      {
        keys: [
          { value: 'front', serial: 's1' },
          { value: 'back', serial: 's2' },
        ],
      },
    ],
    [
      { op: 'replace', value: { [urn]: { keys: [{ value: 'new', SERIAL: 's3' }] } } },
      { keys: [{ value: 'new', serial: 's3' }] },
    ],
  ])('are in the reply to the PATCH that gave them: %j', async (operation, shown) => {
    const scim = service()
    const { id } = (await scim.post('/Users', body({ [urn]: desk }))).body
    expect(await patch(scim, id, operation)).toEqual({ ...hidden, ...shown })
  })

  it('leave it to a client that names attributes, and stay out where it excludes them', async () => {
    const scim = service()
    const { id } = (await scim.post('/Users', body({ [urn]: desk }))).body
    const operations = [{ op: 'replace', value: { [urn]: { notes: 'x', tags: ['c'] } } }]
    const at = async (query: string) => (await scim.patch(`/Users/${id}?${query}`, operations)).body[urn]
    expect(await at('attributes=userName')).toBeUndefined()
    expect(await at(`attributes=${urn}:notes`)).toEqual({ notes: 'x' })
    expect(await at(`excludedAttributes=${urn}:notes,${urn}:keys`)).toEqual({ floor: '3', tags: ['c'] })
  })
})
