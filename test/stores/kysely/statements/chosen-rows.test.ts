import { expect, it } from 'vitest'
import { bindFilter } from '../../../../src/filter/index.js'
import { isScimError, urns } from '../../../../src/protocol/index.js'
import {
  compileResourceType,
  fullProjection,
  groupResourceType,
  userResourceType,
} from '../../../../src/schema/index.js'
import type { StoreContext, StoredType } from '../../../../src/stores/store.js'
import { type Answer, recorder } from '../recorder.js'
import { squadStore, staffStore } from '../rows/staff.js'

// The statements of stores that have some rows of their table only, and keep those that are deleted.

const user = compileResourceType(userResourceType)
const group = compileResourceType(groupResourceType)
const id = '9007199254740993'
const other = '9007199254740994'
const row = { m_id: id, m_version: '7', m_created: '2020', m_modified: '2021', m_fresh: true }

it('statements over rows that are chosen', async () => {
  const { db, answers, take } = recorder()
  const set = { gone_at: '2020-01-01T00:00:00Z' as never, state: 'OFF' }
  const users = staffStore({ db }, { softDelete: { set, revive: true }, insertDefaults: { source: 'scim' } })
  const groups = squadStore({ db }, { softDelete: { set: { closed: true } } })
  // Stores are typed for what they hold; a service knows their attributes from the registry.
  const types = [
    { type: user, store: users },
    { type: group, store: groups },
  ] as unknown as readonly StoredType[]
  const about = (resourceType: typeof user): StoreContext => {
    return { tenant: 'acme', actor: 'okta', requestId: '1', resourceType, signal: undefined, types }
  }
  const [ofUsers, ofGroups] = [about(user), about(group)]
  const ann = { schemas: [urns.user], userName: 'ann', active: true }
  const team = { schemas: [urns.group], displayName: 'team', members: [{ value: other, type: 'User' }] }
  const ask = (type: typeof user, filter?: string) => ({
    filter: filter === undefined ? undefined : bindFilter(type, filter),
    sort: undefined,
    startIndex: 1,
    count: 10,
    projection: fullProjection(type),
  })
  const change = (members: object) =>
    groups.changeMembers?.(id, members as never, undefined, ofGroups) ?? Promise.resolve()
  const steps: Readonly<Record<string, readonly [answers: readonly Answer[], step: () => unknown]>> = {
    get: [[], () => users.get(id, fullProjection(user), ofUsers)],
    'get of a group': [[], () => groups.get(id, fullProjection(group), ofGroups)],
    list: [[], () => users.list(ask(user), ofUsers)],
    'list: a lookup': [[], () => users.list(ask(user, 'userName eq "ann"'), ofUsers)],
    'list: groups of a member': [[], () => groups.list(ask(group, `members.value eq "${id}"`), ofGroups)],
    members: [
      [],
      async () => {
        for await (const _page of groups.members?.(id, ofGroups) ?? []);
      },
    ],
    groupsOf: [[], () => groups.groupsOf?.([id], ofGroups)],
    create: [[[], [row]], () => users.create(ann, ofUsers)],
    'create what was deleted': [
      [[{ m_id: id }], [{ m_found: 1 }], [row], [row]],
      () => users.create(ann, ofUsers),
    ],
    'create a group': [[[row], [], [row]], () => groups.create(team, ofGroups)],
    delete: [[[row]], () => users.delete(id, '7', ofUsers)],
    'delete what is gone': [[], () => users.delete(id, '7', ofUsers)],
    'delete a group': [[[row]], () => groups.delete(id, undefined, ofGroups)],
    'add and remove members': [[[row]], () => change({ add: team.members, remove: [id] })],
    'replace members': [[[row]], () => change({ replaceAll: team.members })],
  }
  const parts: string[] = []
  for (const [name, [given, step]] of Object.entries(steps)) {
    answers.length = 0
    answers.push(...given)
    const failure = await Promise.resolve(step()).then(
      () => '',
      (error: Error) => `\n-- throws ${isScimError(error) ? error.status : error.message}`,
    )
    parts.push(`-- ${name}\n${take()}${failure}`)
  }
  await expect(`${parts.join('\n\n')}\n`).toMatchFileSnapshot('./chosen-rows.sql')
})
