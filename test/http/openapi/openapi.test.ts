import { validate } from '@readme/openapi-parser'
import { describe, expect, it } from 'vitest'
import { bearerTokens, createScim, type OpenApiDocument } from '../../../src/index.js'
import { base } from '../service.js'
import { at, type Method, nodes, validators } from './described.js'
import { awkward, configurations, describedBy, Employee, operationsOf, users } from './services.js'

describe.each(Object.keys(configurations))('the document of a service with %s', (configuration) => {
  it('is valid OpenAPI 3.1, in plain JSON', async () => {
    const { document } = await describedBy(configuration)
    expect(JSON.parse(JSON.stringify(document))).toStrictEqual(document)
    const result = await validate(JSON.parse(JSON.stringify(document)))
    expect(result).toEqual({ valid: true, warnings: [], specification: 'OpenAPI' })
  })

  it('refers to what is there, and has nothing that is not referred to', async () => {
    const { document } = await describedBy(configuration)
    const references = new Set(
      [...nodes(document)].flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : [])),
    )
    expect([...references].filter((one) => at(document, one) === undefined)).toEqual([])
    const { securitySchemes, ...components } = document.components
    const defined = Object.entries(components).flatMap(([kind, all]) =>
      Object.keys(all).map((name) => `#/components/${kind}/${name}`),
    )
    expect(new Set(defined)).toEqual(references)
    expect(document.security.flatMap((one) => Object.keys(one))).toEqual(Object.keys(securitySchemes))
    expect(document.tags.map(({ name }) => name).sort()).toEqual(
      [...new Set(operationsOf(document).flatMap(({ operation }) => operation.tags))].sort(),
    )
  })

  it('has schemas that compile, in the strict dialect', async () => {
    const { document } = await describedBy(configuration)
    const validator = validators(document)
    for (const name of Object.keys(document.components.schemas)) validator(`#/components/schemas/${name}`)
  })

  it('names each operation once, with the parameters of its path', async () => {
    const { document } = await describedBy(configuration)
    const operations = operationsOf(document)
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.every((id) => /^[a-z][A-Za-z0-9]*$/.test(id))).toBe(true)
    for (const { path, operation } of operations) {
      const names = (operation.parameters ?? []).map(({ $ref }) => $ref.replace(/^.*\//, ''))
      expect(names.includes('id'), path).toBe(path.includes('{id}'))
    }
  })
})

