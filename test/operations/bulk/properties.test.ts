import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Group, User } from '../../../src/index.js'
import { memoryStore, urns } from '../../../src/index.js'
import { managedBy, patchOf, postUser, serveBulk } from './bulk.js'

type Service = ReturnType<typeof serveBulk>

/** A resource that an operation is about: one that was there before, or what an earlier operation may create. */
type Target = { readonly there: number } | { readonly made: number }

interface Step {
  readonly verb: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly isGroup: boolean
  readonly target: Target
  /** What it refers to in its body. */
  readonly other: Target | undefined
  readonly name: string
  readonly change: number
  readonly version: string | undefined
}

const target = fc.oneof(
  fc.record({ there: fc.nat(3) }),
  fc.record({ made: fc.nat(11) }),
  fc.record({ made: fc.nat(3) }),
)
const step: fc.Arbitrary<Step> = fc.record({
  verb: fc.constantFrom('POST', 'POST', 'PUT', 'PATCH', 'PATCH', 'DELETE'),
  isGroup: fc.boolean(),
  target,
  other: fc.option(target, { nil: undefined }),
  // Few, so that some are taken; and one that is none.
  name: fc.constantFrom('ann', 'bob', 'cy', 'dee', 'eve', 'fay', ''),
  change: fc.nat(5),
  version: fc.constantFrom(undefined, undefined, undefined, 'W/"1"', 'W/"2"', '*'),
})

async function prepare(service: Service): Promise<readonly string[]> {
  const ann = await service.createUser({ userName: 'ann', title: 'Guide' })
  const bob = await service.createUser({ userName: 'bob', active: false })
  const members = [{ value: ann.id }, { value: bob.id }]
  const staff = await service.createGroup({ displayName: 'cy', members })
  const empty = await service.createGroup({ displayName: 'dee' })
  return [ann.id, bob.id, staff.id, empty.id]
}

function groupPatch(change: number, other: string): readonly object[] {
  return [
    [{ op: 'add', path: 'members', value: [{ value: other }] }],
    [{ op: 'remove', path: `members[value eq "${other}"]` }],
    [{ op: 'replace', path: 'members', value: [{ value: other }] }],
    [{ op: 'remove', path: 'members' }],
    [{ op: 'add', path: 'nonsense[', value: 1 }],
    [{ op: 'replace', path: 'displayName', value: 'fay' }],
  ][change] as readonly object[]
}

function userPatch(change: number, other: string): readonly object[] {
  const manager = `${urns.enterpriseUser}:manager`
  return [
    [{ op: 'replace', path: 'active', value: change === 0 }],
    [{ op: 'add', path: manager, value: { value: other } }],
    [{ op: 'remove', path: manager }],
    [{ op: 'replace', path: 'userName', value: 'eve' }],
    [{ op: 'replace', path: 'meta.version', value: 'x' }],
    [{ op: 'add', value: { title: 'Head', nickName: other } }],
  ][change] as readonly object[]
}

/** The operation of a step; `idOf` says how a resource is named. */
function toOperation(one: Step, index: number, idOf: (target: Target) => string) {
  const { verb, isGroup, name, change, version } = one
  const path = isGroup ? '/Groups' : '/Users'
  const other = one.other && idOf(one.other)
  const group = {
    schemas: [urns.group],
    displayName: name,
    ...(other !== undefined && { members: [{ value: other }] }),
  }
  const user = {
    schemas: [urns.user],
    userName: name,
    ...(change > 2 && { title: 'Guide' }),
    ...(other !== undefined && { [urns.enterpriseUser]: { manager: { value: other } } }),
  }
  const data = isGroup ? group : user
  if (verb === 'POST') return { method: verb, path, bulkId: `b${index}`, data }
  const whole = `${path}/${idOf(one.target)}`
  if (verb === 'PUT') return { method: verb, path: whole, version, data }
  if (verb === 'DELETE') return { method: verb, path: whole, version, data: undefined }
  const operations = (isGroup ? groupPatch : userPatch)(change, other ?? 'nobody')
  return { ...patchOf(whole, ...operations), version }
}

/** A service whose ids are those of another one that does the same. */
function countingService(): Service {
  const ids = (prefix: string) => {
    let count = 0
    return { newId: () => `${prefix}-${++count}` }
  }
  return serveBulk({ users: memoryStore<User>(ids('user')), groups: memoryStore<Group>(ids('group')) })
}

