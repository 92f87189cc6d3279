import { ScimError } from '../../../src/index.js'
import { isEqual } from '../../../src/protocol/index.js'
import { all, type BrokenStore, current, overwrite, pause, type Users, withoutUnique } from './broken.js'

/** A store that looks whether a name is free, and then writes. */
function looking(
  users: Users,
  options: {
    readonly isSame: (a: string, b: string) => boolean
    readonly inReplace: boolean
    readonly slowly: boolean
    readonly error: () => Error
  },
): Users {
  const assertFree = async (name: string, id: string | undefined, context: Parameters<Users['get']>[2]) => {
    const holder = (await all(users, withoutUnique(context))).find((one) =>
      options.isSame(one.userName, name),
    )
    if (holder && holder.id !== id) throw options.error()
    if (options.slowly) await pause()
  }
  return {
    ...users,
    get: (id, projection, context) => users.get(id, projection, withoutUnique(context)),
    list: (query, context) => users.list(query, withoutUnique(context)),
    delete: (id, version, context) => users.delete(id, version, withoutUnique(context)),
    async create(draft, context) {
      await assertFree(draft.userName, undefined, context)
      return users.create(draft, withoutUnique(context))
    },
    async replace(id, user, version, context) {
      if (options.inReplace) await assertFree(user.userName, id, context)
      return users.replace(id, user, version, withoutUnique(context))
    },
  }
}

const folded = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
const taken = () => ScimError.uniqueness('userName')
const honest = { isSame: folded, inReplace: true, slowly: false, error: taken }

