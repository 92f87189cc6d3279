import {
  body,
  empty,
  error,
  type Json,
  listed,
  patch,
  read,
  same,
  unique,
  urn,
  type Wire,
  type WireCase,
} from '../case.js'
import { eightChecks, lookUp } from './entra-lists.js'
import { bodyOf, type Form, flatten, operationsOf, valueAt } from './paths.js'

// The tests of users of Microsoft's hosted validator, scimvalidator.microsoft.com, which works out from the schemas of
// a service what to send (runs of it are published in github.com/miiitch/EzSCIM and github.com/pranems/SCIMServer).

type Values = Readonly<Record<string, unknown>>

let count = 0

/** Twelve capitals that nobody else has. */
function capitals(): string {
  count += 1
  return `QWXLPTRN${String(count)
    .padStart(4, '0')
    .replace(/\d/g, (digit) => 'ABCDEFGHIJ'[Number(digit)] ?? '')}`
}

const languages = ['shi-Latn-MA', 'bas', 'gsw']
const zones = ['America/Atikokan', 'Africa/El_Aaiun', 'Atlantic/Bermuda']

/** A random value for a path, such as strict servers refuse. */
function randomFor(path: string): unknown {
  const text = capitals()
  const other = count % 3
  if (path === 'userName' || /^emails\[.*\.value$/.test(path)) return `${text.toLowerCase()}@Example.museum`
  if (path === 'active') return true
  if (path === 'preferredLanguage') return languages[other]
  if (path === 'timezone') return zones[other]
  if (/^phoneNumbers\[.*\.value$/.test(path)) return `61-392-${1000 + count}`
  if (path.endsWith('.postalCode')) return 'cb0 9fr'
  if (path.endsWith('.country')) return 'French Southern Territories'
  if (/^x509Certificates\[.*\.value$/.test(path)) return btoa(text)
  return text
}

/** Every path that the schemas of the service describe and that can be set, and `profileUrl`, which flattening loses. */
async function pathsOf({ client }: Wire): Promise<readonly string[]> {
  const type = body(await client('GET', '/ResourceTypes/User'), 200, { schema: urn.user })
  const extensions = (type.schemaExtensions as readonly Json[]).map(({ schema }) => schema)
  const schemas = listed(await client('GET', '/Schemas'))
  const found = flatten(
    schemas.filter(({ id }) => id === urn.user || extensions.includes(id)),
    urn.user,
    true,
  )
  if (!found.includes('emails[type eq "work"].value')) throw new Error(`no work e-mail in ${found}`)
  return [...found.filter((path) => !path.endsWith(':manager')), 'externalId', 'profileUrl']
}

function randomValues(paths: readonly string[]): Values {
  return Object.fromEntries(paths.map((path) => [path, randomFor(path)]))
}

async function create({ client }: Wire, values: Values): Promise<Json> {
  const sent = bodyOf(urn.user, values)
  const { id } = body(await client('POST', '/Users', { body: sent }), 201, { id: /./ })
  return { id, ...sent }
}

/** A user with a name alone. */
function createThin(wire: Wire, values: Values = {}): Promise<Json> {
  return create(wire, { userName: randomFor('userName'), active: true, ...values })
}

/** Resolves when a change was made, and answers what is at the user now. */
async function changed(wire: Wire, { id }: Json, operations: readonly Json[]): Promise<Json> {
  const reply = await patch(wire, `/Users/${id}`, operations)
  if (reply.status === 204) empty(reply, 204)
  else body(reply, 200, { id })
  return read(wire, `/Users/${id}`)
}

function hasAll(user: Json, values: Values): void {
  for (const [path, value] of Object.entries(values)) same(valueAt(user, path), value, path)
}

function replacing(form: Form): (wire: Wire) => Promise<void> {
  return async (wire) => {
    const paths = (await pathsOf(wire)).filter((path) => path !== 'userName')
    const user = await createThin(wire, randomValues(paths))
    const values = randomValues(paths)
    hasAll(await changed(wire, user, operationsOf(values, form)), values)
  }
}

const manager = `${urn.enterprise}:manager`

/** Gives a user a manager whom nobody knows, with an operation for it. */
async function managed(wire: Wire, user: Json, op: string): Promise<void> {
  const value = capitals()
  const now = await changed(wire, user, [{ op, path: manager, value: { value } }])
  same((valueAt(now, manager) as Json | undefined)?.value, value, 'the manager')
}

export const entraUsers: readonly WireCase[] = [
  {
    name: 'Create a new User',
    section: 'Entra hosted 1',
    async run(wire) {
      const values = randomValues(await pathsOf(wire))
      const { id } = await create(wire, values)
      const reply = await lookUp(wire, '/Users', 'userName', String(values.userName))
      eightChecks(reply, [{ id, userName: values.userName, schemas: [urn.user, urn.enterprise] }])
      const [user] = listed(reply)
      hasAll(user ?? {}, values)
    },
  },
  {
    name: 'Create a duplicate User',
    section: 'Entra hosted 2',
    async run(wire) {
      const sent = bodyOf(urn.user, randomValues(await pathsOf(wire)))
      body(await wire.client('POST', '/Users', { body: sent }), 201)
      error(await wire.client('POST', '/Users', { body: sent }), 409, 'uniqueness')
    },
  },
  {
    name: 'Filter for an existing user',
    section: 'Entra hosted 3',
    async run(wire) {
      const user = await createThin(wire)
      eightChecks(await lookUp(wire, '/Users', 'userName', String(user.userName)), [user])
    },
  },
  {
    name: 'Filter for a non-existing user',
    section: 'Entra hosted 4',
    async run(wire) {
      const reply = await lookUp(wire, '/Users', 'userName', unique('nobody'))
      eightChecks(reply, [])
      same((reply.json as Json).Resources ?? [], [], 'the resources')
    },
  },
  {
    name: 'Filter for an existing user with a different case',
    section: 'Entra hosted 5',
    async run(wire) {
      const user = await createThin(wire)
      eightChecks(await lookUp(wire, '/Users', 'userName', String(user.userName).toUpperCase()), [user])
    },
  },
  {
    name: 'Update User userName',
    section: 'Entra hosted 6',
    async run(wire) {
      const values = { userName: randomFor('userName') }
      hasAll(await changed(wire, await createThin(wire), [{ op: 'replace', value: values }]), values)
    },
  },
  {
    name: 'Patch User - Replace Attributes',
    section: 'Entra hosted 7',
    run: replacing('one operation for most'),
  },
  {
    name: 'Patch User - Replace Attributes Verbose Request',
    section: 'Entra hosted 7b',
    run: replacing('an operation for each'),
  },
  {
    name: 'Patch User - Add Attributes Verbose Request',
    section: 'Entra hosted 8',
    async run(wire) {
      const values = randomValues((await pathsOf(wire)).filter((path) => path !== 'userName'))
      const user = await createThin(wire)
      hasAll(await changed(wire, user, operationsOf(values, 'an operation for each', 'add')), values)
    },
  },
  {
    name: 'Patch User - Disable User',
    section: 'Entra hosted 9',
    async run(wire) {
      const user = await createThin(wire)
      const now = await changed(wire, user, [{ op: 'replace', path: 'active', value: false }])
      same(now.active, false, 'active')
    },
  },
  {
    name: 'Patch User - Add Manager',
    section: 'Entra hosted 10',
    run: async (wire) => managed(wire, await createThin(wire), 'add'),
  },
  {
    name: 'Patch User - Replace Manager',
    section: 'Entra hosted 11',
    async run(wire) {
      const user = await createThin(wire)
      await managed(wire, user, 'add')
      await managed(wire, user, 'replace')
    },
  },
  {
    name: 'Patch User - Remove Manager',
    section: 'Entra hosted 12',
    async run(wire) {
      const user = await createThin(wire)
      await managed(wire, user, 'add')
      const now = await changed(wire, user, [{ op: 'remove', path: manager }])
      same(valueAt(now, manager), undefined, 'the manager')
    },
  },
  {
    name: 'Delete a User',
    section: 'Entra hosted 13',
    async run(wire) {
      const { id } = await createThin(wire)
      empty(await wire.client('DELETE', `/Users/${id}`), 204)
      error(await wire.client('GET', `/Users/${id}`), 404)
    },
  },
  {
    name: 'Patch User - Multiple Operations on different attributes',
    section: 'Entra hosted P1',
    async run(wire) {
      const user = await createThin(wire, { nickName: capitals(), displayName: capitals() })
      const values = { externalId: capitals(), displayName: capitals() }
      const now = await changed(wire, user, [
        { op: 'remove', path: 'nickName' },
        { op: 'add', value: { externalId: values.externalId } },
        { op: 'replace', value: { displayName: values.displayName } },
      ])
      hasAll(now, { ...values, nickName: undefined })
    },
  },
  {
    name: 'Patch User - Multiple Operations on same attribute',
    section: 'Entra hosted P2',
    async run(wire) {
      const user = await createThin(wire, { externalId: capitals() })
      const externalId = capitals()
      const now = await changed(wire, user, [
        { op: 'remove', path: 'externalId' },
        { op: 'add', value: { externalId: capitals() } },
        { op: 'replace', value: { externalId } },
      ])
      hasAll(now, { externalId })
    },
  },
  {
    name: 'Delete a non-existent User',
    section: 'Entra hosted P4',
    run: async ({ client }) => error(await client('DELETE', `/Users/${crypto.randomUUID()}`), 404),
  },
  {
    name: 'Delete the same User twice',
    section: 'Entra hosted P6',
    async run(wire) {
      const { id } = await createThin(wire)
      empty(await wire.client('DELETE', `/Users/${id}`), 204)
      error(await wire.client('DELETE', `/Users/${id}`), 404)
    },
  },
]
