import { type Json, urn } from '../case.js'
import {
  answering,
  emptied,
  type Fault,
  hearing,
  isList,
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
    section: 'Entra workflow 1, Create_User',
    plant: reading('POST', ({ nickName, ...user }) => user),
  },
  {
    name: 'a userName cannot change',
    section: 'Entra workflow 2, Update_User',
    plant: patching((operations) => operations.filter(({ path }) => path !== 'userName')),
  },
  {
    name: 'a text is no truth',
    section: 'Entra workflow 3, Disable_User',
    plant: patching((operations) => operations.filter(({ value }) => value !== 'False')),
  },
  {
    name: 'who is deleted is not gone',
    section: 'Entra workflow 4, Delete_User',
    plant: (client) => async (method, path, request) =>
      method === 'DELETE' ? { status: 204, headers: {}, json: undefined } : client(method, path, request),
  },
  {
    name: 'a manager stays',
    section: 'Entra workflow 5, User_Update_Manager',
    plant: patching((operations) => operations.filter(({ op }) => String(op).toLowerCase() !== 'remove')),
  },
  {
    name: 'a filter hides those who are inactive',
    section: 'Entra workflow 6, Restore_User',
    plant: answering((reply) =>
      isList(reply) && ((reply.json as Json).Resources as readonly Json[]).some(isInactive)
        ? emptied(reply)
        : reply,
    ),
  },
  {
    name: 'an operation has to be written small',
    section: 'Entra workflow 7, POD_User',
    plant: refusingPatch(({ op }) => op !== String(op).toLowerCase()),
  },
  {
    name: 'a bracket inside of quotes ends a filter',
    section: 'Entra workflow 8, Create_Group',
    plant: hearing((asked) => ({ ...asked, path: asked.path.replace(/[()].*$/, '%22') })),
  },
  {
    name: 'a schema that nobody knows is refused',
    section: 'Entra workflow 8, Create_Group',
    plant: refusing(400, ({ body }) => JSON.stringify(body ?? {}).includes('schemas.microsoft.com')),
  },
  {
    name: 'the members of a group are deleted with it',
    section: 'Entra workflow 10, Delete_Group',
    plant: (client) => async (method, path, request) => {
      const group = method === 'DELETE' ? ((await client('GET', path)).json as Json) : {}
      for (const { value } of (group.members ?? []) as readonly Json[])
        await client('DELETE', `/Users/${value}`)
      return client(method, path, request)
    },
  },
  {
    name: 'members that are added take the place of those who are there',
    section: 'Entra workflow 11, Add_Member',
    plant: patching((operations) => operations.map((one) => ({ ...one, op: 'replace' }))),
  },
  {
    name: 'a remove with a list of members empties the group',
    section: 'Entra workflow 12, Remove_Member',
    plant: patching((operations) =>
      operations.map(({ value, ...one }) => (one.op === 'Remove' ? one : { ...one, value })),
    ),
  },
  {
    name: 'one member of several is added',
    section: 'Entra workflow 13, POD_Group',
    plant: patching((operations) =>
      operations.map((one) => ({ ...one, value: (one.value as readonly unknown[]).slice(0, 1) })),
    ),
  },
  {
    name: 'a group that is gone keeps its name',
    section: 'Entra workflow 14, Restore_Group',
    plant: onceOnly(({ displayName }) => displayName),
  },
  {
    name: 'externalId is in no schema',
    section: 'Entra workflow 15, Schema_Discoverability',
    plant: showing((schema) => {
      const { attributes = [] } = schema as { readonly attributes?: readonly { readonly name: string }[] }
      return { ...schema, attributes: attributes.filter(({ name }) => name !== 'externalId') }
    }),
  },
  {
    name: 'no types of values are described',
    section: 'Entra workflow 15, Schema_Discoverability',
    plant: showing((schema) =>
      JSON.parse(JSON.stringify(schema, (key, value) => (key === 'canonicalValues' ? undefined : value))),
    ),
  },
  {
    name: 'an empty text is refused',
    section: 'Entra workflow 16, SCIM_Null_Update',
    plant: refusingPatch(({ value }) => value === ''),
  },
  {
    name: 'what is nothing is an empty text',
    section: 'Entra workflow 16, SCIM_Null_Update',
    plant: showing((user) => ({ title: '', ...user })),
  },
  {
    name: 'phone numbers have digits',
    section: 'Entra workflow 17, SCIM_User_Create',
    plant: refusing(400, ({ body }) => /\+1-555-\d*[a-f]/.test(JSON.stringify(body ?? {}))),
  },
  {
    name: 'an externalId of no letters is one too',
    section: 'Entra workflow 17, SCIM_User_Create',
    plant: onceOnly(({ externalId }) => externalId),
  },
  {
    name: 'a locale has to be one',
    section: 'Entra workflow 18, SCIM_User_Update',
    plant: refusingPatch(
      ({ path, value }) => path === 'locale' && !/^[a-z]{2}-[A-Z]{2}$/.test(String(value)),
    ),
  },
  {
    name: 'one externalId is for one group',
    section: 'Entra workflow 19, SCIM_Group_Create',
    plant: onceOnly(({ externalId }) => externalId),
  },
  {
    name: 'the externalId of a group cannot change',
    section: 'Entra workflow 20, SCIM_Group_Update',
    plant: patching((operations) => operations.filter(({ path }) => path !== 'externalId')),
  },
  {
    name: 'startIndex is a text',
    section: 'Entra workflow 23, SCIM_User_Pagination',
    plant: startIndexAsText,
  },
  { name: 'a page is cut to four', section: 'Entra workflow 23, SCIM_User_Pagination', plant: cutPages },
  {
    name: 'one e-mail address is for one user',
    section: 'Entra workflow 23, SCIM_User_Pagination',
    plant: onceOnly(firstEmail),
  },
  {
    name: 'a page of groups is cut to four',
    section: 'Entra workflow 24, SCIM_Group_Pagination',
    plant: cutPages,
  },
  {
    name: 'a manager is no text',
    section: 'Entra workflow 25, SCIM_Update_Manager',
    plant: refusingPatch(({ value }) => typeof value === 'string' && value !== ''),
  },
  {
    name: 'the manager of no letters is looked for',
    section: 'Entra workflow 25, SCIM_Update_Manager',
    plant: refusingPatch(({ path, value }) => path === `${urn.enterprise}:manager` && value === ''),
  },
]
