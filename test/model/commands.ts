import fc from 'fast-check'
import type { Ask } from './history.js'
import { type GroupChange, type Tenant, tenants } from './model.js'
import type { Directory, Known, Session } from './session.js'
import { spellingCount } from './spellings.js'

/** How many ask side by side. */
const clients = 8

/** How many of the newest resources of a kind clients meet at. */
const meeting = 4

/** Names that several users want, in either case. */
const names = ['ann', 'Ann', 'bob', 'BOB', 'eve', 'ΟΔΟΣ', 'οδος', 'kim', '\u212aim']

/** What a command was made from. */
interface Choice {
  readonly client: number
  readonly tenant: Tenant
  /** Which of the newest resources it is about. */
  readonly slot: number
  /** Others of them, as members. */
  readonly users: readonly number[]
  readonly groups: readonly number[]
  readonly userName: string | undefined
  readonly active: boolean
  readonly precondition: 'none' | 'right' | 'stale'
  /** Whether an id of the other tenant is used. */
  readonly isForeign: boolean
  /** Which client's words are used. */
  readonly spelling: number
}

type MakeAsk = (choice: Choice, known: Directory, name: string) => Ask | undefined

function newest(known: readonly Known[], slot: number): Known | undefined {
  return known[Math.max(known.length - 1 - slot, 0)]
}

function otherThan(tenant: Tenant): Tenant {
  return tenant === 'acme' ? 'globex' : 'acme'
}

function target(type: 'User' | 'Group', { tenant, slot, precondition, isForeign }: Choice, known: Directory) {
  const found = newest(known.list(isForeign ? otherThan(tenant) : tenant, type), slot)
  if (!found) return undefined
  const { id, version } = found
  const ifMatch = precondition === 'none' ? undefined : precondition === 'right' ? version : version - 1
  return { id, ifMatch }
}

/** Ids for a group's members, in no case its own. */
function members({ tenant, users, groups, isForeign }: Choice, known: Directory, own?: string) {
  const pick = (type: 'User' | 'Group', slots: readonly number[], from: Tenant) =>
    slots.flatMap((slot) => newest(known.list(from, type), slot)?.id ?? [])
  const ids = [
    ...pick('User', users, tenant),
    ...pick('Group', groups, tenant),
    ...(isForeign ? pick('User', [0], otherThan(tenant)) : []),
  ]
  return [...new Set(ids)].filter((id) => id !== own)
}

function groupChange(kind: GroupChange['kind']): MakeAsk {
  return (choice, known, value) => {
    // The group is the tenant's own, whoever the members are.
    const found = target('Group', { ...choice, isForeign: false }, known)
    if (!found) return undefined
    const ids = members(choice, known, found.id)
    if (ids.length === 0 && (kind === 'add' || kind === 'remove')) return undefined
    const isWhole = kind === 'put' || kind === 'rename'
    const change: GroupChange = isWhole ? { kind, value, members: ids } : { kind, members: ids }
    return { verb: 'change', type: 'Group', change, ...found }
  }
}

function about(type: 'User' | 'Group', verb: 'read' | 'delete'): MakeAsk {
  return (choice, known) => {
    const found = target(type, choice, known)
    return found && { verb, type, ...found }
  }
}

/** What clients do, and how often. */
const moves: readonly (readonly [string, number, MakeAsk])[] = [
  [
    'create a user',
    3,
    ({ userName }, _known, value) => ({ verb: 'create', type: 'User', userName: userName ?? value, value }),
  ],
  [
    'create a group',
    2,
    (choice, known, value) => ({ verb: 'create', type: 'Group', value, members: members(choice, known) }),
  ],
  ['read a user', 3, about('User', 'read')],
  ['read a group', 3, about('Group', 'read')],
  [
    'list users',
    2,
    ({ userName }) => ({
      verb: 'list',
      type: 'User',
      where: userName === undefined ? undefined : { userName },
    }),
  ],
  [
    'list groups',
    1,
    (choice, known) => {
      const member = members(choice, known)[0]
      return { verb: 'list', type: 'Group', where: member === undefined ? undefined : { member } }
    },
  ],
  [
    'replace a user',
    2,
    (choice, known, value) => {
      const found = target('User', choice, known)
      const change = { kind: 'put', value, userName: choice.userName ?? value } as const
      return found && { verb: 'change', type: 'User', change, ...found }
    },
  ],
  [
    'set a title',
    4,
    (choice, known, value) => {
      const found = target('User', choice, known)
      const change = { kind: 'title', value, userName: choice.active ? undefined : choice.userName } as const
      return found && { verb: 'change', type: 'User', change, ...found }
    },
  ],
  [
    'add a phone number',
    5,
    (choice, known, value) => {
      const found = target('User', choice, known)
      return found && { verb: 'change', type: 'User', change: { kind: 'phone', value }, ...found }
    },
  ],
  [
    'switch on or off',
    3,
    (choice, known) => {
      const found = target('User', choice, known)
      const change = { kind: 'active', active: choice.active } as const
      return found && { verb: 'change', type: 'User', change, ...found }
    },
  ],
  ['delete a user', 1, about('User', 'delete')],
  ['delete a group', 1, about('Group', 'delete')],
  ['add members', 8, groupChange('add')],
  ['remove members', 4, groupChange('remove')],
  ['replace members', 2, groupChange('replace')],
  ['rename a group and add members', 2, groupChange('rename')],
  ['replace a group', 1, groupChange('put')],
]

