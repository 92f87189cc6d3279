import {
  answering,
  asking,
  type Fault,
  isObject,
  type JsonObject,
  listIn,
  refused,
  type Said,
  type Server,
  withBody,
  withoutKey,
} from './faults.js'

/** Refuses requests whose filter is written in some way. */
function refusing(filter: RegExp): Fault['plant'] {
  return (server) => async (heard) =>
    filter.test(heard.query.get('filter') ?? '') ? refused(400, 'invalidFilter') : server(heard)
}

/** Hears filters differently. */
function rewriting(from: RegExp, to: string): Fault['plant'] {
  return asking((query) => {
    const filter = query.get('filter')
    if (filter) query.set('filter', filter.replaceAll(from, to))
  })
}

/** Shows one document of discovery differently. */
function describing(path: string, from: string | RegExp, to: string): Fault['plant'] {
  const change = (said: Said): Said => ({
    ...said,
    body: JSON.parse(JSON.stringify(said.body).replaceAll(from, to)),
  })
  return answering((said, heard) => (heard.path === path && isObject(said.body) ? change(said) : said))
}

function withoutInactive(body: JsonObject, users: readonly JsonObject[]): JsonObject {
  const active = users.filter((user) => user.active !== false)
  const totalResults = Number(body.totalResults) - (users.length - active.length)
  return { ...body, Resources: active, itemsPerPage: active.length, totalResults }
}

/** What a service may read otherwise than it is written, and not say as it is. */
export const misreadings: readonly Fault[] = [
  {
    name: 'sw finds what contains a text',
    caught: 'rfc/filter-sw',
    plant: rewriting(/ sw /g, ' co '),
  },
  {
    name: 'ew finds what contains a text',
    caught: 'rfc/filter-ew',
    plant: rewriting(/ ew /g, ' co '),
  },
  {
    name: 'operators of filters are read in small letters only',
    caught: 'rfc/filter-names',
    plant: refusing(/ (?:EQ|PR|AND)\b/),
  },
  {
    name: 'a filter that names an attribute with its URN is refused',
    caught: 'rfc/filter-urn',
    plant: refusing(/urn:ietf:params:scim:schemas:core:2\.0:User:/),
  },
  {
    name: 'a filter that does not parse is an invalid value',
    caught: 'rfc/filter-wrong',
    plant: answering((said) =>
      isObject(said.body) && said.body.scimType === 'invalidFilter'
        ? { ...said, body: { ...said.body, scimType: 'invalidValue' } }
        : said,
    ),
  },
  {
    name: 'a resource type is said to be elsewhere',
    caught: 'rfc/discovery-endpoints',
    plant: describing('/ResourceTypes', '"endpoint":"/Groups"', '"endpoint":"/Group"'),
  },
  {
    name: 'a resource type does not say whether its extension is required',
    caught: 'rfc/discovery-types',
    plant: describing('/ResourceTypes', '"required":', '"mandatory":'),
  },
  {
    name: 'there is no PATCH',
    caught: 'entra/has-patch',
    plant: answering((said, { path }) =>
      path === '/ServiceProviderConfig'
        ? withBody(said, (body) => ({ ...body, patch: { supported: false } }))
        : said,
    ),
  },
  {
    name: 'the scheme of a token is read in one letter case only',
    caught: 'rfc/auth-scheme',
    plant: (server: Server) => async (heard) =>
      heard.headers.get('authorization')?.startsWith('bearer ') ? refused(401) : server(heard),
  },
  {
    name: 'a POST does not heed attributes',
    caught: 'rfc/create-attributes',
    plant: (server: Server) => (heard) =>
      server(heard.method === 'POST' ? { ...heard, query: new URLSearchParams() } : heard),
  },
  {
    name: 'a user shows a group by the name that it had',
    caught: 'rfc/group-of-user',
    plant: answering((said, { path }) =>
      path.startsWith('/Users/')
        ? withBody(said, (body) => ({
            ...body,
            ...(Array.isArray(body.groups) && {
              groups: body.groups.filter(isObject).map((one) => ({ ...one, display: 'Former name' })),
            }),
          }))
        : said,
    ),
  },
  {
    name: 'users who are inactive are in no list',
    caught: 'okta/import-inactive',
    plant: answering((said, { path, query }) => {
      const users = listIn(said)
      return path === '/Users' && !query.has('filter') && users
        ? withBody(said, (body) => withoutInactive(body, users))
        : said
    }),
  },
  {
    name: 'a configuration names no way to authenticate',
    caught: 'rfc/discovery-config',
    plant: answering((said, { path }) =>
      path === '/ServiceProviderConfig'
        ? withBody(said, (body) => withoutKey(body, 'authenticationSchemes'))
        : said,
    ),
  },
]