/** Everything there is, without the time of day. */
async function state(service: Service): Promise<string> {
  const users = await service.get('/Users?count=1000')
  const groups = await service.get('/Groups?count=1000')
  return `${users.text} ${groups.text}`.replace(/"(?:created|lastModified)":"[^"]*",/g, '')
}

/** What earlier steps can be referred to: those that create something. */
function cut(steps: readonly Step[]): readonly Step[] {
  const earlier = (one: Target, index: number): Target => {
    if ('there' in one) return one
    const made = steps.slice(0, index).flatMap(({ verb }, at) => (verb === 'POST' ? [at] : []))
    return made.length === 0 ? { there: one.made % 4 } : { made: made[one.made % made.length] ?? 0 }
  }
  return steps.map((one, index) => ({
    ...one,
    target: earlier(one.target, index),
    other: one.other && earlier(one.other, index),
  }))
}

/** Sends steps one by one. A step that refers to what was not created cannot be sent, and is 409. */
async function oneByOne(service: Service, steps: readonly Step[]): Promise<readonly string[]> {
  const there = await prepare(service)
  const made = new Map<number, string>()
  const statuses: string[] = []
  for (const [index, one] of steps.entries()) {
    const idOf = (target: Target) =>
      ('there' in target ? there[target.there] : made.get(target.made)) ?? 'was not created'
    const operation = toOperation(one, index, idOf)
    const { method, path, data, ...rest } = operation
    if (JSON.stringify(operation).includes('was not created')) {
      statuses.push('409')
      continue
    }
    const version = 'version' in rest ? rest.version : undefined
    const headers = version === undefined ? {} : { 'if-match': version }
    const reply = await service.send(method, path, { headers, ...(data !== undefined && { body: data }) })
    if (method === 'POST' && reply.status === 201) made.set(index, reply.body.id)
    statuses.push(String(reply.status))
  }
  return statuses
}

async function allAtOnce(service: Service, steps: readonly Step[]): Promise<readonly string[]> {
  const there = await prepare(service)
  const idOf = (target: Target) =>
    'there' in target ? (there[target.there] ?? '') : `bulkId:b${target.made}`
  const { status, statuses } = await service.bulk(steps.map((one, index) => toOperation(one, index, idOf)))
  expect(status).toBe(200)
  return statuses
}

describe('a bulk request', () => {
  it('comes to the same as its operations one by one', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (drawn) => {
        const steps = cut(drawn)
        const [single, together] = [countingService(), countingService()]
        const statuses = await oneByOne(single, steps)
        expect(await allAtOnce(together, steps)).toEqual(statuses)
        expect(await state(together)).toBe(await state(single))
        for (const one of statuses) seen.add(one)
      }),
      { numRuns: 200 },
    )
    // Otherwise it would say little.
    expect([...seen].sort()).toEqual(['200', '201', '204', '400', '404', '409', '412'])
  })

  it('creates any web of references, in whatever order it comes', async () => {
    const web = fc.integer({ min: 1, max: 8 }).chain((size) => {
      const edges = fc.array(fc.nat(size - 1), { maxLength: 4 })
      return fc.record({
        references: fc.array(fc.record({ isGroup: fc.boolean(), to: edges }), {
          minLength: size,
          maxLength: size,
        }),
        order: fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
      })
    })
    await fc.assert(
      fc.asyncProperty(web, async ({ references, order }) => {
        const service = serveBulk()
        const operations = order.map((index) => {
          const { isGroup, to } = references[index] ?? { isGroup: true, to: [] }
          if (!isGroup) return postUser(`n${index}`, to[0] === undefined ? {} : managedBy(`n${to[0]}`))
          const members = to.map((other) => ({ value: `bulkId:n${other}` }))
          const data = { schemas: [urns.group], displayName: `n${index}`, members }
          return { method: 'POST', path: '/Groups', bulkId: `n${index}`, data }
        })
        const { results, statuses } = await service.bulk(operations)
        expect(new Set(statuses)).toEqual(new Set(['201']))
        const ids = new Map(results.map((result) => [result.bulkId, service.idIn(result)]))
        for (const [index, { isGroup, to }] of references.entries()) {
          const id = ids.get(`n${index}`) ?? ''
          const expected = to.map((other) => ids.get(`n${other}`))
          if (isGroup) {
            const { members = [] } = await service.storedGroup(id)
            expect(new Set(members.map(({ value }) => value))).toEqual(new Set(expected))
          } else {
            const user = await service.storedUser(id)
            // A group is no manager, and its id only text.
            expect(user[urns.enterpriseUser]?.manager?.value).toBe(expected[0])
          }
        }
      }),
      { numRuns: 150 },
    )
  })
})
