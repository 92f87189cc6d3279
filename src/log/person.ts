import type { LogEntry, LoggedResource, LogOutcome, LogQuery, RequestLogStore } from '../stores/index.js'
import type { Digests } from './digests.js'

/** How many entries are read at once. */
const pageSize = 1000

/** How many resources or names are asked for at once. */
const atOnce = 100

/** What entries about a person have. */
export interface Person {
  /** The HMAC of what they are known by. */
  readonly subjects: readonly string[]
  readonly resources: readonly LoggedResource[]
}

/** All entries that a query is about, the newest first. */
async function* allEntries(store: RequestLogStore, query: Omit<LogQuery, 'limit'>): AsyncGenerator<LogEntry> {
  for (let before: string | undefined; ; ) {
    const asked = { ...query, limit: pageSize }
    const entries = await store.find(before === undefined ? asked : { ...asked, before })
    yield* entries
    before = entries.at(-1)?.id
    if (entries.length < pageSize) return
  }
}

/** A person, with their resources, however many lookups have come since one was written. */
export async function personOf(
  store: RequestLogStore,
  digests: Digests,
  tenant: string | undefined,
  folded: string,
): Promise<Person> {
  const subjects = [await digests.ofSubject(tenant, folded)]
  const resources = new Map<string, LoggedResource>()
  for await (const { resourceType, resourceId } of allEntries(store, { tenant, subjects })) {
    if (resourceType !== undefined && resourceId !== undefined)
      resources.set(JSON.stringify([resourceType, resourceId]), { resourceType, resourceId })
  }
  return { subjects, resources: [...resources.values()] }
}

/** What changes what is known of a person; they are looked up all the time. */
const decisive: readonly LogOutcome[] = [
  'created',
  'linked',
  'changed',
  'unchanged',
  'deactivated',
  'reactivated',
  'deleted',
  'refused',
  'failed',
]

/** The newest entries about a person, and the newest of those that are no mere look, the newest first. */
export async function lastEntriesAbout(
  store: RequestLogStore,
  tenant: string | undefined,
  person: Person,
  limit: number,
): Promise<readonly LogEntry[]> {
  const [newest, writes] = await Promise.all([
    store.find({ tenant, ...person, limit }),
    store.find({ tenant, ...person, outcomes: decisive, limit }),
  ])
  const entries = new Map([...newest, ...writes].map((entry) => [entry.id, entry]))
  return [...entries.values()].sort((a, b) => (a.id < b.id ? 1 : -1))
}

/** The HMACs of all names that a person has had, as far as requests have changed or created them. */
async function namesOf(
  store: RequestLogStore,
  tenant: string | undefined,
  { resources }: Person,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  for (let at = 0; at < resources.length; at += atOnce) {
    const some = resources.slice(at, at + atOnce)
    // What was refused may have been refused because the name is somebody else's.
    for await (const { status, subjects } of allEntries(store, { tenant, resources: some }))
      if (status < 400) for (const subject of subjects) names.add(subject)
  }
  return names
}

/** Removes what a store has about a person, also searches for them by other names, and says how much that was. */
export async function erasePerson(
  store: RequestLogStore,
  tenant: string | undefined,
  person: Person,
): Promise<number> {
  const names = [...(await namesOf(store, tenant, person))]
  const { subjects, resources } = person
  let count = 0
  for (let at = 0; at === 0 || at < Math.max(names.length, resources.length); at += atOnce)
    count += await store.erase({
      tenant,
      subjects: at === 0 ? subjects : [],
      resources: resources.slice(at, at + atOnce),
      lookups: names.slice(at, at + atOnce),
    })
  return count
}
