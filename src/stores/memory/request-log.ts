import type { LogEntry, LoggedResource, LogQuery, RequestLogStore } from '../request-log.js'

/**
 * A request log's store in this process's memory, for tests and for trying things out: it is gone when the process ends,
 * and other processes do not see it.
 *
 * @example
 * const log = createRequestLog({ store: memoryRequestLog(), secret })
 */
export function memoryRequestLog(): RequestLogStore {
  /** In the order of ids. */
  const byTenant = new Map<string | undefined, LogEntry[]>()

  function entriesOf(tenant: string | undefined): LogEntry[] {
    let entries = byTenant.get(tenant)
    if (!entries) {
      entries = []
      byTenant.set(tenant, entries)
    }
    return entries
  }

  /** Keeps the entries that `isKept` says, and counts the others. */
  function keep(tenant: string | undefined, isKept: (entry: LogEntry, index: number) => boolean): number {
    const entries = entriesOf(tenant)
    const kept = entries.filter(isKept)
    if (kept.length === 0) byTenant.delete(tenant)
    else byTenant.set(tenant, kept)
    return entries.length - kept.length
  }

  return {
    async append(added) {
      for (const entry of added) insert(entriesOf(entry.tenant), entry)
    },

    async find(query) {
      const found: LogEntry[] = []
      const entries = byTenant.get(query.tenant) ?? []
      for (let at = entries.length - 1; at >= 0 && found.length < query.limit; at--) {
        const entry = entries[at]
        if (entry && matches(entry, query)) found.push(entry)
      }
      return found
    },

    async prune({ from, entries: max }) {
      let count = 0
      for (const [tenant, entries] of byTenant) {
        const first = entries.length - max
        count += keep(tenant, ({ time }, index) => index >= first && time >= from)
      }
      return count
    },

    async erase({ tenant, subjects, resources, lookups }) {
      const isErased = (entry: LogEntry) =>
        isAbout(entry, subjects, resources) || (entry.resourceId === undefined && isAbout(entry, lookups, []))
      return keep(tenant, (entry) => !isErased(entry))
    },

    async hasTenants() {
      return [...byTenant.keys()].some((tenant) => tenant !== undefined)
    },
  }
}

/** Nearly always at the end. */
function insert(entries: LogEntry[], entry: LogEntry): void {
  let at = entries.length
  while (at > 0 && (entries[at - 1]?.id ?? '') > entry.id) at--
  if (entries[at - 1]?.id !== entry.id) entries.splice(at, 0, entry)
}

function isAbout(
  { subjects, resourceType, resourceId }: LogEntry,
  wanted: readonly string[],
  resources: readonly LoggedResource[],
): boolean {
  return (
    subjects.some((subject) => wanted.includes(subject)) ||
    resources.some((resource) => resource.resourceType === resourceType && resource.resourceId === resourceId)
  )
}

function matches(entry: LogEntry, query: LogQuery): boolean {
  const { subjects, resources, outcomes, from, until, before, after } = query
  return (
    (before === undefined || entry.id < before) &&
    (after === undefined || entry.id > after) &&
    (from === undefined || entry.time >= from) &&
    (until === undefined || entry.time < until) &&
    (query.connection === undefined || entry.connection === query.connection) &&
    (query.operation === undefined || entry.operation === query.operation) &&
    (query.resourceType === undefined || entry.resourceType === query.resourceType) &&
    (outcomes === undefined || outcomes.includes(entry.outcome)) &&
    ((subjects === undefined && resources === undefined) || isAbout(entry, subjects ?? [], resources ?? []))
  )
}
