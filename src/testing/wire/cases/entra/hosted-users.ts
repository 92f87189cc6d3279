import { urns } from '../../../../protocol/index.js'
import { casesOf, type WireCaseDefinition } from '../../case.js'
import { expectSame, expectStatus, resourcesIn } from '../../expect.js'
import type { JsonObject } from '../../json.js'
import type { Made, Wire } from '../../wire.js'
import { changed, eightChecks, hasAll, lookUpName } from './lookups.js'
import { type Form, operationsOf, resourceFrom, valueAtPath } from './paths.js'
import { managerAttribute, mappedPaths, randomValues, type Values } from './values.js'

// The tests of users of Microsoft's hosted validator, scimvalidator.microsoft.com, which works out from the schemas of
// a server what to send.

type User = Made & { readonly userName: string }

async function create(wire: Wire, values: Values): Promise<User> {
  const sent = resourceFrom(urns.user, values)
  const { id } = await wire.create('/Users', sent)
  return { ...sent, id, userName: String(values.userName) }
}

/** A user with little more than a name. */
function createThin(wire: Wire, values: Values = {}): Promise<User> {
  const thin = wire.draftUser()
  const { schemas: _, emails: __, ...rest } = thin
  return create(wire, { ...rest, name: thin.name, ...values })
}

/** What can be given random values, but for the name. */
function others(wire: Wire): readonly string[] {
  return mappedPaths(wire).filter((path) => path !== 'userName')
}

function replacing(form: Form, op = 'replace'): WireCaseDefinition['run'] {
  return async (wire) => {
    const user = await createThin(wire, op === 'add' ? {} : randomValues(wire, others(wire)))
    const values = randomValues(wire, others(wire))
    const [now, reply] = await changed(wire, '/Users', user, operationsOf(values, form, op))
    hasAll(now, values, reply)
  }
}

/** Gives a user a manager whom nobody knows, as the validator does. */
async function manage(wire: Wire, user: User, op: string): Promise<void> {
  const attribute = wire.target.attribute(urns.enterpriseUser, 'manager')
  if (wire.target.schemas.length > 0 && attribute === undefined)
    return wire.skip('the server describes no manager')
  const value = wire.nobody()
  const reply = await wire.patch(`/Users/${user.id}`, [{ op, path: managerAttribute, value: { value } }])
  if (reply.status >= 400) wire.observe('unknown-manager', 'refused')
  expectStatus(reply, 200, 204)
  const read = await wire.get(`/Users/${user.id}`)
  expectSame(
    valueAtPath(await wire.read(`/Users/${user.id}`), `${managerAttribute}.value`),
    value,
    'the manager',
    read,
  )
  wire.observe('unknown-manager', 'taken')
}

const source = (test: string) => `Entra hosted validator, "${test}"`

