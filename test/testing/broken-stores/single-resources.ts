import { ScimError } from '../../../src/index.js'
import { all, type BrokenStore, current, overwrite } from './broken.js'

/** Reading, writing, and the errors of both. */
export const singleResources: readonly BrokenStore[] = [
  {
    bug: 'get throws for an id that does not exist',
    caughtBy: /^get gives undefined/,
    says: /get threw something that is no ScimError.*\n.*\n.*Error: no rows/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async get(...asked) {
          const found = await users.get(...asked)
          if (!found) throw new Error('no rows')
          return found
        },
      },
    }),
  },
  {
    bug: 'create loses a part of the name',
    caughtBy: /^every attribute comes back/,
    says: /create gave another name\.middleName/,
    plant: ({ users }) => ({
      users: {
        ...users,
        create: ({ name, ...draft }, context) =>
          users.create(name ? { ...draft, name: { ...name, middleName: undefined } } : draft, context),
      },
    }),
  },
  {
    bug: 'quotes are doubled',
    caughtBy: /^texts come back/,
    says: /pass values to the database as parameters/,
    plant: ({ users }) => ({
      users: {
        ...users,
        create: (draft, context) =>
          users.create(
            { ...draft, ...(draft.displayName && { displayName: draft.displayName.replaceAll("'", "''") }) },
            context,
          ),
      },
    }),
  },
  {
    bug: 'replace merges with what was there',
    caughtBy: /^replace stores what it is given/,
    says: /clear those that the new state does not have/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async replace(id, user, version, context) {
          const {
            id: _id,
            meta: _meta,
            ...before
          } = (await current(users, id, context)) ?? { id, meta: undefined }
          return users.replace(id, { ...before, ...user }, version, context)
        },
      },
    }),
  },
  {
    bug: 'replace of what does not exist creates it',
    caughtBy: /^replace and delete of an id that does not exist/,
    says: /replace of the id .* must be refused, and was accepted/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async replace(id, user, version, context) {
          if (await current(users, id, context)) return users.replace(id, user, version, context)
          return users.create(user, context)
        },
      },
    }),
  },
  {
    bug: 'delete of what does not exist is done',
    caughtBy: /^replace and delete of an id that does not exist/,
    says: /delete of the id .* must be refused, and was accepted/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async delete(id, version, context) {
          if (await current(users, id, context)) await users.delete(id, version, context)
        },
      },
    }),
  },
  {
    bug: 'a deleted user is still counted',
    caughtBy: /^what is deleted is gone/,
    says: /list shows or counts a resource that was deleted/,
    plant: ({ users }) => {
      let deleted = 0
      return {
        users: {
          ...users,
          async delete(...asked) {
            await users.delete(...asked)
            deleted += 1
          },
          async list(query, context) {
            const page = await users.list(query, context)
            return { ...page, totalResults: page.totalResults + deleted }
          },
        },
      }
    },
  },
  {
    bug: 'users who are switched off are not listed',
    caughtBy: /^a resource that is switched off/,
    says: /leaves out a resource that is switched off/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async list(query, context) {
          const page = await users.list(query, context)
          const resources = page.resources.filter(({ active }) => active !== false)
          return { ...page, resources, totalResults: resources.length }
        },
      },
    }),
  },
  {
    bug: 'objects are changed in place',
    caughtBy: /^a resource that was handed out or handed in/,
    says: /replace changed an object that get had handed out/,
    plant: ({ users }) => {
      const shown = new Map<string, Record<string, unknown>>()
      return {
        users: {
          ...users,
          async get(id, projection, context) {
            const found = await users.get(id, projection, context)
            if (!found) return undefined
            const object = shown.get(id) ?? { ...found }
            shown.set(id, object)
            return object as never
          },
          async replace(id, ...asked) {
            const replaced = await users.replace(id, ...asked)
            Object.assign(shown.get(id) ?? {}, replaced)
            return replaced
          },
        },
      }
    },
  },
  {
    bug: 'replace writes the time of creation',
    caughtBy: /^replace stores what it is given/,
    says: /replace changed meta\.created/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async replace(...asked) {
          const replaced = await users.replace(...asked)
          return { ...replaced, meta: { ...replaced.meta, created: '2001-01-01T00:00:00Z' } }
        },
      },
    }),
  },
  {
    bug: 'long texts are cut',
    caughtBy: /^a text that is too long/,
    says: /never cut it/,
    plant: ({ users }) => ({
      users: {
        ...users,
        create: (draft, context) =>
          users.create(
            { ...draft, ...(draft.displayName && { displayName: draft.displayName.slice(0, 255) }) },
            context,
          ),
      },
    }),
  },
  {
    bug: 'long texts are an error of the database',
    caughtBy: /^a text that is too long/,
    says: /fails with what is no ScimError/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async create(draft, context) {
          if ((draft.displayName?.length ?? 0) > 255)
            throw new Error('value too long for type character varying(255)')
          return users.create(draft, context)
        },
      },
    }),
  },
  {
    bug: 'ids are compared without spaces around them',
    caughtBy: /^ids of any form/,
    says: /get of the id .* gave a resource/,
    plant: ({ users }) => ({
      users: { ...users, get: (id, projection, context) => users.get(id.trim(), projection, context) },
    }),
  },
  {
    bug: 'an attribute that is cleared keeps its value',
    caughtBy: /^replace that changes one attribute/,
    says: /a path that has no value in the new state is to be cleared/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async replace(id, user, version, context) {
          const stored = await current(users, id, context)
          const title = user.title ?? (context.changes?.has('title') ? stored?.title : undefined)
          return users.replace(id, { ...user, ...(title !== undefined && { title }) }, version, context)
        },
      },
    }),
  },
  {
    bug: 'changes are looked for at the top of the resource only',
    caughtBy: /^replace that changes one attribute/,
    says: /name\.formatted/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async replace(id, user, version, context) {
          const stored = await current(users, id, context)
          const name = context.changes?.has('name') ? user.name : stored?.name
          return users.replace(id, { ...user, name }, version, context)
        },
      },
    }),
  },
  {
    bug: 'each replace writes the status of the host',
    caughtBy: /^replace leaves what the host keeps/,
    says: /changed what the host keeps in the row/,
    plant: ({ users }) => {
      const status = new Map<string, string>()
      return {
        users: {
          ...users,
          async replace(id, ...asked) {
            status.set(id, 'active')
            return users.replace(id, ...asked)
          },
        },
        hostData: { write: (id) => status.set(id, 'on leave'), read: (id) => status.get(id) ?? null },
      }
    },
  },
  {
    bug: 'each new title writes the status of the host',
    caughtBy: /^replace leaves what the host keeps/,
    says: /replace of title .* changed what the host keeps/,
    plant: ({ users }) => {
      const status = new Map<string, string>()
      return {
        users: {
          ...users,
          async replace(id, user, version, context) {
            if (context.changes?.has('title')) status.set(id, 'active')
            return users.replace(id, user, version, context)
          },
        },
        hostData: { write: (id) => status.set(id, 'on leave'), read: (id) => status.get(id) ?? null },
      }
    },
  },
  {
    bug: 'a call whose signal is aborted never ends',
    hangs: true,
    caughtBy: /^a call whose signal is aborted already/,
    says: /list whose signal was aborted never ended/,
    plant: ({ users }) => ({
      users: {
        ...users,
        list: (query, context) =>
          context.signal?.aborted ? new Promise(() => {}) : users.list(query, context),
      },
    }),
  },
  {
    bug: 'a create whose signal is aborted is refused after it was done',
    caughtBy: /^a call whose signal is aborted already/,
    says: /create whose signal was aborted said something else than it did/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async create(draft, context) {
          const made = await users.create(draft, context)
          if (context.signal?.aborted) throw ScimError.unavailable('aborted')
          return made
        },
      },
    }),
  },
  {
    bug: 'a call that is cancelled fails as if the store were broken',
    caughtBy: /^a call whose signal is aborted already/,
    says: /failed as if the store were broken/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async list(query, context) {
          if (context.signal?.aborted) throw new Error('canceling statement due to user request')
          return users.list(query, context)
        },
      },
    }),
  },
  {
    bug: 'a write that is aborted on its way writes half',
    caughtBy: /^a write that is aborted on its way/,
    says: /half/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async create(draft, context) {
          const { emails, ...first } = draft
          const made = await users.create(first, context)
          await Promise.resolve()
          if (context.signal?.aborted) throw ScimError.unavailable('aborted')
          return overwrite(users, made.id, draft, context)
        },
      },
    }),
  },
  {
    bug: 'a finding of the check says no fix',
    caughtBy: /^what the store says of itself/,
    says: /check gives a finding that lacks something/,
    plant: ({ users }) => ({
      users: {
        ...users,
        check: async (context) => [
          {
            code: 'x',
            severity: 'warning',
            message: `${context.resourceType.name} is slow`,
            where: 'here',
            why: 'so',
            fix: '',
          },
        ],
      },
    }),
  },
  {
    bug: 'lists leave out who was created last',
    caughtBy: /^every attribute comes back/,
    says: /list gave nothing for a resource that is there/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async list(query, context) {
          const left = (await all(users, context)).slice(0, -1)
          const resources = left.slice(0, query.count)
          return { resources, totalResults: left.length === 0 ? 0 : left.length }
        },
      },
    }),
  },
]
