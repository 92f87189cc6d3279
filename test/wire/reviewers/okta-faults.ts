import {
  answering,
  emptied,
  type Fault,
  hearing,
  isEmptyList,
  type Json,
  reading,
  showing,
  startIndexAsText,
  withStatus,
} from './faults.js'

const without = (name: string) =>
  showing((resource) => Object.fromEntries(Object.entries(resource).filter(([key]) => key !== name)))

const inactive = (json: unknown) => (json as Json | undefined)?.active === false

export const oktaFaults: readonly Fault[] = [
  { name: 'startIndex is a text', caught: 'okta/spec-1', plant: startIndexAsText },
  { name: 'active is left out where it is true', caught: 'okta/spec-1-fields', plant: without('active') },
  {
    name: 'a list of nothing is not found',
    caught: 'okta/spec-3',
    plant: answering((reply) => (isEmptyList(reply) ? withStatus(reply, 404) : reply)),
  },
  {
    name: 'an id is read as a number',
    caught: 'okta/spec-4',
    plant: answering((reply) => (reply.status === 404 ? withStatus(reply, 500) : reply)),
  },
  {
    name: 'a filter is ignored',
    caught: 'okta/spec-old-filter',
    plant: hearing((asked) => ({ ...asked, path: asked.path.replace(/\?filter=.*/, '?startIndex=1') })),
  },
  {
    name: 'a userName is answered in small letters',
    caught: 'okta/spec-6',
    plant: showing((user) => ({ ...user, userName: String(user.userName).toLowerCase() })),
  },
  {
    name: 'a conflict is answered with the user who is there',
    caught: 'okta/spec-8',
    plant: answering((reply) => (reply.status === 409 ? withStatus(reply, 201) : reply)),
  },
  {
    name: 'a gateway refuses a token without a body',
    caught: 'okta/spec-11',
    plant: answering((reply) => (reply.status === 401 ? { ...reply, json: undefined } : reply)),
  },
  {
    name: 'a phone number is written in another way',
    caught: 'rfc/create-full',
    plant: reading('POST', (body) => ({
      ...body,
      phoneNumbers: [{ value: '+1 415-123-4567', type: 'work' }],
    })),
  },
  {
    name: 'a user who is inactive is not found',
    caught: 'okta/crud-deactivate-put',
    plant: answering((reply, { method }) =>
      method === 'GET' && inactive(reply.json) ? withStatus(reply, 404) : reply,
    ),
  },
  {
    name: 'a filter hides those who are inactive',
    caught: 'okta/crud-reactivate-put',
    plant: answering((reply, { path }) => {
      const resources = (reply.json as Json | undefined)?.Resources
      return path.includes('filter') && Array.isArray(resources) && resources.some(inactive)
        ? emptied(reply)
        : reply
    }),
  },
  {
    name: 'active is a text',
    caught: 'okta/spec-1-fields',
    plant: showing((user) => ({ ...user, ...('active' in user && { active: String(user.active) }) })),
  },
  {
    name: 'entitlements are not kept',
    caught: 'okta/entitlements-put',
    plant: without('entitlements'),
  },
  {
    name: 'count is ignored',
    caught: 'okta/entitlement-endpoints',
    plant: hearing((asked) => ({ ...asked, path: asked.path.replace('count=1&', '') })),
  },
]