/** Its required tests, and as optional ones those that it calls previews. */
export const hostedUsers = casesOf('entra', [
  {
    id: 'hosted-create-user',
    name: 'a user with every attribute is created, found by name, and has each value as it was sent',
    source: source('Create a new User'),
    async run(wire) {
      const values = randomValues(wire, mappedPaths(wire))
      const { id, userName } = await create(wire, values)
      const reply = await lookUpName(wire, '/Users', 'userName', userName)
      eightChecks(reply, [{ id, userName, schemas: [urns.user] }])
      hasAll(resourcesIn(reply)[0] ?? {}, values, reply)
    },
  },
  {
    id: 'hosted-duplicate-user',
    name: 'the same user a second time is 409',
    source: source('Create a duplicate User'),
    async run(wire) {
      const sent = resourceFrom(urns.user, randomValues(wire, mappedPaths(wire)))
      await wire.create('/Users', sent)
      expectStatus(await wire.send('POST', '/Users', { body: sent }), 409)
    },
  },
  {
    id: 'hosted-filter-user',
    name: 'a user is found by name, alone and whole',
    source: source('Filter for an existing user'),
    async run(wire) {
      const { id, userName, schemas } = await createThin(wire)
      eightChecks(await lookUpName(wire, '/Users', 'userName', userName), [{ id, userName, schemas }])
    },
  },
  {
    id: 'hosted-filter-nobody',
    name: 'a name of nobody is an empty list',
    source: source('Filter for a non-existing user'),
    readsOnly: true,
    async run(wire) {
      eightChecks(await lookUpName(wire, '/Users', 'userName', wire.mark('nobody')), [])
    },
  },
  {
    id: 'hosted-filter-user-case',
    name: 'a user is found by name in other letters',
    source: source('Filter for an existing user with a different case'),
    async run(wire) {
      const { id, userName, schemas } = await createThin(wire)
      eightChecks(await lookUpName(wire, '/Users', 'userName', userName.toUpperCase()), [
        { id, userName, schemas },
      ])
    },
  },
  {
    id: 'hosted-user-name',
    name: 'a userName is changed by an operation without a path',
    source: source('Update User userName'),
    contradiction: 'pathless-patch',
    async run(wire) {
      const user = await createThin(wire)
      const values = { userName: `${wire.mark('renamed')}@Example.org` }
      const [now, reply] = await changed(wire, '/Users', user, [{ op: 'replace', value: values }])
      hasAll(now, values, reply)
    },
  },
  {
    id: 'hosted-replace',
    name: 'every attribute is replaced: typed values by path, the rest in one operation with dotted names',
    source: source('Patch User - Replace Attributes'),
    contradiction: 'pathless-patch',
    run: replacing('one operation for most'),
  },
  {
    id: 'hosted-replace-verbose',
    name: 'every attribute is replaced, each by an operation of its own',
    source: source('Patch User - Replace Attributes Verbose Request'),
    run: replacing('an operation for each'),
  },
  {
    id: 'hosted-add-verbose',
    name: 'every attribute is added, each by an operation of its own, also to values that are not there yet',
    source: source('Patch User - Add Attributes Verbose Request'),
    run: replacing('an operation for each', 'add'),
  },
  {
    id: 'hosted-disable',
    name: 'a user becomes inactive, and is still there',
    source: source('Patch User - Disable User'),
    async run(wire) {
      const user = await createThin(wire)
      const [now, reply] = await changed(wire, '/Users', user, [
        { op: 'replace', path: 'active', value: false },
      ])
      expectSame(now.active, false, 'active', reply)
    },
  },
  ...(['add', 'replace'] as const).map((op) => ({
    id: `hosted-manager-${op}`,
    name: `a manager whose id is random comes by ${op}`,
    source: source(`Patch User - ${op === 'add' ? 'Add' : 'Replace'} Manager`),
    needs: ['enterprise'] as const,
    contradiction: 'unknown-manager',
    run: async (wire: Wire) => {
      const user = await createThin(wire)
      if (op === 'replace') await manage(wire, user, 'add')
      await manage(wire, user, op)
    },
  })),
  {
    id: 'hosted-manager-remove',
    name: 'a manager goes',
    source: source('Patch User - Remove Manager'),
    needs: ['enterprise'],
    contradiction: 'unknown-manager',
    async run(wire) {
      const user = await createThin(wire)
      await manage(wire, user, 'add')
      const [now, reply] = await changed(wire, '/Users', user, [{ op: 'remove', path: managerAttribute }])
      expectSame(valueAtPath(now, `${managerAttribute}.value`), undefined, 'the manager', reply)
    },
  },
  {
    id: 'hosted-delete-user',
    name: 'a user who is deleted is 404',
    source: source('Delete a User'),
    async run(wire) {
      const { id } = await createThin(wire)
      expectStatus(await wire.send('DELETE', `/Users/${id}`), 204, 200)
      expectStatus(await wire.get(`/Users/${id}`), 404)
    },
  },
  {
    id: 'hosted-several',
    name: 'operations on several attributes are all done',
    source: source('Patch User - Multiple Operations on different attributes (preview)'),
    level: 'optional',
    attributes: ['nickName', 'displayName'],
    async run(wire) {
      const user = await createThin(wire, { nickName: 'NICK', displayName: 'DISPLAY' })
      const values = { externalId: wire.mark('EXTERNAL'), displayName: 'OTHER' }
      const operations = [
        { op: 'remove', path: 'nickName' },
        { op: 'add', value: { externalId: values.externalId } },
        { op: 'replace', value: { displayName: values.displayName } },
      ]
      const [now, reply] = await changed(wire, '/Users', user, operations)
      hasAll(now, { ...values, nickName: undefined }, reply)
    },
  },
  {
    id: 'hosted-same',
    name: 'of operations on one attribute the last one stays',
    source: source('Patch User - Multiple Operations on same attribute (preview)'),
    level: 'optional',
    async run(wire) {
      const user = await createThin(wire, { externalId: wire.mark('FIRST') })
      const externalId = wire.mark('THIRD')
      const operations: readonly JsonObject[] = [
        { op: 'remove', path: 'externalId' },
        { op: 'add', value: { externalId: wire.mark('SECOND') } },
        { op: 'replace', value: { externalId } },
      ]
      const [now, reply] = await changed(wire, '/Users', user, operations)
      hasAll(now, { externalId }, reply)
    },
  },
  {
    id: 'hosted-delete-nobody',
    name: 'a DELETE of nobody is 404, and one of a user who is deleted already',
    source: source('Delete a non-existent User; Delete the same User twice (previews)'),
    level: 'optional',
    async run(wire) {
      expectStatus(await wire.send('DELETE', `/Users/${wire.nobody()}`), 404)
      const { id } = await createThin(wire)
      await wire.send('DELETE', `/Users/${id}`)
      expectStatus(await wire.send('DELETE', `/Users/${id}`), 404)
    },
  },
])
