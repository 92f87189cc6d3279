import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import {
  expectError,
  expectSame,
  expectStatus,
  expectThat,
  expectToHave,
  objectIn,
  resourceIn,
  wholeListIn,
} from '../../expect.js'
import { isJsonObject, type JsonObject } from '../../json.js'
import type { Wire } from '../../wire.js'

const characteristics = {
  type: ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'complex', 'binary'],
  mutability: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
  returned: ['always', 'never', 'default', 'request'],
  uniqueness: ['none', 'server', 'global'],
} as const

async function typesOf(wire: Wire): Promise<readonly JsonObject[]> {
  return wholeListIn(await wire.get('/ResourceTypes'))
}

/** Attributes and their sub-attributes, each with its path. */
function allAttributes(list: unknown, above = ''): readonly (readonly [string, JsonObject])[] {
  if (!Array.isArray(list)) return []
  return list.filter(isJsonObject).flatMap((one) => {
    const path = `${above}${one.name}`
    return [[path, one] as const, ...allAttributes(one.subAttributes, `${path}.`)]
  })
}

const endpoints = ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas']

/** What a server says of itself (RFC 7643 5 to 7, RFC 7644 4). */
export const discoveryCases = casesOf('rfc', [
  {
    id: 'discovery-config',
    name: 'ServiceProviderConfig says of each feature whether it is supported',
    source: 'RFC 7643 5',
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/ServiceProviderConfig')
      const config = resourceIn(reply, 200, { schemas: [urns.serviceProviderConfig] })
      for (const name of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag']) {
        const feature = config[name]
        const isSaid = isJsonObject(feature) && typeof feature.supported === 'boolean'
        expectThat(isSaid, `${name}.supported is no boolean`, `${name}.supported is true or false`, reply)
      }
      const schemes = config.authenticationSchemes
      expectThat(
        Array.isArray(schemes),
        'there are no authenticationSchemes',
        'authenticationSchemes, a list',
        reply,
      )
      for (const one of schemes)
        expectToHave(one, { type: /./, name: /./, description: /./ }, 'a scheme', reply)
    },
  },
  {
    id: 'discovery-limits',
    name: 'ServiceProviderConfig names the limits of bulk requests and of filters',
    source: 'RFC 7643 5',
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/ServiceProviderConfig')
      const { bulk, filter } = objectIn(reply)
      for (const [feature, name] of [
        [bulk, 'maxOperations'],
        [bulk, 'maxPayloadSize'],
        [filter, 'maxResults'],
      ] as const) {
        const value = isJsonObject(feature) ? feature[name] : undefined
        expectThat(Number.isInteger(value), `${name} is ${String(value)}`, `${name} is an integer`, reply)
      }
    },
  },
  {
    id: 'discovery-types',
    name: 'ResourceTypes lists users, each type with its endpoint and its schema',
    source: 'RFC 7643 6',
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/ResourceTypes')
      const types = wholeListIn(reply)
      expectToHave(types, [{ name: 'User', schema: urns.user }], 'the list of types', reply)
      for (const one of types)
        expectToHave(
          one,
          { schemas: [urns.resourceType], name: /./, endpoint: /^\//, schema: /^urn:/ },
          'a type',
          reply,
        )
      for (const { schemaExtensions } of types)
        for (const one of Array.isArray(schemaExtensions) ? schemaExtensions.filter(isJsonObject) : [])
          expectThat(
            typeof one.schema === 'string' && typeof one.required === 'boolean',
            `an extension of a type is ${JSON.stringify(one)}`,
            'each of schemaExtensions has its schema, and whether it is required',
            reply,
          )
    },
  },
  {
    id: 'discovery-endpoints',
    name: 'each resource type is where ResourceTypes says that it is',
    source: 'RFC 7643 6',
    readsOnly: true,
    async run(wire) {
      for (const { endpoint } of await typesOf(wire)) {
        const reply = await wire.get(String(endpoint), { count: '1' })
        const isThere = reply.status !== 404
        expectThat(
          isThere,
          `there is nothing at ${String(endpoint)}`,
          'a list, or an error of its own',
          reply,
        )
      }
    },
  },
  {
    id: 'discovery-type',
    name: 'each resource type is there alone as in the list',
    source: 'RFC 7644 4',
    readsOnly: true,
    async run(wire) {
      for (const type of await typesOf(wire)) {
        const reply = await wire.get(`/ResourceTypes/${encodeURIComponent(String(type.id ?? type.name))}`)
        const { meta: _, ...alone } = objectIn(reply)
        const { meta: __, ...listed } = type
        expectSame(alone, listed, 'the resource type', reply)
      }
    },
  },
  {
    id: 'discovery-schemas',
    name: 'Schemas describes the schema and the extensions of every resource type',
    source: 'RFC 7644 4',
    readsOnly: true,
    async run(wire) {
      const types = await typesOf(wire)
      const reply = await wire.get('/Schemas')
      const ids = wholeListIn(reply).map(({ id }) => id)
      for (const type of types) {
        const extensions = Array.isArray(type.schemaExtensions)
          ? type.schemaExtensions.filter(isJsonObject)
          : []
        const wanted = [type.schema, ...extensions.map(({ schema }) => schema)]
        expectToHave(ids, wanted, 'the ids of the schemas', reply)
      }
    },
  },
  {
    id: 'discovery-schema',
    name: 'each schema is there alone under its URN',
    source: 'RFC 7644 4',
    readsOnly: true,
    async run(wire) {
      for (const schema of wholeListIn(await wire.get('/Schemas'))) {
        const reply = await wire.get(`/Schemas/${schema.id}`)
        const { attributes } = resourceIn(reply, 200, { id: schema.id })
        expectSame(attributes, schema.attributes, 'the attributes', reply)
      }
    },
  },
  {
    id: 'discovery-characteristics',
    name: 'every attribute is described with characteristics that there are',
    source: 'RFC 7643 7',
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/Schemas')
      for (const schema of wholeListIn(reply)) {
        for (const [path, attribute] of allAttributes(schema.attributes)) {
          const isNamed = typeof attribute.name === 'string' && typeof attribute.multiValued === 'boolean'
          expectThat(
            isNamed,
            `${path} has no name or no multiValued`,
            'a name and multiValued for each attribute',
            reply,
          )
          for (const [name, values] of Object.entries(characteristics)) {
            const value = attribute[name]
            const isKnown =
              value === undefined ? name !== 'type' : (values as readonly unknown[]).includes(value)
            expectThat(
              isKnown,
              `${name} of ${path} is ${String(value)}`,
              `${name} is one of ${values.join(', ')}`,
              reply,
            )
          }
        }
      }
    },
  },
  {
    id: 'discovery-user-schema',
    name: 'the schema of users requires a userName, unique and in any letter case, and never returns a password',
    source: 'RFC 7643 8.7.1',
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get(`/Schemas/${urns.user}`)
      const attributes = allAttributes(objectIn(reply).attributes)
      const find = (name: string) => attributes.find(([path]) => path === name)?.[1]
      expectToHave(find('userName'), { required: true, caseExact: false, type: 'string' }, 'userName', reply)
      const isUnique = find('userName')?.uniqueness !== 'none'
      expectThat(isUnique, 'userName is not unique', 'uniqueness server or global', reply)
      const password = find('password')
      if (password) expectToHave(password, { returned: 'never', mutability: 'writeOnly' }, 'password', reply)
    },
  },
  {
    id: 'discovery-truth',
    name: 'a user has no attribute that /Schemas does not describe',
    source: 'RFC 7643 3.1 and 7',
    level: 'optional',
    async run(wire) {
      const described = wire.target.attributesOf(urns.user)
      if (!described) return wire.skip('/Schemas does not describe users')
      const names = new Set(described.map(({ name }) => name.toLowerCase()))
      const { id } = await wire.createUser()
      const reply = await wire.get(`/Users/${id}`)
      const unknown = Object.keys(objectIn(reply)).filter(
        (name) => !name.includes(':') && !names.has(name.toLowerCase()) && !common.has(name),
      )
      expectSame(unknown, [], 'what /Schemas does not describe', reply)
    },
  },
  {
    id: 'discovery-read-only',
    name: 'discovery cannot be written to',
    source: 'RFC 7644 4',
    level: 'optional',
    async run(wire) {
      for (const path of endpoints) expectError(await wire.send('POST', path, { body: {} }), 405)
    },
  },
  {
    id: 'discovery-no-filter',
    name: 'a filter on discovery is forbidden',
    source: 'RFC 7644 4',
    level: 'optional',
    readsOnly: true,
    async run(wire) {
      for (const path of endpoints) expectStatus(await wire.get(path, { filter: 'id pr' }), 403)
    },
  },
  {
    id: 'discovery-no-schema',
    name: 'a schema that there is not is 404',
    source: 'RFC 7644 3.12',
    readsOnly: true,
    async run(wire) {
      expectStatus(await wire.get('/Schemas/urn:example:scimkit-verify:no:such:2.0:User'), 404)
      expectStatus(await wire.get('/ResourceTypes/NoSuchType'), 404)
    },
  },
])

const common: ReadonlySet<string> = new Set(['schemas', 'id', 'externalId', 'meta'])
