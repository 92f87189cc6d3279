import type { Wire, WireCase } from '../case.js'
import { body, createUser, empty, type Json, listed, patch, read, same, unique, urn } from '../case.js'
import { mapped, newValues, otherValues } from './entra-mapping.js'
import { entraPages } from './entra-pages.js'
import { bodyOf, type Form, flatten, operationsOf, valueAt } from './paths.js'

// The tests of Microsoft's Logic App suite that ask the service themselves (github.com/AzureAD/SCIMReferenceCode,
// SCIMTests_Workflow.json), but for those of tokens, which the host gives out.

const forms: readonly Form[] = ['an operation for each', 'one operation for most']

async function create({ client }: Wire, sent: Json, endpoint = '/Users'): Promise<string> {
  return String(body(await client('POST', endpoint, { body: sent }), 201, { id: /./ }).id)
}

async function remove({ client }: Wire, path: string): Promise<void> {
  empty(await client('DELETE', path), 204)
}

/** What is at a path of a user once operations were accepted. */
async function changed(wire: Wire, path: string, operations: readonly Json[]): Promise<Json> {
  const reply = await patch(wire, path, operations)
  if (reply.status !== 204) body(reply, 200)
  return read(wire, path)
}

/** The paths that are emptied: none that identifies a user or is required. */
const optional = mapped.filter((path) => !['userName', 'active', 'externalId'].includes(path))

const manager = `${urn.enterprise}:manager`

function managerOf(user: Json): unknown {
  return (valueAt(user, manager) as Json | undefined)?.value
}

const nullUpdates: readonly WireCase[] = forms.map((form) => ({
  name: `values become empty texts and then nothing, in ${form}`,
  section: 'Entra workflow 16, SCIM_Null_Update',
  async run(wire) {
    const values = newValues()
    const path = `/Users/${await create(wire, bodyOf(urn.user, values))}`
    for (const value of ['', null]) {
      const operations = operationsOf(Object.fromEntries(optional.map((one) => [one, value])), form)
      const user = await changed(wire, path, operations)
      for (const one of optional) {
        const left = valueAt(user, one)
        if (left !== undefined && left !== null && left !== value) throw new Error(`${one} is ${left}`)
      }
      for (const one of ['userName', 'active', 'externalId'] as const)
        same(valueAt(user, one), values[one], one)
    }
    await remove(wire, path)
  },
}))

/** Every path of a user that has one text or truth and can be set, as the service describes it. */
async function settable({ client }: Wire): Promise<readonly string[]> {
  const schemas = listed(await client('GET', '/Schemas'))
  const own = schemas.filter(({ id }) => id === urn.user || id === urn.enterprise)
  const isLeftOut = /^(?:roles|entitlements|x509Certificates|photos)\[|:manager$/
  return flatten(own, urn.user, true).filter((path) => !isLeftOut.test(path))
}

const updates: readonly WireCase[] = forms.map((form) => ({
  name: `a user has each value as it was sent, in ${form}`,
  section: 'Entra workflow 18, SCIM_User_Update',
  async run(wire) {
    const path = `/Users/${await create(wire, bodyOf(urn.user, newValues()))}`
    const values = otherValues(await settable(wire))
    const user = await changed(wire, path, operationsOf(values, form))
    for (const [one, value] of Object.entries(values)) same(String(valueAt(user, one)), String(value), one)
    await remove(wire, path)
  },
}))

export const entraDirect: readonly WireCase[] = [
  {
    name: 'every attribute that is mapped is described',
    section: 'Entra workflow 15, Schema_Discoverability',
    async run({ client }) {
      const schemas = listed(await client('GET', '/Schemas'))
      const described = (core: string) => flatten(schemas, core).map((path) => path.toLowerCase())
      const lacks = (core: string, paths: readonly string[]) =>
        paths.filter((path) => !described(core).includes(path.toLowerCase()))
      const users = [
        ...mapped,
        manager,
        'roles[primary eq "True"].value',
        'entitlements[primary eq "True"].value',
      ]
      same(lacks(urn.user, users), [], 'what lacks of users')
      same(lacks(urn.group, ['displayName', 'externalId', 'members']), [], 'what lacks of groups')
    },
  },
  ...nullUpdates,
  {
    name: 'a user with an externalId of no letters and a role of a strange type',
    section: 'Entra workflow 17, SCIM_User_Create',
    async run(wire) {
      const paths: string[] = []
      for (const externalId of [crypto.randomUUID(), '', '']) {
        const values = { ...newValues(), externalId }
        const sent = {
          ...bodyOf(urn.user, values),
          roles: [{ type: 'True', primary: true, value: 'Test-role' }],
        }
        const path = `/Users/${await create(wire, sent)}`
        same((await read(wire, path)).userName, values.userName, 'userName')
        paths.push(path)
      }
      for (const path of paths) await remove(wire, path)
    },
  },
  ...updates,
  {
    name: 'groups have one externalId',
    section: 'Entra workflow 19, SCIM_Group_Create',
    async run(wire) {
      const ids: string[] = []
      for (const displayName of [unique('scgroup'), unique('scgroup')]) {
        const sent = { schemas: [urn.group], displayName, externalId: 'placeholder-extid' }
        const id = await create(wire, sent, '/Groups')
        same((await read(wire, `/Groups/${id}`)).displayName, displayName, 'displayName')
        ids.push(id)
      }
      for (const id of ids) await remove(wire, `/Groups/${id}`)
    },
  },
  {
    name: 'a group has each value as it was sent',
    section: 'Entra workflow 20, SCIM_Group_Update',
    async run(wire) {
      const sent = { schemas: [urn.group], displayName: unique('scgroup'), externalId: 'placeholder-extid' }
      const path = `/Groups/${await create(wire, sent, '/Groups')}`
      const values = otherValues(['displayName', 'externalId'])
      const group = await changed(wire, path, operationsOf(values, 'an operation for each'))
      for (const [one, value] of Object.entries(values)) same(valueAt(group, one), value, one)
      await remove(wire, path)
    },
  },
  ...entraPages,
  {
    name: 'a manager is the text of an id, and goes with an empty one',
    section: 'Entra workflow 25, SCIM_Update_Manager',
    async run(wire) {
      const [user, first, second] = [await createUser(wire), await createUser(wire), await createUser(wire)]
      const path = `/Users/${user.id}`
      const added = await changed(wire, path, [{ op: 'Add', path: manager, value: first.id }])
      same(managerOf(added), first.id, 'the manager')
      const replaced = await changed(wire, path, [{ op: 'replace', path: manager, value: second.id }])
      same(managerOf(replaced), second.id, 'the manager')
      const emptied = await changed(wire, path, [{ op: 'replace', path: manager, value: '' }])
      if (managerOf(emptied)) throw new Error(`the manager is ${managerOf(emptied)}`)
      for (const { id } of [user, first, second]) await remove(wire, `/Users/${id}`)
    },
  },
]