describe('what the document says', () => {
  const schemaIn = (document: OpenApiDocument, name: string) => document.components.schemas[name]!
  const parametersOf = (document: OpenApiDocument, path: string, method: Method) =>
    (document.paths[path]?.[method]?.parameters ?? []).map(({ $ref }) => $ref.replace(/^.*\//, ''))

  it('of attributes: what is shown and what is sent, by their characteristics', async () => {
    const { document } = await describedBy('an extension')
    const shown = schemaIn(document, 'User')
    const sent = schemaIn(document, 'UserWrite')
    expect(shown.required).toEqual(['schemas', 'id'])
    expect(sent.required).toEqual(['schemas', 'userName'])
    expect(shown.properties?.id).toMatchObject({ type: 'string', readOnly: true })
    expect(shown.properties?.meta).toMatchObject({
      readOnly: true,
      properties: {
        resourceType: { type: 'string', const: 'User' },
        created: { type: 'string', format: 'date-time' },
        location: { type: 'string', format: 'uri-reference' },
      },
    })
    for (const name of ['id', 'meta', 'groups']) expect(sent.properties).not.toHaveProperty(name)
    expect(shown.properties).not.toHaveProperty('password')
    expect(sent.properties?.password).toMatchObject({ type: 'string', writeOnly: true })
    expect(sent.properties?.active).toEqual({
      type: 'boolean',
      description: "The User's administrative status.",
    })
    const type = sent.properties?.emails?.items?.properties?.type
    expect(type).toMatchObject({ type: 'string', examples: ['work', 'home', 'other'] })
    expect(type).not.toHaveProperty('enum')
  })

  it('of extensions: under their URNs, with the types of their attributes', async () => {
    const { document } = await describedBy('an extension')
    expect(schemaIn(document, 'UserWrite').properties?.[Employee.urn]).toEqual({
      title: 'Employee',
      type: 'object',
      required: ['badgeId'],
      properties: {
        badgeId: { type: 'string', description: 'What the door reads.' },
        photo: { type: 'string', contentEncoding: 'base64' },
        rate: { type: 'number' },
        desk: { type: 'integer' },
        since: { type: 'string', format: 'date-time' },
        pin: { type: 'string', writeOnly: true },
        sites: {
          type: 'array',
          items: { type: 'object', required: ['code'], properties: { code: { type: 'string' } } },
        },
      },
    })
    const shown = schemaIn(document, 'User').properties?.[Employee.urn]
    expect(Object.keys(shown?.properties ?? {})).toEqual([
      'badgeId',
      'photo',
      'rate',
      'desk',
      'since',
      'sites',
    ])
    // `attributes=userName` leaves out what is not always returned.
    expect(shown).not.toHaveProperty('required')
  })

  it('of lists: sorting and cursors where the store has them', async () => {
    const query = ['attributes', 'excludedAttributes', 'filter']
    const { document } = await describedBy('users and groups')
    expect(parametersOf(document, '/Users', 'get')).toEqual([
      ...query,
      ...['sortBy', 'sortOrder', 'startIndex', 'count', 'cursor'],
    ])
    expect(schemaIn(document, 'UserList').properties).toHaveProperty('nextCursor')
    const { document: little } = await describedBy('stores that can do little')
    expect(parametersOf(little, '/Users', 'get')).toEqual([...query, 'startIndex', 'count'])
    expect(schemaIn(little, 'UserList').properties).not.toHaveProperty('nextCursor')
    for (const name of ['sortBy', 'cursor']) expect(little.components.parameters).not.toHaveProperty(name)
    expect(little.paths['/Users']?.get?.responses).toHaveProperty('501')
    expect(document.paths['/Users']?.get?.responses).not.toHaveProperty('501')
  })

  it('of the configuration: limits, hooks, how to authenticate, and where', async () => {
    const { document } = await describedBy('all there is')
    expect(document.servers).toEqual([{ url: base }])
    expect(document.externalDocs).toEqual({ url: 'https://example.com/help' })
    expect(document.components.parameters.count?.schema).toMatchObject({ default: 7 })
    expect(document.components.parameters.count?.description).toContain('77')
    expect(document.components.parameters.filter?.schema).toMatchObject({ maxLength: 777 })
    expect(schemaIn(document, 'PatchOp').properties?.Operations).toMatchObject({ maxItems: 17 })
    expect(schemaIn(document, 'BulkRequest').properties?.Operations).toMatchObject({ maxItems: 27 })
    expect(Object.values(document.components.securitySchemes).map(({ scheme }) => scheme)).toEqual([
      ...['bearer', 'bearer', 'basic', 'basic'],
    ])
    expect(document.paths['/Schemas']?.get?.security).toEqual([])
    expect(document.paths['/Schemas']?.get?.responses).not.toHaveProperty('401')
    expect(document.paths['/Users']?.get).not.toHaveProperty('security')
    expect(document.paths['/Me']?.get?.operationId).toBe('readMe')
  })

  it('of itself: what it is told', async () => {
    const options = { baseUrl: 'https://other.example.com/scim/', title: 'Acme', version: '3.1' }
    const { document } = await describedBy('all there is', options)
    expect(document.servers).toEqual([{ url: 'https://other.example.com/scim' }])
    expect(document.info).toMatchObject({ title: 'Acme', version: '3.1' })
    const { scim, document: bare } = await describedBy('users only')
    expect(bare).not.toHaveProperty('servers')
    await expect(scim.openapi({ baseUrl: 'nowhere' })).rejects.toThrow('baseUrl must be an http or https URL')
  })

  it('of types with awkward names: each has schemas of its own', async () => {
    const { document } = await describedBy('awkward names')
    const sent = awkward.map(({ endpoint }) => {
      const content = document.paths[endpoint]?.post?.requestBody?.content['application/scim+json']
      return content?.schema.$ref?.replace('#/components/schemas/', '') ?? ''
    })
    expect(sent).toEqual([
      ...['Error2Write', 'UserList2Write', 'Me2Write', 'OktaRoleWrite', 'OktaRole2Write'],
      ...['BulkWrite', 'Schema2Write'],
    ])
    for (const [index, name] of sent.entries()) {
      const urns = [awkward[index]!.schema.urn]
      expect(schemaIn(document, name).properties?.schemas?.items?.examples).toEqual(urns)
    }
  })

  it('to anybody: nothing of the credentials', async () => {
    const token = 'a-token-that-nobody-is-to-see'
    const scim = createScim({
      authenticate: bearerTokens([{ token }]),
      users: users(),
      cursors: { secret: token },
    })
    expect(JSON.stringify(await scim.openapi())).not.toContain(token)
  })
})
