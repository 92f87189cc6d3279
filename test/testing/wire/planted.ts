import {
  answering,
  asking,
  type Fault,
  hearing,
  instead,
  isObject,
  type JsonObject,
  listIn,
  patching,
  reading,
  refused,
  type Said,
  showing,
  withBody,
  withHeader,
  withoutKey,
} from './faults.js'

const isUser = (path: string) => /^\/Users\/[^/.]+$/.test(path)
const isFiltered = (said: Said, query: URLSearchParams) => listIn(said) !== undefined && query.has('filter')

function emails(resource: JsonObject): readonly JsonObject[] {
  return Array.isArray(resource.emails) ? resource.emails.filter(isObject) : []
}

function members(resource: JsonObject): readonly JsonObject[] {
  return Array.isArray(resource.members) ? resource.members.filter(isObject) : []
}

/** A reply with an empty list. */
function emptied(said: Said): Said {
  return withBody(said, (body) => ({ ...body, totalResults: 0, itemsPerPage: 0, Resources: [] }))
}

/** What a service may do wrong when it is asked. */
export const replies: readonly Fault[] = [
  {
    name: 'a creation is answered with 200',
    caught: 'rfc/create-status',
    plant: answering((said) => (said.status === 201 ? { ...said, status: 200 } : said)),
  },
  {
    name: 'a creation has no Location',
    caught: 'rfc/create-location',
    plant: answering((said) => withHeader(said, 'location', undefined)),
  },
  {
    name: 'a creation is answered without meta',
    caught: 'rfc/create-body',
    plant: answering((said) =>
      said.status === 201 ? withBody(said, (body) => withoutKey(body, 'meta')) : said,
    ),
  },
  {
    name: 'a name is written in small letters',
    caught: 'okta/spec-6',
    plant: showing((one) => ({ ...one, userName: String(one.userName).toLowerCase() })),
  },
  {
    name: 'active is a text',
    caught: 'rfc/create-boolean',
    plant: showing((one) => ('active' in one ? { ...one, active: String(one.active) } : one)),
  },
  {
    name: 'an address that is alone is no array',
    caught: 'rfc/list-shape',
    plant: showing((one) => (emails(one).length === 1 ? { ...one, emails: emails(one)[0] } : one)),
  },
  {
    name: 'only the first address is kept',
    caught: 'rfc/create-emails',
    plant: reading('POST', (body) => ({ ...body, emails: emails(body).slice(0, 1) })),
  },
  {
    name: 'the extension is lost',
    caught: 'rfc/create-enterprise',
    plant: reading('POST', (body) =>
      withoutKey(body, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'),
    ),
  },
  {
    name: 'a password is shown',
    caught: 'rfc/create-password',
    plant: answering((said, { body }) =>
      isObject(body) && body.password ? withBody(said, (one) => ({ ...one, password: body.password })) : said,
    ),
  },
  {
    name: 'lists count in texts',
    caught: 'rfc/list',
    plant: answering((said) =>
      listIn(said) ? withBody(said, (body) => ({ ...body, totalResults: String(body.totalResults) })) : said,
    ),
  },
  {
    name: 'startIndex is a text',
    caught: 'okta/import',
    plant: answering((said) =>
      listIn(said) ? withBody(said, (body) => ({ ...body, startIndex: String(body.startIndex) })) : said,
    ),
  },
  {
    name: 'lists have no schema',
    caught: 'rfc/list',
    plant: answering((said) => (listIn(said) ? withBody(said, (body) => withoutKey(body, 'schemas')) : said)),
  },
  {
    name: 'totalResults is the length of the page',
    caught: 'rfc/list-count',
    plant: answering((said) =>
      listIn(said) ? withBody(said, (body) => ({ ...body, totalResults: listIn(said)?.length })) : said,
    ),
  },
  {
    name: 'itemsPerPage is what was asked for',
    caught: 'okta/import',
    plant: answering((said, { query }) =>
      listIn(said) && query.has('count')
        ? withBody(said, (body) => ({ ...body, itemsPerPage: Number(query.get('count')) }))
        : said,
    ),
  },
  {
    name: 'count is not heeded',
    caught: 'rfc/list-count',
    plant: asking((query) => query.delete('count')),
  },
  {
    name: 'startIndex is counted from 0',
    caught: 'rfc/list-pages',
    plant: asking((query) => {
      const startIndex = query.get('startIndex')
      if (startIndex !== null) query.set('startIndex', String(Number(startIndex) + 1))
    }),
  },
  {
    name: 'a filter is not heeded',
    caught: 'rfc/filter-user-name',
    plant: asking((query) => query.delete('filter')),
  },
  {
    name: 'a filter that does not parse finds everybody',
    caught: 'rfc/filter-wrong',
    plant: (server) => async (heard) => {
      const said = await server(heard)
      if (said.status !== 400 || heard.method !== 'GET' || !heard.query.has('filter')) return said
      const query = new URLSearchParams(heard.query)
      query.delete('filter')
      return server({ ...heard, query })
    },
  },
  {
    name: 'a filter for nobody is 404',
    caught: 'rfc/filter-nobody',
    plant: answering((said, { query }) =>
      isFiltered(said, query) && listIn(said)?.length === 0 ? refused(404) : said,
    ),
  },
  {
    name: 'a filter on userName counts letter case',
    caught: 'rfc/filter-user-name-case',
    plant: answering((said, { query }) => {
      const [, name] = /^userName eq "([^"]+)"$/.exec(query.get('filter') ?? '') ?? []
      const isOther = name !== undefined && listIn(said)?.some(({ userName }) => userName !== name)
      return isOther ? emptied(said) : said
    }),
  },
  {
    name: 'users who are inactive are found by no filter',
    caught: 'rfc/create-inactive',
    plant: answering((said, { query }) =>
      isFiltered(said, query) && listIn(said)?.every(({ active }) => active === false) ? emptied(said) : said,
    ),
  },
  {
    name: 'or is and',
    caught: 'rfc/filter-and-or',
    plant: asking((query) => {
      const filter = query.get('filter')
      if (filter?.includes('displayName')) query.set('filter', filter.replaceAll(' or ', ' and '))
    }),
  },
  {
    name: 'co finds what begins so',
    caught: 'rfc/filter-element',
    plant: asking((query) => {
      const filter = query.get('filter')
      if (filter) query.set('filter', filter.replaceAll(/value co "home"/g, 'value co "work"'))
    }),
  },
  {
    name: 'descending order is ascending',
    caught: 'rfc/sort',
    plant: asking((query) => query.delete('sortOrder')),
  },
  {
    name: 'excludedAttributes is not heeded',
    caught: 'entra/hosted-group-excluding',
    plant: asking((query) => query.delete('excludedAttributes')),
  },
  {
    name: 'members that are excluded are an empty list',
    caught: 'entra/hosted-group-excluding',
    plant: answering((said, { path, query }) =>
      path.startsWith('/Groups/') && query.get('excludedAttributes') === 'members'
        ? withBody(said, (body) => ({ ...body, members: [] }))
        : said,
    ),
  },
  {
    name: 'attributes is not heeded',
    caught: 'rfc/get-attributes',
    plant: asking((query) => query.delete('attributes')),
  },
  {
    name: 'replies are application/json',
    caught: 'rfc/media-type',
    plant: answering((said) => withHeader(said, 'content-type', 'application/json')),
  },
  {
    name: 'errors have a number as their status',
    caught: 'rfc/error-body',
    plant: answering((said) =>
      said.status >= 400 && isObject(said.body)
        ? { ...said, body: { ...said.body, status: said.status } }
        : said,
    ),
  },
  {
    name: 'an unknown id is 400',
    caught: 'rfc/not-found',
    plant: answering((said, { path }) => (said.status === 404 && isUser(path) ? refused(400) : said)),
  },
  {
    name: 'an id of digits is 500',
    caught: 'okta/spec-4',
    plant: instead(
      ({ path }) => /^\/Users\/\d+$/.test(path),
      () => refused(500),
    ),
  },
  {
    name: 'a wrong token is 403',
    caught: 'rfc/auth-wrong-token',
    plant: answering((said) => (said.status === 401 ? { ...said, status: 403 } : said)),
  },
  {
    name: 'a 401 names no scheme',
    caught: 'rfc/auth-challenge',
    plant: answering((said) => withHeader(said, 'www-authenticate', undefined)),
  },
  {
    name: 'a 401 is a text',
    caught: 'okta/spec-11',
    plant: answering((said) => (said.status === 401 ? { ...said, body: 'Unauthorized' } : said)),
  },
  {
    name: 'a request without a token is answered',
    caught: 'rfc/auth-no-token',
    plant: hearing((heard) => {
      const headers = new Headers(heard.headers)
      if (!headers.has('authorization')) headers.set('authorization', 'Bearer secret')
      return { ...heard, headers }
    }),
  },
  {
    name: 'the schemas name no canonical values',
    caught: 'entra/schema-users',
    plant: answering((said, { path }) =>
      path === '/Schemas'
        ? { ...said, body: JSON.parse(JSON.stringify(said.body).replaceAll('"canonicalValues"', '"values"')) }
        : said,
    ),
  },
  {
    name: 'the schema of an extension is not described',
    caught: 'rfc/discovery-schemas',
    plant: answering((said, { path }) =>
      path === '/Schemas'
        ? withBody(said, (body) => {
            const Resources = listIn(said)?.filter(({ id }) => !String(id).includes('enterprise'))
            return { ...body, Resources, totalResults: Resources?.length, itemsPerPage: Resources?.length }
          })
        : said,
    ),
  },
  {
    name: 'there is no ServiceProviderConfig',
    caught: 'rfc/discovery-config',
    plant: instead(
      ({ path }) => path === '/ServiceProviderConfig',
      () => refused(404),
    ),
  },
]

