import { describe, expect, test } from 'vitest'
import {
  attribute,
  createScim,
  defineExtension,
  defineResourceType,
  defineSchema,
  memoryStore,
  urns,
} from '../../src/index.js'
import { authenticate, type Body, base } from '../http/service.js'

// A resource type of a service's own gets everything that users and groups have, without another line.

const doorSchema = defineSchema('urn:example:params:scim:schemas:core:2.0:Door', {
  label: attribute.string({ required: true, uniqueness: 'server' }),
  floor: attribute.integer(),
  weight: attribute.decimal(),
  open: attribute.boolean(),
  serial: attribute.string({ mutability: 'immutable', caseExact: true }),
  opened: attribute.dateTime({ mutability: 'readOnly' }),
  pin: attribute.string({ mutability: 'writeOnly', returned: 'never' }),
  keys: attribute.complex(
    { value: attribute.string(), type: attribute.string(), primary: attribute.boolean() },
    { multiValued: true },
  ),
})
const Alarm = defineExtension('urn:example:params:scim:schemas:extension:alarm:2.0:Door', {
  code: attribute.string({ caseExact: true, uniqueness: 'server' }),
  zone: attribute.complex({ name: attribute.string(), level: attribute.integer() }),
})

function building() {
  const heard: { readonly kind: string; readonly changed: readonly string[] }[] = []
  const Door = defineResourceType({
    name: 'Door',
    endpoint: '/Doors',
    description: 'What can be opened',
    schema: doorSchema,
    extensions: [Alarm],
    activation: 'open',
    store: memoryStore(),
  })
  const scim = createScim({
    authenticate,
    users: memoryStore(),
    resourceTypes: [Door],
    on: {
      'door.created': ({ after, changed }) => heard.push({ kind: `created ${after.label}`, changed }),
      'door.updated': ({ before, after, changed }) =>
        heard.push({ kind: `updated ${before.label} to ${after.label}`, changed }),
      'door.deactivated': ({ before, changed }) => heard.push({ kind: `shut ${before.label}`, changed }),
      'door.reactivated': ({ after, changed }) => heard.push({ kind: `opened ${after.label}`, changed }),
      'door.deleted': ({ before, changed }) => heard.push({ kind: `deleted ${before.label}`, changed }),
    },
  })
  async function send(method: string, path: string, body?: object, more?: Readonly<Record<string, string>>) {
    const headers = { authorization: 'Bearer acme-token', 'content-type': 'application/scim+json', ...more }
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
    const response = await scim.fetch(new Request(`${base}${path}`, init))
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? undefined : JSON.parse(text)) as Body,
    }
  }
  const create = async (attributes: object) => {
    const { status, body } = await send('POST', '/Doors', { schemas: [doorSchema.urn], ...attributes })
    expect(status).toBe(201)
    return body
  }
  const patch = (id: string, ...operations: readonly object[]) =>
    send('PATCH', `/Doors/${id}`, { schemas: [urns.patchOp], Operations: operations })
  const find = async (query: Readonly<Record<string, string>>) => {
    const { status, body } = await send('GET', `/Doors?${new URLSearchParams(query)}`)
    return status === 200 ? body.Resources.map(({ label }) => label) : [status, body.scimType]
  }
  return { send, create, patch, find, heard }
}

