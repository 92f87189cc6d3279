import type { Group, ResourceStore } from '../../../src/index.js'
import { fullProjection } from '../../../src/schema/index.js'
import { all, type BrokenStore, pause } from './broken.js'

type Groups = ResourceStore<Group>
type Change = NonNullable<Groups['changeMembers']>

/** A mistake in changeMembers. */
function changing(
  bug: string,
  caughtBy: RegExp,
  says: RegExp,
  change: (groups: Groups, honest: Change) => Change,
): BrokenStore {
  return {
    bug,
    caughtBy,
    says,
    plant({ groups }) {
      const honest = groups.changeMembers
      if (!honest) throw new Error('the store has no changeMembers')
      return { groups: { ...groups, changeMembers: change(groups, honest) } }
    },
  }
}

const ids = (group: Group | undefined) => (group?.members ?? []).map(({ value = '' }) => value)

/** Groups and members. */
export const groupFaults: readonly BrokenStore[] = [
  {
    bug: 'replace keeps the members of before',
    caughtBy: /^a group keeps its members/,
    says: /replace: the group has other members/,
    plant: ({ groups }) => ({
      groups: {
        ...groups,
        async replace(id, group, version, context) {
          const before = await groups.get(id, fullProjection(context.resourceType), context)
          const members = [...(before?.members ?? []), ...(group.members ?? [])]
          const each = members.filter(
            ({ value }, at) => members.findIndex((one) => one.value === value) === at,
          )
          return groups.replace(id, each.length > 0 ? { ...group, members: each } : group, version, context)
        },
      },
    }),
  },
  {
    bug: 'deleting a group deletes its members',
    caughtBy: /^deleting a group deletes no member/,
    says: /deleting a group deleted its members/,
    plant: ({ users, groups }) => ({
      groups: {
        ...groups,
        async delete(id, version, context) {
          const group = await groups.get(id, fullProjection(context.resourceType), context)
          await groups.delete(id, version, context)
          const type = context.types?.find(({ type }) => type.name === 'User')?.type
          if (type)
            for (const member of ids(group))
              await users.delete(member, undefined, { ...context, resourceType: type })
        },
      },
    }),
  },
  {
    bug: 'groups are found by the first of their members only',
    caughtBy: /^groups are found by their members/,
    says: /finds other groups than those with such members/,
    plant: ({ groups }) => ({
      groups: {
        ...groups,
        async list(query, context) {
          const { filter } = query
          const page = await groups.list({ ...query, filter: undefined, startIndex: 1, count: 1000 }, context)
          const resources = page.resources.filter(
            (group) =>
              filter?.matches({ ...group, ...(group.members && { members: group.members.slice(0, 1) }) }) ??
              true,
          )
          return { resources: resources.slice(0, query.count), totalResults: resources.length }
        },
      },
    }),
  },
  {
    bug: 'a second group of a name is accepted in another case',
    caughtBy: /^the name of a group is unique/,
    says: /whose displayName is there in another case of letters must be refused, and was accepted/,
    plant: ({ groups }) => {
      const context = (asked: Parameters<Groups['get']>[2]) => ({
        ...asked,
        resourceType: { ...asked.resourceType, unique: [] },
      })
      return {
        groups: {
          ...groups,
          create: (draft, asked) => groups.create(draft, context(asked)),
          get: (id, projection, asked) => groups.get(id, projection, context(asked)),
          list: (query, asked) => groups.list(query, context(asked)),
        },
      }
    },
  },
  {
    bug: 'the groups of a user are remembered',
    caughtBy: /^groupsOf tells the groups/,
    says: /groupsOf tells other groups/,
    plant: ({ groups }) => {
      const known = new Map<string, Awaited<ReturnType<NonNullable<Groups['groupsOf']>>>>()
      return {
        groups: {
          ...groups,
          async groupsOf(asked, context) {
            const key = asked.join()
            const found = known.get(key) ?? (await groups.groupsOf?.(asked, context)) ?? new Map()
            known.set(key, found)
            return found
          },
        },
      }
    },
  },
  {
    bug: 'only one group of a user is told',
    caughtBy: /^groupsOf tells the groups/,
    says: /groupsOf tells other groups/,
    plant: ({ groups }) => ({
      groups: {
        ...groups,
        async groupsOf(asked, context) {
          const found = (await groups.groupsOf?.(asked, context)) ?? new Map()
          return new Map([...found].map(([id, list]) => [id, list.slice(0, 1)]))
        },
      },
    }),
  },
  {
    bug: 'a batch of members is skipped',
    caughtBy: /^members gives each member of a group once/,
    says: /members does not give each member once/,
    plant: ({ groups }) => ({
      groups: {
        ...groups,
        async *members(id, context) {
          const group = await groups.get(id, fullProjection(context.resourceType), context)
          const list = ids(group)
            .sort()
            .map((value) => ({ value }))
          for (let at = 0; at < list.length; at += 20) yield list.slice(at, at + 19)
        },
      },
    }),
  },
  {
    bug: 'members come in another order each time',
    caughtBy: /^members gives each member of a group once/,
    says: /members gives another order the second time/,
    plant: ({ groups }) => {
      let count = 0
      return {
        groups: {
          ...groups,
          async *members(id, context) {
            const list = ids(await groups.get(id, fullProjection(context.resourceType), context)).map(
              (value) => ({ value }),
            )
            yield ++count % 2 === 0 ? list.reverse() : list
          },
        },
      }
    },
  },
  {
    bug: 'a name that was chosen for a member is replaced',
    caughtBy: /^renameMember gives members the new name/,
    says: /changed the display of other memberships/,
    plant: ({ groups }) => ({
      groups: {
        ...groups,
        async renameMember(member, names, context) {
          const [name = ''] = names.values()
          await groups.renameMember?.(member, new Map([...names, ['Chosen', name]]), context)
        },
      },
    }),
  },
  {
    bug: 'a new name of a member is a change of the group',
    caughtBy: /^renameMember gives members the new name/,
    says: /renameMember changed the version of the group/,
    plant: ({ groups }) => ({
      groups: {
        ...groups,
        async renameMember(member, names, context) {
          await groups.renameMember?.(member, names, context)
          for (const { id, meta, ...group } of await all(groups as never, context)) {
            const { displayName = '', ...rest } = group as unknown as Group
            await groups.replace(id, { ...rest, displayName: `${displayName}.` }, meta.version, context)
          }
        },
      },
    }),
  },
  changing(
    'members are read, changed and written as a whole',
    /^of many that change members of one group at once/,
    /never read all members, change the list and write it back/,
    (groups, honest) => async (id, change, version, context) => {
      if ('replaceAll' in change) return honest(id, change, version, context)
      const group = await groups.get(id, fullProjection(context.resourceType), context)
      await pause()
      const stay = (group?.members ?? []).filter(({ value = '' }) => !change.remove.includes(value))
      const replaceAll = [...stay.map((one) => ({ ...one, value: one.value ?? '' })), ...change.add]
      return honest(id, { replaceAll }, version, context)
    },
  ),
  changing(
    'a removal removes everybody',
    /^changeMembers adds and removes the members that it names/,
    /other (ids than those that came and went|members)/,
    (_groups, honest) => (id, change, version, context) =>
      honest(
        id,
        'replaceAll' in change || change.remove.length === 0 ? change : { replaceAll: change.add },
        version,
        context,
      ),
  ),
  changing(
    'what is asked for is told, and not what came and went',
    /^changeMembers adds and removes the members that it names/,
    /changeMembers tells other ids/,
    (_groups, honest) => async (id, change, version, context) => {
      const result = await honest(id, change, version, context)
      return 'replaceAll' in change
        ? result
        : { ...result, added: change.add.map(({ value }) => value), removed: change.remove }
    },
  ),
  changing(
    'a change of nothing makes a version',
    /^changeMembers that changes nothing/,
    /that changes nothing made a new version/,
    (_groups, honest) => {
      let count = 0
      return async (...asked) => {
        const result = await honest(...asked)
        return { ...result, meta: { ...result.meta, version: `${result.meta.version}.${++count}` } }
      }
    },
  ),
  changing(
    'a member who is added again becomes what comes with it',
    /^changeMembers that changes nothing/,
    /that changes nothing made a new version/,
    (groups, honest) => async (id, change, version, context) => {
      const group = await groups.get(id, fullProjection(context.resourceType), context)
      const again = 'replaceAll' in change ? [] : change.add.filter(({ value }) => ids(group).includes(value))
      if ('replaceAll' in change || again.length === 0) return honest(id, change, version, context)
      const stay = (group?.members ?? []).filter(({ value = '' }) => !change.remove.includes(value))
      const members = new Map([...stay, ...change.add].map((one) => [one.value ?? '', one]))
      const replaceAll = [...members].map(([value, one]) => ({ ...one, value }))
      return honest(id, { replaceAll }, version, context)
    },
  ),
  changing(
    'replaceAll only adds',
    /^changeMembers with replaceAll/,
    /changeMembers tells other ids/,
    (_groups, honest) => (id, change, version, context) =>
      honest(id, 'replaceAll' in change ? { add: change.replaceAll, remove: [] } : change, version, context),
  ),
  changing(
    'the version of the group is not looked at',
    /^changeMembers at another version/,
    /changeMembers that expects another version .* was accepted/,
    (_groups, honest) => (id, change, _version, context) => honest(id, change, undefined, context),
  ),
  changing(
    'the version of the group is compared before the change',
    /^of many changes of members that expect one version/,
    /changes of members that expected one version, \d+ were accepted/,
    (groups, honest) => async (id, change, version, context) => {
      const group = await groups.get(id, fullProjection(context.resourceType), context)
      await pause()
      const isSame = version === undefined || group?.meta.version === version
      return honest(id, change, isSame ? undefined : version, context)
    },
  ),
]