/** What a service may do wrong when it is told. */
export const writes: readonly Fault[] = [
  {
    name: 'the same user twice is two users',
    caught: 'rfc/create-duplicate',
    plant: answering((said, heard) => {
      if (said.status !== 409 || heard.method !== 'POST') return said
      const body = { ...(heard.body as JsonObject), id: crypto.randomUUID() }
      return { status: 201, headers: said.headers, body }
    }),
  },
  {
    name: 'a conflict is 400',
    caught: 'okta/spec-8',
    plant: answering((said) => (said.status === 409 ? refused(400) : said)),
  },
  {
    name: 'a conflict has no scimType',
    caught: 'rfc/create-duplicate',
    plant: answering((said) => (said.status === 409 ? refused(409) : said)),
  },
  {
    name: 'a user who is deactivated is gone',
    caught: 'okta/crud-deactivate-patch',
    plant: answering((said, { method, path }) =>
      method === 'GET' && isUser(path) && isObject(said.body) && said.body.active === false
        ? refused(404)
        : said,
    ),
  },
  {
    name: 'a PATCH of active is not heard',
    caught: 'rfc/patch-boolean',
    plant: patching((operations) =>
      operations.map((one) => (one.path === 'active' ? { op: 'add', path: 'active', value: true } : one)),
    ),
  },
  {
    name: 'only the first operation is done',
    caught: 'rfc/patch-several',
    plant: patching((operations) => operations.slice(0, 1)),
  },
  {
    name: 'operations are done from the last to the first',
    caught: 'rfc/patch-order',
    plant: patching((operations) => [...operations].reverse()),
  },
  {
    name: 'a PATCH whose end is refused is half done',
    caught: 'rfc/patch-atomic',
    plant: (server) => async (heard) => {
      const said = await server(heard)
      const { Operations } = isObject(heard.body) ? heard.body : { Operations: [] }
      if (heard.method !== 'PATCH' || said.status < 400 || !Array.isArray(Operations)) return said
      await server({ ...heard, body: { ...(heard.body as JsonObject), Operations: Operations.slice(0, 1) } })
      return said
    },
  },
  {
    name: 'a PATCH without a path is refused',
    caught: 'okta/crud-deactivate-patch',
    plant: (server) => async (heard) => {
      const { Operations } = isObject(heard.body) ? heard.body : { Operations: [] }
      const isPathless =
        Array.isArray(Operations) && Operations.some((one) => isObject(one) && !('path' in one))
      return heard.method === 'PATCH' && isPathless ? refused(400, 'invalidPath') : server(heard)
    },
  },
  {
    name: 'operations in capitals are refused',
    caught: 'entra/disable-user-default',
    plant: (server) => async (heard) =>
      heard.method === 'PATCH' && /"op":"[A-Z]/.test(JSON.stringify(heard.body))
        ? refused(400)
        : server(heard),
  },
  {
    name: 'the text "False" is true',
    caught: 'entra/disable-user-default',
    plant: patching((operations) =>
      operations.map((one) => (one.value === 'False' ? { ...one, value: true } : one)),
    ),
  },
  {
    name: 'names with dots in a value are not heard',
    caught: 'entra/update-user-flag',
    plant: patching((operations) =>
      operations.map((one) =>
        isObject(one.value) && !('path' in one)
          ? {
              ...one,
              value: withoutKey(one.value, ...Object.keys(one.value).filter((key) => key.includes('.'))),
            }
          : one,
      ),
    ),
  },
  {
    name: 'a condition in a path selects every address',
    caught: 'rfc/patch-remove-element',
    plant: patching((operations) =>
      operations.map((one) => (one.path === 'emails[type eq "home"]' ? { ...one, path: 'emails' } : one)),
    ),
  },
  {
    name: 'replace of a list adds',
    caught: 'rfc/patch-replace-list',
    plant: patching((operations) =>
      operations.map((one) => (one.op === 'replace' && one.path === 'emails' ? { ...one, op: 'add' } : one)),
    ),
  },
  {
    name: 'an empty text is refused',
    caught: 'okta/empty-values',
    plant: (server) => async (heard) =>
      ['PUT', 'PATCH'].includes(heard.method) && JSON.stringify(heard.body).includes(':""')
        ? refused(400)
        : server(heard),
  },
  {
    name: 'what is required can be removed',
    caught: 'rfc/patch-required',
    plant: answering((said, { method, body }) =>
      method === 'PATCH' && JSON.stringify(body).includes('"op":"remove","path":"userName"')
        ? { ...said, status: 204, body: undefined }
        : said,
    ),
  },
  {
    name: 'a PUT keeps the list that it had',
    caught: 'rfc/put-list',
    plant: reading('PUT', (body) => withoutKey(body, 'emails')),
  },
  {
    name: 'a PUT with what a GET has shown is refused',
    caught: 'okta/put-echo',
    plant: (server) => async (heard) =>
      heard.method === 'PUT' && isObject(heard.body) && 'meta' in heard.body
        ? refused(400, 'mutability')
        : server(heard),
  },
  {
    name: 'a DELETE is answered with 200',
    caught: 'rfc/delete-status',
    plant: answering((said, { method }) =>
      method === 'DELETE' && said.status === 204 ? { ...said, status: 200 } : said,
    ),
  },
  {
    name: 'a DELETE deletes nothing',
    caught: 'rfc/delete-gone',
    plant: instead(
      ({ method }) => method === 'DELETE',
      () => ({ status: 204, headers: new Headers(), body: undefined }),
    ),
  },
  {
    name: 'a second DELETE is 204',
    caught: 'rfc/not-found-writes',
    plant: answering((said, { method }) =>
      method === 'DELETE' ? { ...said, status: 204, body: undefined } : said,
    ),
  },
  {
    name: 'members that are replaced are added',
    caught: 'okta/push-now',
    plant: patching((operations) =>
      operations.map((one) => (one.op === 'replace' && one.path === 'members' ? { ...one, op: 'add' } : one)),
    ),
  },
  {
    name: 'the removal of one member removes all',
    caught: 'rfc/group-remove',
    plant: patching((operations) =>
      operations.map((one) =>
        String(one.path).startsWith('members[') ? { op: 'remove', path: 'members' } : one,
      ),
    ),
  },
  {
    name: 'the removal of a member by value is not heard',
    caught: 'entra/remove-member-default',
    plant: (server) => async (heard) =>
      JSON.stringify(heard.body ?? '').includes('"op":"Remove","path":"members"')
        ? { status: 204, headers: new Headers(), body: undefined }
        : server(heard),
  },
  {
    name: 'lists of groups show no members',
    caught: 'rfc/group-list',
    plant: answering((said, { path }) =>
      path === '/Groups' && listIn(said)
        ? withBody(said, (body) => ({
            ...body,
            Resources: listIn(said)?.map((one) => withoutKey(one, 'members')),
          }))
        : said,
    ),
  },
  {
    name: 'a group shows a hundred members at most, here one',
    caught: 'rfc/group-members',
    plant: showing((one) => (members(one).length > 1 ? { ...one, members: members(one).slice(0, 1) } : one)),
  },
  {
    name: 'a group that is deleted takes its users with it',
    caught: 'okta/push-delete',
    plant: (server) => async (heard) => {
      if (heard.method !== 'DELETE' || !heard.path.startsWith('/Groups/')) return server(heard)
      const group = await server({ ...heard, method: 'GET' })
      const said = await server(heard)
      for (const { value } of isObject(group.body) ? members(group.body) : [])
        await server({ ...heard, path: `/Users/${value}` })
      return said
    },
  },
  {
    name: 'a write from an old version is taken',
    caught: 'rfc/etag-precondition',
    plant: hearing((heard) => {
      const headers = new Headers(heard.headers)
      headers.delete('if-match')
      return { ...heard, headers }
    }),
  },
  {
    name: 'a bulk request goes on after failOnErrors errors',
    caught: 'rfc/bulk-fail-on-errors',
    plant: hearing((heard) =>
      heard.path === '/Bulk' && isObject(heard.body)
        ? { ...heard, body: withoutKey(heard.body, 'failOnErrors') }
        : heard,
    ),
  },
  {
    name: 'more operations than maxOperations are taken',
    caught: 'rfc/bulk-too-many',
    plant: answering((said) => (said.status === 413 ? { ...said, status: 200 } : said)),
  },
  {
    name: 'texts lose what is not ASCII',
    caught: 'rfc/create-unicode',
    plant: hearing((heard) =>
      isObject(heard.body)
        ? { ...heard, body: JSON.parse(JSON.stringify(heard.body).replaceAll(/[^\x20-\x7e]/g, '?')) }
        : heard,
    ),
  },
]
