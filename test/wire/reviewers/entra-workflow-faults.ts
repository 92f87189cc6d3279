import { urns } from '../../../src/index.js'
import {
  answering,
  emptied,
  type Fault,
  hearing,
  isList,
  type Json,
  patching,
  reading,
  refusing,
  showing,
  startIndexAsText,
} from './faults.js'

/** Refuses a POST that has something which one before had too. */
function onceOnly(of: (body: Json) => unknown): Fault['plant'] {
  return (client) => {
    const seen = new Set<unknown>()
    const refused = refusing(409, ({ method, body }) => {
      const value = method === 'POST' ? of(body as Json) : undefined
      const isTaken = value !== undefined && seen.has(value)
      seen.add(value)
      return isTaken
    })
    return refused(client)
  }
}

const firstEmail = ({ emails }: Json) => (emails as readonly Json[] | undefined)?.[0]?.value

function refusingPatch(isRefused: (operation: Json) => boolean): Fault['plant'] {
  return refusing(
    400,
    ({ method, body }) =>
      method === 'PATCH' && ((body as Json).Operations as readonly Json[]).some(isRefused),
  )
}

const cutPages = answering((reply, { path }) => {
  if (!isList(reply) || !path.includes('count=5')) return reply
  const Resources = ((reply.json as Json).Resources as readonly Json[]).slice(0, 4)
  return { ...reply, json: { ...(reply.json as Json), itemsPerPage: Resources.length, Resources } }
})

const isInactive = (one: Json) => one.active === false

export const workflowFaults: readonly Fault[] = [
  {
    name: 'an attribute is dropped',
    caught: 'entra/hosted-create-user',
    plant: reading('POST', ({ nickName, ...user }) => user),
  },
  {
    name: 'a userName cannot change',
    caught: 'entra/update-user-default',
    plant: patching((operations) => operations.filter(({ path }) => path !== 'userName')),
  },
  {
    name: 'a text is no truth',
    caught: 'entra/disable-user-default',
    plant: patching((operations) => operations.filter(({ value }) => value !== 'False')),
  },
  {
    name: 'who is deleted is not gone',
    caught: 'entra/hosted-delete-user',
    plant: (client) => async (method, path, request) =>
      method === 'DELETE' ? { status: 204, headers: {}, json: undefined } : client(method, path, request),
  },
  {
    name: 'a manager stays',
    caught: 'entra/hosted-manager-remove',
    plant: patching((operations) => operations.filter(({ op }) => String(op).toLowerCase() !== 'remove')),
  },
  {
    name: 'a filter hides those who are inactive',
    caught: 'entra/restore-user-default',
    plant: answering((reply) =>
      isList(reply) && ((reply.json as Json).Resources as readonly Json[]).some(isInactive)
        ? emptied(reply)
        : reply,
    ),
  },
  {
    name: 'an operation has to be written small',
    caught: 'entra/update-user-default',
    plant: refusingPatch(({ op }) => op !== String(op).toLowerCase()),
  },
  {
    name: 'a bracket inside of quotes ends a filter',
    caught: 'entra/create-group',
    plant: hearing((asked) => ({ ...asked, path: asked.path.replace(/[()].*$/, '%22') })),
  },
  {
    name: 'a schema that nobody knows is refused',
    caught: 'entra/create-group',
    plant: refusing(400, ({ body }) => JSON.stringify(body ?? {}).includes('schemas.microsoft.com')),
  },
  {
    name: 'the members of a group are deleted with it',
    caught: 'entra/delete-group',
    plant: (client) => async (method, path, request) => {
      const group = method === 'DELETE' ? ((await client('GET', path)).json as Json) : {}
      for (const { value } of (group.members ?? []) as readonly Json[])
        await client('DELETE', `/Users/${value}`)
      return client(method, path, request)
    },
  },
  {
    name: 'members that are added take the place of those who are there',
    caught: 'entra/hosted-manager-remove',
    plant: patching((operations) => operations.map((one) => ({ ...one, op: 'replace' }))),
  },
  {
    name: 'a remove with a list of members empties the group',
    caught: 'entra/remove-member-default',
    plant: patching((operations) =>
      operations.map(({ value, ...one }) => (one.op === 'Remove' ? one : { ...one, value })),
    ),
  },
  {
    name: 'one member of several is added',
    caught: 'entra/hosted-user-name',
    plant: patching((operations) =>
      operations.map((one) => ({ ...one, value: (one.value as readonly unknown[]).slice(0, 1) })),
    ),
  },
  {
    name: 'a group that is gone keeps its name',
    caught: 'entra/restore-group',
    plant: onceOnly(({ displayName }) => displayName),
  },
  {
    name: 'externalId is in no schema',
    caught: 'rfc/discovery-truth',
    plant: showing((schema) => {
      const { attributes = [] } = schema as { readonly attributes?: readonly { readonly name: string }[] }
      return { ...schema, attributes: attributes.filter(({ name }) => name !== 'externalId') }
    }),
  },
  {
    name: 'no types of values are described',
    caught: 'entra/schema-users',
    plant: showing((schema) =>
      JSON.parse(JSON.stringify(schema, (key, value) => (key === 'canonicalValues' ? undefined : value))),
    ),
  },
  {
    name: 'an empty text is refused',
    caught: 'entra/null-update-each',
    plant: refusingPatch(({ value }) => value === ''),
  },
  {
    name: 'what is nothing is an empty text',
    caught: 'entra/null-update-each',
    plant: showing((user) => ({ title: '', ...user })),
  },
  {
    name: 'phone numbers have digits',
    caught: 'entra/create-user',
    plant: refusing(400, ({ body }) => /\+1-555-\d*[a-f]/.test(JSON.stringify(body ?? {}))),
  },
  {
    name: 'an externalId of no letters is one too',
    caught: 'entra/user-create-empty-external-id',
    plant: onceOnly(({ externalId }) => externalId),
  },
  {
    name: 'a locale has to be one',
    caught: 'entra/hosted-replace-verbose',
    plant: refusingPatch(
      ({ path, value }) => path === 'locale' && !/^[a-z]{2}-[A-Z]{2}$/.test(String(value)),
    ),
  },
  {
    name: 'one externalId is for one group',
    caught: 'entra/user-create-empty-external-id',
    plant: onceOnly(({ externalId }) => externalId),
  },
  {
    name: 'the externalId of a group cannot change',
    caught: 'entra/hosted-replace-verbose',
    plant: patching((operations) => operations.filter(({ path }) => path !== 'externalId')),
  },
  {
    name: 'startIndex is a text',
    caught: 'entra/create-user',
    plant: startIndexAsText,
  },
  { name: 'a page is cut to four', caught: 'entra/user-pages', plant: cutPages },
  {
    name: 'one e-mail address is for one user',
    caught: 'entra/user-pages',
    plant: onceOnly(firstEmail),
  },
  {
    name: 'a page of groups is cut to four',
    caught: 'entra/user-pages',
    plant: cutPages,
  },
  {
    name: 'a manager is no text',
    caught: 'entra/hosted-replace',
    plant: refusingPatch(({ value }) => typeof value === 'string' && value !== ''),
  },
  {
    name: 'the manager of no letters is looked for',
    caught: 'entra/manager-text',
    plant: refusingPatch(({ path, value }) => path === `${urns.enterpriseUser}:manager` && value === ''),
  },
]