/** Versions, uniqueness, and what overlaps. */
export const writers: readonly BrokenStore[] = [
  {
    bug: 'replace does not look at the version',
    caughtBy: /^a write that expects another version/,
    says: /replace that expects the version "1", and not the stored "2", must be refused, and was accepted/,
    plant: ({ users }) => ({
      users: { ...users, replace: (id, user, _version, context) => overwrite(users, id, user, context) },
    }),
  },
  {
    bug: 'delete does not look at the version',
    caughtBy: /^a write that expects another version/,
    says: /delete that expects the version "1", and not the stored "2", must be refused, and was accepted/,
    plant: ({ users }) => ({
      users: { ...users, delete: (id, _version, context) => users.delete(id, undefined, context) },
    }),
  },
  {
    bug: 'versions are made of the content',
    caughtBy: /^each change makes a version/,
    says: /a version that it had before/,
    plant: ({ users }) => {
      const hashed = <T extends { readonly meta: { readonly version: string } }>(user: T): T => {
        const { meta, ...rest } = user
        return { ...user, meta: { ...meta, version: JSON.stringify(rest) } }
      }
      return {
        users: {
          ...users,
          async get(...asked) {
            const found = await users.get(...asked)
            return found && hashed(found)
          },
          create: async (...asked) => hashed(await users.create(...asked)),
          async replace(id, user, version, context) {
            const stored = await current(users, id, context)
            if (!stored) throw ScimError.notFound()
            if (hashed(stored).meta.version !== version) throw ScimError.versionMismatch()
            return hashed(await users.replace(id, user, stored.meta.version, context))
          },
        },
      }
    },
  },
  {
    bug: 'the version is compared before the write and not in it',
    caughtBy: /^of many writers of one version/,
    says: /writers that expected one version, \d+ were accepted/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async replace(id, user, version, context) {
          const stored = await current(users, id, context)
          if (stored && stored.meta.version !== version) throw ScimError.versionMismatch()
          await pause()
          return overwrite(users, id, user, context)
        },
      },
    }),
  },
  {
    bug: 'a write that meets another is repeated over it',
    caughtBy: /^no change is lost/,
    says: /changes, \d+ were lost/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async replace(id, user, version, context) {
          await pause()
          return users.replace(id, user, version, context).catch(() => overwrite(users, id, user, context))
        },
      },
    }),
  },
  {
    bug: 'a delete wins over what has changed meanwhile',
    caughtBy: /^of a delete and replacements/,
    says: /not exactly one was accepted/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async delete(id, _version, context) {
          await pause(1)
          await users.delete(id, undefined, context)
        },
      },
    }),
  },
  {
    bug: 'lastModified stays as it was',
    caughtBy: /^a change moves lastModified/,
    says: /meta\.lastModified stayed/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async replace(...asked) {
          const replaced = await users.replace(...asked)
          return { ...replaced, meta: { ...replaced.meta, lastModified: replaced.meta.created } }
        },
      },
    }),
  },
  {
    bug: 'names are unique with regard to case',
    caughtBy: /^a unique value is there once/,
    says: /in another case of letters must be refused, and was accepted/,
    plant: ({ users }) => ({ users: looking(users, { ...honest, isSame: (a, b) => a === b }) }),
  },
  {
    bug: 'replace takes a name that another has',
    caughtBy: /^a unique value is there once/,
    says: /replace with a userName that another resource has must be refused, and was accepted/,
    plant: ({ users }) => ({ users: looking(users, { ...honest, inReplace: false }) }),
  },
  {
    bug: 'a name that is taken is an error of the database',
    caughtBy: /^a unique value is there once/,
    says: /is not a ScimError/,
    plant: ({ users }) => ({
      users: looking(users, {
        ...honest,
        error: () => new Error('duplicate key value violates unique constraint'),
      }),
    }),
  },
  {
    bug: 'a name that is taken is an error about another attribute',
    caughtBy: /^a unique value is there once/,
    says: /the path userName[\s\S]*about emails/,
    plant: ({ users }) => ({
      users: looking(users, { ...honest, error: () => ScimError.uniqueness('emails') }),
    }),
  },
  {
    bug: 'a name is looked up before it is taken',
    caughtBy: /^of many that create one unique value/,
    says: /writers that created one userName, \d+ were accepted/,
    plant: ({ users }) => ({ users: looking(users, { ...honest, slowly: true }) }),
  },
  {
    bug: 'a name is looked up before it is taken by replace',
    caughtBy: /^of many that take one unique value by replace/,
    says: /writers that renamed to one userName, \d+ were accepted/,
    plant: ({ users }) => ({ users: looking(users, { ...honest, slowly: true }) }),
  },
  {
    bug: 'a user cannot keep the name in another case',
    caughtBy: /^a resource keeps its own unique value/,
    says: /the store refused what it must do/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async replace(id, user, version, context) {
          const stored = await current(users, id, context)
          if (stored && stored.userName !== user.userName && folded(stored.userName, user.userName))
            throw taken()
          return users.replace(id, user, version, context)
        },
      },
    }),
  },
  {
    bug: 'a copy is read after it is old',
    caughtBy: /^the history of one resource/,
    says: /stale read/,
    plant: ({ users }) => {
      const copies = new Map<string, Awaited<ReturnType<Users['get']>>>()
      let count = 0
      return {
        users: {
          ...users,
          async get(id, ...asked) {
            const found = await users.get(id, ...asked)
            await pause(1)
            if (++count % 3 === 0 && copies.has(id)) return copies.get(id)
            if (!copies.has(id)) copies.set(id, found)
            return found
          },
          async replace(...asked) {
            await pause(1)
            return users.replace(...asked)
          },
        },
      }
    },
  },
  {
    bug: 'a write is seen before it is accepted',
    caughtBy: /^the history of one resource/,
    says: /dirty or a torn read/,
    plant: ({ users }) => {
      const written = new Map<string, object>()
      return {
        users: {
          ...users,
          async get(id, ...asked) {
            const found = await users.get(id, ...asked)
            await pause(1)
            return found && ({ ...found, ...written.get(id), id, meta: found.meta } as never)
          },
          async replace(id, user, ...asked) {
            written.set(id, user)
            await pause(2)
            written.delete(id)
            return users.replace(id, user, ...asked)
          },
        },
      }
    },
  },
  {
    bug: 'two writes of one version are both accepted when they overlap',
    caughtBy: /^the history of one resource/,
    says: /lost update/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async replace(id, user, version, context) {
          const stored = await current(users, id, context)
          if (stored && stored.meta.version !== version) throw ScimError.versionMismatch()
          await pause(2)
          const now = await current(users, id, context)
          if (isEqual(now, stored)) return users.replace(id, user, version, context)
          return overwrite(users, id, user, context)
        },
        async get(...asked) {
          await pause(1)
          return users.get(...asked)
        },
      },
    }),
  },
]
