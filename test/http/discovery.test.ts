import { describe, expect, it } from 'vitest'
import {
  attribute,
  createScim,
  defineExtension,
  type Group,
  memoryStore,
  type User,
  urns,
} from '../../src/index.js'
import { authenticate, type Body, base, serve } from './service.js'

const one = async (path: string, options = {}) => (await serve(options).get(path)).body

describe('the service provider configuration', () => {
  it('tells the truth', async () => {
    expect(await one('/ServiceProviderConfig')).toMatchObject({
      schemas: [urns.serviceProviderConfig],
      patch: { supported: true },
      filter: { supported: true, maxResults: 1000 },
      sort: { supported: true },
      etag: { supported: true },
      changePassword: { supported: false },
      authenticationSchemes: [{ type: 'oauthbearertoken', primary: true }],
      meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
    })
    const { sorts: _users, ...users } = memoryStore<User>()
    const { sorts: _groups, ...groups } = memoryStore<Group>()
    const options = {
      limits: { maxPageSize: 50 },
      hashPassword: (text: string) => text,
      documentationUri: 'https://example.com/help',
    }
    expect(await one('/ServiceProviderConfig', { ...options, users })).toMatchObject({
      filter: { maxResults: 50 },
      sort: { supported: false },
      changePassword: { supported: true },
      documentationUri: 'https://example.com/help',
    })
    expect(await one('/ServiceProviderConfig', { groups })).toMatchObject({ sort: { supported: false } })
  })

  it('has a bulk section that is whole, also where there is no bulk: clients fail without it', async () => {
    const { bulk } = await one('/ServiceProviderConfig')
    expect(bulk).toEqual({
      supported: expect.any(Boolean),
      maxOperations: expect.any(Number),
      maxPayloadSize: expect.any(Number),
    })
  })
})

describe('schemas', () => {
  it('are listed once each, and found by their URNs in any case', async () => {
    const { get } = serve()
    const list = (await get('/Schemas')).body
    expect(list.totalResults).toBe(list.Resources.length)
    expect(list.itemsPerPage).toBe(list.Resources.length)
    const ids = list.Resources.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining([urns.user, urns.group, urns.enterpriseUser]))
    for (const document of list.Resources) {
      for (const id of [document.id, document.id.toUpperCase(), encodeURIComponent(document.id)]) {
        expect((await get(`/Schemas/${id}`)).body).toEqual(document)
      }
      expect(document).toMatchObject({
        schemas: [urns.schema],
        meta: { resourceType: 'Schema', location: `${base}/Schemas/${encodeURIComponent(document.id)}` },
      })
    }
  })

  it('hold no null and say of each attribute what there is to say', async () => {
    const list = await one('/Schemas')
    const text = JSON.stringify(list)
    expect(text).not.toContain('null')
    const visit = (attributes: readonly Body[]) => {
      for (const { name, type, mutability, returned, multiValued, required, subAttributes } of attributes) {
        expect(type, String(name)).toMatch(
          /^(?:string|boolean|decimal|integer|dateTime|binary|reference|complex)$/,
        )
        expect(mutability, String(name)).toMatch(/^(?:readOnly|readWrite|immutable|writeOnly)$/)
        expect(returned, String(name)).toMatch(/^(?:always|never|default|request)$/)
        expect([typeof multiValued, typeof required], String(name)).toEqual(['boolean', 'boolean'])
        expect(type === 'complex', String(name)).toBe(subAttributes !== undefined)
        if (subAttributes) visit(subAttributes as readonly Body[])
      }
    }
    for (const { attributes } of list.Resources) visit(attributes as readonly Body[])
  })

  it('name the suggested types of e-mail addresses, which clients make their paths from', async () => {
    const { attributes } = await one(`/Schemas/${urns.user}`)
    expect(attributes).toContainEqual(
      expect.objectContaining({
        name: 'emails',
        subAttributes: expect.arrayContaining([
          expect.objectContaining({ name: 'type', canonicalValues: ['work', 'home', 'other'] }),
        ]),
      }),
    )
  })
})

describe('resource types', () => {
  it('name their endpoints, schemas and extensions', async () => {
    const { body } = await serve().get('/ResourceTypes')
    expect(body.Resources).toMatchObject([
      {
        schemas: [urns.resourceType],
        id: 'User',
        name: 'User',
        endpoint: '/Users',
        schema: urns.user,
        schemaExtensions: [{ schema: urns.enterpriseUser, required: false }],
        meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/User` },
      },
      { id: 'Group', endpoint: '/Groups', schema: urns.group },
    ])
    expect((await serve().get('/ResourceTypes/group')).body).toEqual(body.Resources[1])
  })

  it('have the extensions of the service', async () => {
    const badge = defineExtension(
      'urn:example:badge:2.0:User',
      { code: attribute.string() },
      { required: true },
    )
    const scim = createScim({ authenticate, users: memoryStore(), extensions: { User: [badge] } })
    const get = async (path: string) => {
      const headers = { authorization: 'Bearer acme-token' }
      return (await scim.fetch(new Request(`${base}${path}`, { headers }))).json()
    }
    expect(await get('/ResourceTypes/User')).toMatchObject({
      schemaExtensions: [
        { schema: urns.enterpriseUser, required: false },
        { schema: badge.urn, required: true },
      ],
    })
    expect(await get(`/Schemas/${badge.urn}`)).toMatchObject({
      attributes: [{ name: 'code', type: 'string' }],
    })
    const post = (attributes: object) =>
      scim.fetch(
        new Request(`${base}/Users`, {
          method: 'POST',
          headers: { authorization: 'Bearer acme-token', 'content-type': 'application/json' },
          body: JSON.stringify({ schemas: [urns.user], userName: 'x', ...attributes }),
        }),
      )
    expect((await post({})).status).toBe(400)
    expect((await post({ [badge.urn]: { code: 'A' } })).status).toBe(201)
  })
})

it('nothing of discovery can be filtered (RFC 7644 section 4)', async () => {
  for (const path of ['/Schemas', '/ResourceTypes', '/ServiceProviderConfig', '/Schemas/x']) {
    const { status, body } = await serve().get(`${path}?filter=id%20pr`)
    expect(status, path).toBe(403)
    expect(body.schemas).toEqual([urns.error])
  }
})