/** One thing that one client does; it is sent when the client has the replies to all before. */
class Command implements fc.AsyncCommand<Directory, Session> {
  constructor(
    private readonly name: string,
    private readonly makeAsk: MakeAsk,
    private readonly choice: Choice,
  ) {}

  check(): boolean {
    return true
  }

  async run(known: Directory, session: Session): Promise<void> {
    const { client, tenant, spelling } = this.choice
    session.enqueue(client, () =>
      session.perform(tenant, (name) => this.makeAsk(this.choice, known, name), spelling),
    )
  }

  toString(): string {
    const { client, tenant, ...choice } = this.choice
    return `client ${client} of ${tenant}: ${this.name} ${JSON.stringify(choice)}`
  }
}

const slot = fc.nat({ max: meeting - 1 })

function choice(clients: number): fc.Arbitrary<Choice> {
  return fc.record({
    client: fc.nat({ max: clients - 1 }),
    tenant: fc.constantFrom(...tenants),
    slot,
    users: fc.array(slot, { minLength: 1, maxLength: 3 }),
    groups: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(slot) }),
    userName: fc.option(fc.constantFrom(...names), { nil: undefined }),
    active: fc.boolean(),
    precondition: fc.constantFrom('none', 'none', 'none', 'right', 'right', 'stale'),
    isForeign: fc.integer({ min: 0, max: 15 }).map((number) => number === 15),
    spelling: fc.nat({ max: spellingCount - 1 }),
  })
}

function commandsFor(clients: number, isWanted: (name: string) => boolean) {
  const choices = choice(clients)
  return moves
    .filter(([name]) => isWanted(name))
    .flatMap(([name, weight, makeAsk]) =>
      Array.from({ length: weight }, () => choices.map((made) => new Command(name, makeAsk, made))),
    )
}

/** What clients do, in the order in which each of them does it. */
export function commands(maxCommands: number): fc.Arbitrary<Iterable<fc.AsyncCommand<Directory, Session>>> {
  return fc.commands(
    commandsFor(clients, () => true),
    { maxCommands, size: 'max', disableReplayLog: true },
  )
}

/** The same number of commands for each of a few resources, which are there from the start and stay. */
export function crowd(perResource: number): fc.Arbitrary<Iterable<fc.AsyncCommand<Directory, Session>>> {
  const any = {
    slot: 0,
    users: [0],
    groups: [],
    userName: undefined,
    active: true,
    isForeign: false,
    spelling: 0,
  } as const
  const first = tenants.flatMap((tenant) =>
    ['create a user', 'create a user', 'create a group', 'create a group'].map(
      (wanted) => new Command(wanted, makeAskOf(wanted), { ...any, client: 0, tenant, precondition: 'none' }),
    ),
  )
  const length = first.length * perResource
  const each = commandsFor(clients, (name) => !/^(?:create|delete)/.test(name))
  return fc
    .array(fc.oneof(...each), { minLength: length, maxLength: length, size: 'max' })
    .map((others) => [...first, ...others])
}

function makeAskOf(wanted: string): MakeAsk {
  const [, , makeAsk] = moves.find(([name]) => name === wanted) ?? []
  if (!makeAsk) throw new Error(`nobody can ${wanted}`)
  return makeAsk
}
