import {
  answering,
  asking,
  type Fault,
  hearing,
  isObject,
  type JsonObject,
  listIn,
  patching,
  reading,
  refused,
  type Server,
  showing,
  withBody,
  withHeader,
  withoutKey,
} from './faults.js'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

function meta(resource: JsonObject): JsonObject {
  return isObject(resource.meta) ? resource.meta : {}
}

/** Answers a PATCH with what was there before it. */
function answeringBefore(kind: 'Users' | 'Groups') {
  return (server: Server): Server =>
    async (heard) => {
      if (heard.method !== 'PATCH' || !heard.path.startsWith(`/${kind}/`)) return server(heard)
      const before = await server({ ...heard, method: 'GET', body: undefined })
      const said = await server(heard)
      return said.status < 300 ? before : said
    }
}

/** Keeps what is said first of each resource under a name. */
function keeping(
  read: (resource: JsonObject) => unknown,
  write: (one: JsonObject, value: unknown) => JsonObject,
) {
  return (server: Server): Server => {
    const first = new Map<unknown, unknown>()
    return showing((one) => {
      if (!first.has(one.id)) first.set(one.id, read(one))
      return write(one, first.get(one.id))
    })(server)
  }
}

/** What one reply says and another does not. */
export const inconsistencies: readonly Fault[] = [
  {
    name: 'users are on another host',
    caught: 'rfc/location-host',
    plant: (server) =>
      answering((said) => {
        const location = said.headers.get('location')
        const moved = location?.replace('app.example.com', 'localhost:8080')
        return moved ? withHeader(said, 'location', moved) : said
      })(
        showing((one) => ({
          ...one,
          meta: {
            ...meta(one),
            location: String(meta(one).location).replace('app.example.com', 'localhost:8080'),
          },
        }))(server),
      ),
  },
  {
    name: 'lastModified is the time of the creation',
    caught: 'rfc/modified',
    plant: showing((one) => ({ ...one, meta: { ...meta(one), lastModified: meta(one).created } })),
  },
  {
    name: 'created is the time of the last change',
    caught: 'rfc/modified',
    plant: showing((one) => ({ ...one, meta: { ...meta(one), created: meta(one).lastModified } })),
  },
  {
    name: 'a PATCH of a user is answered with what was there before',
    caught: 'rfc/patch-reply-active',
    plant: answeringBefore('Users'),
  },
  {
    name: 'a PATCH of a group is answered with the members of before',
    caught: 'rfc/group-remove',
    plant: answeringBefore('Groups'),
  },
  {
    name: 'errors have the media type of a page',
    caught: 'rfc/media-type',
    plant: answering((said) =>
      said.status === 409 ? withHeader(said, 'content-type', 'text/html; charset=utf-8') : said,
    ),
  },
  {
    name: 'an old userName still finds the user',
    caught: 'rfc/rename',
    plant: (server) => {
      const names = new Map<string, string>()
      return async (heard) => {
        const text = JSON.stringify(heard.body ?? '')
        const renamed = /"path":"userName","value":"([^"]+)"/.exec(text)?.[1]
        if (heard.method === 'PATCH' && renamed !== undefined) {
          const { body } = await server({ ...heard, method: 'GET', body: undefined })
          if (isObject(body)) names.set(String(body.userName), renamed)
        }
        const old = /^userName eq "([^"]+)"$/.exec(heard.query.get('filter') ?? '')?.[1] ?? ''
        const query = new URLSearchParams(heard.query)
        const current = names.get(old)
        if (current !== undefined) query.set('filter', `userName eq "${current}"`)
        return server({ ...heard, query })
      }
    },
  },
  {
    name: 'a filter is decoded twice',
    caught: 'rfc/filter-plus',
    plant: asking((query) => {
      const filter = query.get('filter')
      if (filter === null) return
      query.set('filter', new URLSearchParams(`filter=${filter.replaceAll('&', '%26')}`).get('filter') ?? '')
    }),
  },
  {
    name: 'a count above the largest page is refused',
    caught: 'rfc/list-count-large',
    plant: (server) => async (heard) =>
      Number(heard.query.get('count') ?? 0) > 1000 ? refused(400, 'invalidValue') : server(heard),
  },
  {
    name: 'a PUT of a user takes it out of its groups',
    caught: 'rfc/put-groups',
    plant: (server) => {
      const out = new Set<string>()
      return async (heard) => {
        const said = await server(heard)
        if (heard.method === 'PUT' && heard.path.startsWith('/Users/')) out.add(heard.path.slice(7))
        if (!heard.path.startsWith('/Groups/')) return said
        return withBody(said, (body) =>
          Array.isArray(body.members)
            ? { ...body, members: body.members.filter((one) => isObject(one) && !out.has(String(one.value))) }
            : body,
        )
      }
    },
  },
  {
    name: 'startIndex is not heeded in lists of groups',
    caught: 'rfc/group-pages',
    plant: hearing((heard) => {
      if (heard.path !== '/Groups' || !heard.query.has('startIndex')) return heard
      const query = new URLSearchParams(heard.query)
      query.set('startIndex', '1')
      return { ...heard, query }
    }),
  },
  {
    name: 'a change of the user loses the extension',
    caught: 'rfc/patch-other-schema',
    plant: (server) => {
      const changed = new Set<unknown>()
      const lossy = showing((one) => (changed.has(one.id) ? withoutKey(one, enterprise) : one))(server)
      return (heard) => {
        if (heard.method === 'PATCH') changed.add(heard.path.split('/').at(-1))
        return lossy(heard)
      }
    },
  },
  {
    name: 'an externalId is compared without regard to letter case',
    caught: 'rfc/filter-external-id-case',
    plant: (server) => {
      const ids = new Map<string, string>()
      return async (heard) => {
        const { externalId } = isObject(heard.body) ? heard.body : {}
        if (typeof externalId === 'string') ids.set(externalId.toUpperCase(), externalId)
        const asked = /^externalId eq "([^"]+)"$/.exec(heard.query.get('filter') ?? '')?.[1] ?? ''
        const query = new URLSearchParams(heard.query)
        const known = ids.get(asked.toUpperCase())
        if (known !== undefined) query.set('filter', `externalId eq "${known}"`)
        return server({ ...heard, query })
      }
    },
  },
  {
    name: 'a PUT is answered with the password',
    caught: 'rfc/create-password',
    plant: answering((said, { method, body }) =>
      method === 'PUT' && isObject(body) && body.password
        ? withBody(said, (one) => ({ ...one, password: body.password }))
        : said,
    ),
  },
  {
    name: 'groups of the client are taken',
    caught: 'rfc/create-read-only',
    plant: answering((said, { method, body }) =>
      method === 'POST' && isObject(body) && Array.isArray(body.groups) && body.groups.length > 0
        ? withBody(said, (one) => ({ ...one, groups: body.groups }))
        : said,
    ),
  },
  {
    name: 'a group that is deleted is still in lists',
    caught: 'rfc/group-delete',
    plant: (server) => {
      const kept = new Map<string, JsonObject>()
      return async (heard) => {
        if (heard.method === 'DELETE' && heard.path.startsWith('/Groups/')) {
          const { body } = await server({ ...heard, method: 'GET' })
          if (isObject(body)) kept.set(String(body.displayName), body)
        }
        const said = await server(heard)
        const name = /^displayName eq "([^"]+)"$/.exec(heard.query.get('filter') ?? '')?.[1] ?? ''
        const group = kept.get(name)
        return group && listIn(said)
          ? withBody(said, (body) => ({ ...body, totalResults: 1, itemsPerPage: 1, Resources: [group] }))
          : said
      }
    },
  },
  {
    name: 'the ETag is always the first',
    caught: 'rfc/etag',
    plant: (server) => {
      const tags = new Map<string, string>()
      return keeping(
        (one) => meta(one).version,
        (one, version) => ({ ...one, meta: { ...meta(one), version } }),
      )(async (heard) => {
        const said = await server(heard)
        const tag = said.headers.get('etag')
        if (tag === null) return said
        const first = tags.get(heard.path) ?? tag
        tags.set(heard.path, first)
        return withHeader(said, 'etag', first)
      })
    },
  },
  {
    name: 'what has changed is said not to have',
    caught: 'rfc/etag-not-modified',
    plant: (server) => async (heard) =>
      heard.headers.has('if-none-match')
        ? { status: 304, headers: new Headers(), body: undefined }
        : server(heard),
  },
  {
    name: 'a change that is none has a new version',
    caught: 'rfc/patch-nothing-new',
    plant: (server) => {
      let changes = 0
      const versioned = showing((one) => ({ ...one, meta: { ...meta(one), version: `W/"${changes}"` } }))(
        server,
      )
      return (heard) => {
        if (heard.method === 'PATCH') changes += 1
        return versioned(heard)
      }
    },
  },
  {
    name: 'totalResults is one less on the last page',
    caught: 'rfc/list-pages',
    plant: answering((said, { query }) => {
      const shown = listIn(said)?.length ?? 0
      const start = Number(query.get('startIndex') ?? 1)
      return withBody(said, (body) =>
        shown > 0 && start > 1 && start + shown - 1 === body.totalResults
          ? { ...body, totalResults: Number(body.totalResults) - 1 }
          : body,
      )
    }),
  },
  {
    name: 'the first of a page was the last of the page before',
    caught: 'rfc/list-pages',
    plant: asking((query) => {
      const startIndex = Number(query.get('startIndex') ?? 1)
      if (startIndex > 1) query.set('startIndex', String(startIndex - 1))
    }),
  },
  {
    name: 'previousCursor leads to the same page',
    caught: 'rfc/cursor-back',
    plant: answering((said, { query }) =>
      query.get('cursor') && listIn(said)
        ? withBody(said, (body) => ({ ...body, previousCursor: query.get('cursor') }))
        : said,
    ),
  },
  {
    name: 'a name beside a member is its id',
    caught: 'rfc/member-display',
    plant: patching((operations) =>
      operations.map((one) => ({
        ...one,
        ...(one.path === 'members' &&
          Array.isArray(one.value) && {
            value: one.value
              .filter(isObject)
              .map((member) => ('display' in member ? { value: 'x' } : member)),
          }),
      })),
    ),
  },
  {
    name: 'a bulk request ignores its PUT',
    caught: 'rfc/bulk',
    plant: reading('POST', (body) =>
      Array.isArray(body.Operations)
        ? { ...body, Operations: body.Operations.filter((one) => isObject(one) && one.method !== 'PUT') }
        : body,
    ),
  },
  {
    name: 'a user who comes back has lost the title',
    caught: 'okta/life-aiw',
    plant: (server) => {
      const gone = new Set<string>()
      return (heard) => {
        const { active, title: _, ...rest } = isObject(heard.body) ? heard.body : { active: undefined }
        if (heard.method !== 'PUT' || !heard.path.startsWith('/Users/')) return server(heard)
        if (active === false) gone.add(heard.path)
        const isBack = active === true && gone.has(heard.path)
        return server(isBack ? { ...heard, body: { ...rest, active } } : heard)
      }
    },
  },
  {
    name: 'a group that is renamed forgets who was added last',
    caught: 'okta/life-oin',
    plant: (server) => async (heard) => {
      const said = await server(heard)
      const text = JSON.stringify(heard.body ?? '')
      if (heard.method === 'PATCH' && heard.path.startsWith('/Groups/') && text.includes('"displayName"')) {
        const group = await server({ ...heard, method: 'GET', body: undefined })
        const value = isObject(group.body) && Array.isArray(group.body.members) ? group.body.members : []
        const Operations = [{ op: 'replace', path: 'members', value: value.slice(0, -1) }]
        await server({ ...heard, body: { ...(heard.body as JsonObject), Operations } })
      }
      return said
    },
  },
]

/** What a service may do, and not every client likes. */
export const leavesGroups: Fault['plant'] = (server) => {
  const out = new Set<string>()
  return async (heard) => {
    const text = JSON.stringify(heard.body ?? '')
    if (heard.method === 'PATCH' && /"path":"active","value":"False"/.test(text))
      out.add(heard.path.split('/').at(-1) ?? '')
    return showing((one) =>
      Array.isArray(one.members)
        ? {
            ...one,
            members: one.members.filter((each) => isObject(each) && !out.has(String(each.value))),
          }
        : one,
    )(server)(heard)
  }
}