describe('a resource type of a service’s own', () => {
  test('is created, read, replaced and deleted', async () => {
    const { send, create } = building()
    const door = await create({
      label: 'Front',
      floor: 0,
      weight: 12.5,
      [Alarm.urn]: { code: 'A1', zone: { name: 'Hall' } },
      opened: '2020-01-01T00:00:00Z',
      pin: '1234',
    })
    expect(door).toMatchObject({
      schemas: [doorSchema.urn, Alarm.urn],
      label: 'Front',
      floor: 0,
      open: true,
      meta: { resourceType: 'Door', location: `${base}/Doors/${door.id}` },
    })
    expect(door).not.toHaveProperty('opened')
    expect(door).not.toHaveProperty('pin')
    const read = await send('GET', `/doors/${door.id}`)
    expect([read.status, read.body]).toEqual([200, door])
    const etag = read.headers.get('etag') ?? ''
    expect((await send('GET', `/Doors/${door.id}`, undefined, { 'if-none-match': etag })).status).toBe(304)
    const put = await send('PUT', `/Doors/${door.id}`, { schemas: [doorSchema.urn], label: 'Main' })
    expect(put.body).toMatchObject({ schemas: [doorSchema.urn], label: 'Main', open: true })
    expect(put.body).not.toHaveProperty('floor')
    expect((await send('DELETE', `/Doors/${door.id}`, undefined, { 'if-match': etag })).status).toBe(412)
    expect((await send('DELETE', `/Doors/${door.id}`)).status).toBe(204)
    expect((await send('GET', `/Doors/${door.id}`)).status).toBe(404)
    expect((await send('GET', '/Users')).body.totalResults).toBe(0)
  })

  test('is held to its schema', async () => {
    const { send, create, patch } = building()
    const door = await create({ label: 'Front', serial: 'S1', [Alarm.urn]: { code: 'A1' } })
    const post = async (attributes: object) => {
      const { status, body } = await send('POST', '/Doors', { schemas: [doorSchema.urn], ...attributes })
      return [status, body.scimType]
    }
    expect(await post({ floor: 1 })).toEqual([400, 'invalidValue'])
    expect(await post({ label: 'x', floor: 1.5 })).toEqual([400, 'invalidValue'])
    expect(await post({ label: 'x', open: 'perhaps' })).toEqual([400, 'invalidValue'])
    expect(await post({ label: 'FRONT' })).toEqual([409, 'uniqueness'])
    expect(await post({ label: 'x', [Alarm.urn]: { code: 'A1' } })).toEqual([409, 'uniqueness'])
    expect(await post({ label: 'x', [Alarm.urn]: { code: 'a1' } })).toEqual([201, undefined])
    const changed = await patch(door.id, { op: 'replace', path: 'serial', value: 'S2' })
    expect([changed.status, changed.body.scimType]).toEqual([400, 'mutability'])
    const opened = await patch(door.id, { op: 'add', path: 'opened', value: '2020-01-01T00:00:00Z' })
    expect([opened.status, opened.body.scimType]).toEqual([400, 'mutability'])
    const unnamed = await patch(door.id, { op: 'remove', path: 'label' })
    expect(unnamed.status).toBe(400)
    // What no schema defines is ignored.
    const lost = await patch(door.id, { op: 'replace', path: 'handle', value: 'x' })
    expect([lost.status, lost.body]).toEqual([200, door])
    expect((await send('GET', `/Doors/${door.id}`)).body).toEqual(door)
  })

  test('is changed by PATCH in each of its parts', async () => {
    const { create, patch } = building()
    const door = await create({ label: 'Front' })
    const reply = await patch(
      door.id,
      { op: 'add', path: 'keys', value: [{ value: 'k1', type: 'master', primary: true }] },
      { op: 'add', path: 'keys', value: [{ value: 'k2', primary: true }] },
      { op: 'replace', path: 'keys[value eq "k1"].type', value: 'spare' },
      { op: 'add', path: `${Alarm.urn}:zone.level`, value: 3 },
      { op: 'replace', value: { floor: 2, [Alarm.urn]: { code: 'Z9' } } },
    )
    expect(reply.body).toMatchObject({
      schemas: [doorSchema.urn, Alarm.urn],
      floor: 2,
      keys: [
        { value: 'k1', type: 'spare' },
        { value: 'k2', primary: true },
      ],
      [Alarm.urn]: { code: 'Z9', zone: { level: 3 } },
    })
    const less = await patch(door.id, { op: 'remove', path: Alarm.urn }, { op: 'remove', path: 'keys' })
    expect(less.body).toMatchObject({ schemas: [doorSchema.urn] })
    expect(less.body).not.toHaveProperty('keys')
  })

  test('is filtered, sorted, paged and projected', async () => {
    const { send, create, find } = building()
    for (const [label, floor] of [
      ['b', 2],
      ['A', 10],
      ['c', undefined],
    ] as const)
      await create({ label, floor, [Alarm.urn]: { code: `code-${label}`, zone: { level: floor } } })
    expect(await find({ filter: 'floor gt 2' })).toEqual(['A'])
    expect(await find({ filter: 'label eq "a"' })).toEqual(['A'])
    expect(await find({ filter: `${Alarm.urn}:code eq "code-b"` })).toEqual(['b'])
    expect(await find({ filter: `${Alarm.urn}:code eq "CODE-B"` })).toEqual([])
    expect(await find({ filter: `${doorSchema.urn}:label co "C" and open eq true` })).toEqual(['c'])
    expect(await find({ filter: 'meta.resourceType eq "Door"' })).toHaveLength(3)
    expect(await find({ filter: 'userName pr' })).toEqual([400, 'invalidFilter'])
    expect(await find({ filter: 'pin eq "1234"' })).toEqual([400, 'invalidFilter'])
    expect(await find({ sortBy: 'label' })).toEqual(['A', 'b', 'c'])
    expect(await find({ sortBy: 'floor' })).toEqual(['b', 'A', 'c'])
    expect(await find({ sortBy: `${Alarm.urn}:zone.level`, sortOrder: 'descending' })).toEqual([
      'c',
      'A',
      'b',
    ])
    expect(await find({ sortBy: 'label', startIndex: '2', count: '1' })).toEqual(['b'])
    const { body } = await send('GET', `/Doors?attributes=floor,${Alarm.urn}&count=1`)
    expect(Object.keys(body.Resources[0] ?? {}).sort()).toEqual(['floor', 'id', 'schemas', Alarm.urn].sort())
    const cursor = await send('GET', '/Doors?cursor&count=2')
    expect(cursor.body).toMatchObject({ nextCursor: expect.any(String) })
  })

  test('tells what happened to it', async () => {
    const { send, create, patch, heard } = building()
    const door = await create({ label: 'Front' })
    await patch(door.id, { op: 'replace', path: 'label', value: 'Main' })
    await patch(door.id, { op: 'replace', path: 'open', value: false })
    await patch(door.id, { op: 'replace', path: 'open', value: false })
    await patch(door.id, { op: 'replace', path: 'open', value: true })
    await send('DELETE', `/Doors/${door.id}`)
    expect(heard.map(({ kind }) => kind)).toEqual([
      'created Front',
      'updated Front to Main',
      'shut Main',
      'opened Main',
      'shut Main',
      'deleted Main',
    ])
    expect(heard[1]?.changed).toEqual(['label'])
  })

  test('is described by discovery', async () => {
    const { send } = building()
    expect((await send('GET', '/ResourceTypes/Door')).body).toEqual({
      schemas: [urns.resourceType],
      id: 'Door',
      name: 'Door',
      description: 'What can be opened',
      endpoint: '/Doors',
      schema: doorSchema.urn,
      schemaExtensions: [{ schema: Alarm.urn, required: false }],
      meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/Door` },
    })
    const { body } = await send('GET', `/Schemas/${doorSchema.urn}`)
    const attributes = body.attributes as readonly Readonly<Record<string, unknown>>[]
    expect(attributes.map(({ name }) => name)).toEqual(['externalId', ...Object.keys(doorSchema.attributes)])
    expect(attributes.find(({ name }) => name === 'serial')).toMatchObject({
      mutability: 'immutable',
      caseExact: true,
    })
    expect((await send('GET', `/Schemas/${Alarm.urn}`)).status).toBe(200)
  })

  test('keeps tenants apart', async () => {
    const { send, create } = building()
    const door = await create({ label: 'Front' })
    const other = { authorization: 'Bearer globex-token' }
    expect((await send('GET', `/Doors/${door.id}`, undefined, other)).status).toBe(404)
    expect((await send('POST', '/Doors', { schemas: [doorSchema.urn], label: 'Front' }, other)).status).toBe(
      201,
    )
  })
})

describe('a resource type that can not be served is refused when the service is made', () => {
  const make = (type: object) => () =>
    createScim({ authenticate, users: memoryStore(), resourceTypes: [type as never] })
  const sound = { name: 'Door', endpoint: '/Doors', schema: doorSchema, store: memoryStore<never>() }

  test.each([
    ['another one of the same name', { ...sound, name: 'User' }, /name user/],
    ['another one at the same place', { ...sound, endpoint: '/users' }, /endpoint \/users/],
    ['without a store', { ...sound, store: undefined }, /Door.*store/],
    ['with half a store', { ...sound, store: { get() {} } }, /Door.*"list"/],
    ['an endpoint that is none', { ...sound, endpoint: 'Doors' }, /"Doors"/],
    ['switched off by what is not there', { ...sound, activation: 'shut' }, /"shut"/],
  ])('%s', (_, options, message) => {
    expect(() => make(defineResourceType(options as typeof sound))()).toThrow(message)
  })
})
