import type { WireCaseDefinition } from '../../case.js'
import { expectThat, expectToHave } from '../../expect.js'
import { isJsonObject, type JsonObject } from '../../json.js'
import type { Wire } from '../../wire.js'
import { valuesAt } from '../attributes.js'
import { patchableUser } from './patch-values.js'

// A lost update is seen only where the server keeps what is written one after the other: so that is tried first.

/** Attributes of users with several values, and such values. */
const lists: Readonly<Record<string, (wire: Wire, index: number) => string>> = {
  phoneNumbers: (_, index) => `555-000${index}`,
  emails: (wire, index) => wire.userName(`parallel-${index}`),
}

/** Attributes of users with one value, and a value of each round that is not that of the round before. */
const singles: Readonly<Record<string, (wire: Wire, round: number) => unknown>> = {
  displayName: (wire) => wire.mark('display'),
  title: (wire) => wire.mark('title'),
  nickName: (wire) => wire.mark('nick'),
  'name.givenName': (wire) => wire.mark('given'),
  'name.familyName': (wire) => wire.mark('family'),
  userName: (wire) => wire.userName('parallel'),
  active: (_, round) => round % 2 === 0,
}

const rounds = 4

/** What a PATCH changed is still there after others at the same time (RFC 7644 3.5.2). */
export const patchParallel: WireCaseDefinition = {
  id: 'patch-parallel',
  name: 'PATCHes at the same time lose nothing',
  source: 'RFC 7644 3.5.2',
  async run(wire) {
    const list = await keptList(wire)
    if (list !== undefined) return addAtOnce(wire, list)
    const names = await keptSingles(wire)
    if (names.length >= 2) return replaceAtOnce(wire, names)
    wire.skip(
      `the server was not seen to keep two values that could be changed at the same time: neither several of ${Object.keys(lists).join(' or ')}, nor two of ${Object.keys(singles).join(', ')}`,
    )
  },
}

async function isTaken(wire: Wire, path: string, operation: JsonObject): Promise<boolean> {
  return (await wire.patch(path, [operation])).status < 300
}

/** An attribute that keeps values which are added one after the other. */
async function keptList(wire: Wire): Promise<string | undefined> {
  for (const [name, make] of Object.entries(lists)) {
    if (!wire.target.writes(`${name}.value`)) continue
    const [, path] = await patchableUser(wire, { [name]: undefined })
    const values = [0, 1].map((index) => make(wire, index))
    for (const value of values) await isTaken(wire, path, { op: 'add', path: name, value: [{ value }] })
    const stored = valuesAt(await wire.read(path), name)
    if (values.every((value) => stored.includes(value))) return name
  }
  return undefined
}

async function addAtOnce(wire: Wire, name: string): Promise<void> {
  const [, path] = await patchableUser(wire, { [name]: undefined })
  const values = Array.from({ length: 8 }, (_, index) => lists[name]?.(wire, index))
  const operations = values.map((value) => ({ op: 'add', path: name, value: [{ value }] }))
  const taken = await takenOf(wire, path, operations, values)
  expectToHave(valuesAt(await wire.read(path), name), taken, `the values of ${name}`)
}

/** Attributes that keep a value which is given to each of them alone. */
async function keptSingles(wire: Wire): Promise<readonly string[]> {
  const [, path] = await patchableUser(wire)
  const kept: string[] = []
  for (const name of Object.keys(singles).filter((one) => wire.target.writes(one))) {
    const value = singles[name]?.(wire, 1)
    const isAnswered = await isTaken(wire, path, { op: 'replace', path: name, value })
    if (isAnswered && foundAt(await wire.read(path), name) === value) kept.push(name)
  }
  return kept
}

async function replaceAtOnce(wire: Wire, names: readonly string[]): Promise<void> {
  const [, path] = await patchableUser(wire)
  for (let round = 0; round < rounds; round += 1) {
    const values = names.map((name) => [name, singles[name]?.(wire, round)] as const)
    const operations = values.map(([name, value]) => ({ op: 'replace', path: name, value }))
    const taken = await takenOf(wire, path, operations, values)
    const stored = await wire.read(path)
    const found = Object.fromEntries(taken.map(([name]) => [name, foundAt(stored, name)]))
    expectToHave(found, Object.fromEntries(taken), 'the user')
  }
}

/** Sends operations at the same time, and gives back of the values that they write those that were taken. */
async function takenOf<T>(
  wire: Wire,
  path: string,
  operations: readonly JsonObject[],
  values: readonly T[],
): Promise<readonly T[]> {
  const replies = await Promise.all(operations.map((one) => isTaken(wire, path, one)))
  // Who was refused was told so.
  const taken = values.filter((_, index) => replies[index])
  expectThat(taken.length > 0, 'every PATCH was refused', 'some that are taken')
  return taken
}

function foundAt(resource: JsonObject, path: string): unknown {
  const [name = '', sub] = path.split('.')
  const value = resource[name]
  return sub === undefined ? value : isJsonObject(value) ? value[sub] : undefined
}
