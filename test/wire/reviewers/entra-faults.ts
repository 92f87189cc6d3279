import {
  answering,
  emptied,
  type Fault,
  hearing,
  isEmptyList,
  isList,
  type Json,
  patching,
  reading,
  showing,
  withStatus,
} from './faults.js'

/** Hears only the operations of a PATCH that fit. */
function hearingOnly(fits: (operation: Json, index: number) => boolean): Fault['plant'] {
  return patching((operations) => operations.filter(fits))
}

const secondDelete: Fault['plant'] = answering((reply, { method }) =>
  method === 'DELETE' && reply.status === 404 ? { ...withStatus(reply, 204), json: undefined } : reply,
)

const caseSensitive: Fault['plant'] = answering((reply, { path }) => {
  const asked = /eq(?:\+|%20)(?:"|%22)(.*?)(?:"|%22)/.exec(path)?.[1]
  if (!isList(reply) || asked === undefined) return reply
  const names = ((reply.json as Json).Resources as readonly Json[]).flatMap((one) => [
    one.userName,
    one.displayName,
  ])
  return names.includes(decodeURIComponent(asked)) ? reply : emptied(reply)
})

const softDelete: Fault['plant'] = (client) => {
  const deleted = new Map<string, Json>()
  return async (method, path, request) => {
    if (method === 'DELETE') deleted.set(path, (await client('GET', path)).json as Json)
    const reply = await client(method, path, request)
    const json = deleted.get(path)
    return method === 'GET' && json ? { ...reply, status: 200, json: { ...json, active: false } } : reply
  }
}

const emptyMembers = showing((resource) =>
  'displayName' in resource && !('userName' in resource) ? { members: [], ...resource } : resource,
)

const conflicting: Fault['plant'] = answering((reply) =>
  reply.status === 409 ? withStatus(reply, 201) : reply,
)

export const hostedFaults: readonly Fault[] = [
  {
    name: 'phone numbers are written in another way',
    caught: 'entra/hosted-create-user',
    plant: showing((user) => ({
      ...user,
      ...(Array.isArray(user.phoneNumbers) && {
        phoneNumbers: user.phoneNumbers.map((one: Json) => ({ ...one, value: `+${one.value}` })),
      }),
    })),
  },
  {
    name: 'a second user is made of the same name',
    caught: 'entra/hosted-duplicate-user',
    plant: conflicting,
  },
  {
    name: 'a plus is no space',
    caught: 'entra/hosted-create-user',
    plant: hearing((asked) => ({ ...asked, path: asked.path.replace(/\+/g, '%2B') })),
  },
  {
    name: 'a list of nothing is not found',
    caught: 'entra/hosted-filter-nobody',
    plant: answering((reply) => (isEmptyList(reply) ? withStatus(reply, 404) : reply)),
  },
  {
    name: 'names of users are compared letter by letter',
    caught: 'entra/hosted-filter-user-case',
    plant: caseSensitive,
  },
  {
    name: 'operations need a path',
    caught: 'entra/hosted-user-name',
    plant: hearingOnly(({ path }) => path !== undefined),
  },
  {
    name: 'keys with a dot are ignored',
    caught: 'entra/hosted-replace',
    plant: patching((operations) =>
      operations.map((one) => ({
        ...one,
        ...(one.path === undefined && {
          value: Object.fromEntries(Object.entries(one.value as Json).filter(([key]) => !key.includes('.'))),
        }),
      })),
    ),
  },
  {
    name: 'a path with a dot is ignored',
    caught: 'entra/hosted-replace-verbose',
    plant: hearingOnly(({ path }) => !String(path).startsWith('name.')),
  },
  {
    name: 'a filter in a path that selects nothing is ignored',
    caught: 'entra/hosted-replace',
    plant: hearingOnly(({ path }) => !String(path).includes('[')),
  },
  {
    name: 'a user who is inactive is not found',
    caught: 'entra/hosted-disable',
    plant: answering((reply, { method }) =>
      method === 'GET' && (reply.json as Json | undefined)?.active === false ? withStatus(reply, 404) : reply,
    ),
  },
  {
    name: 'a manager has to be somebody',
    caught: 'entra/hosted-manager-add',
    plant: hearingOnly(({ path }) => !String(path).endsWith(':manager')),
  },
  {
    name: 'a manager who is gone leaves an object of nothing',
    caught: 'entra/hosted-manager-remove',
    plant: showing((user) => {
      const extension = Object.keys(user).find((key) => key.includes('enterprise'))
      const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
      return extension ? user : { ...user, [urn]: { manager: { value: null, displayName: null } } }
    }),
  },
  { name: 'who is deleted is shown as inactive', caught: 'entra/hosted-delete-user', plant: softDelete },
  {
    name: 'a group has an empty list of members',
    caught: 'entra/hosted-group-excluding',
    plant: emptyMembers,
  },
  {
    name: 'a listed group has an empty list of members',
    caught: 'entra/hosted-group-excluding',
    plant: emptyMembers,
  },
  {
    name: 'names of groups are compared letter by letter',
    caught: 'entra/hosted-filter-user-case',
    plant: caseSensitive,
  },
  {
    name: 'the externalId of a group is not kept',
    caught: 'entra/hosted-create-user',
    plant: reading('POST', ({ externalId, ...group }) => group),
  },
  {
    name: 'a second group is made of the same name',
    caught: 'entra/hosted-duplicate-user',
    plant: conflicting,
  },
  {
    name: 'members are not put in the place of nothing',
    caught: 'entra/hosted-add-member',
    plant: hearingOnly(({ path }) => path !== 'members'),
  },
  {
    name: 'a remove with a filter removes all members',
    caught: 'entra/hosted-manager-remove',
    plant: patching((operations) =>
      operations.map((one) => (one.op === 'remove' ? { op: 'remove', path: 'members' } : one)),
    ),
  },
  {
    name: 'only the first operation is carried out',
    caught: 'entra/hosted-replace',
    plant: hearingOnly((_, index) => index === 0),
  },
  {
    name: 'operations are carried out from the last to the first',
    caught: 'entra/hosted-same',
    plant: patching((operations) => [...operations].reverse()),
  },
  {
    name: 'a remove before an add is the end of it',
    caught: 'entra/hosted-user-name',
    plant: hearingOnly(({ op }) => op === 'add'),
  },
  { name: 'a user who never was is deleted', caught: 'entra/hosted-delete-nobody', plant: secondDelete },
  { name: 'a group which never was is deleted', caught: 'entra/hosted-delete-nobody', plant: secondDelete },
  { name: 'a user is deleted twice', caught: 'entra/hosted-delete-nobody', plant: secondDelete },
  { name: 'a group is deleted twice', caught: 'entra/hosted-delete-nobody', plant: secondDelete },
]
