import type { AnsweredRequest } from '../http/index.js'
import type { LogQuery } from '../stores/index.js'
import { RecordAllowance } from './allowance.js'
import { Digests } from './digests.js'
import { draftOf, draftOfNote } from './draft.js'
import { exportLog } from './export.js'
import type { RequestLogOptions } from './options.js'
import { assertLogOptions } from './options.js'
import { erasePerson, lastEntriesAbout, personOf } from './person.js'
import type { EraseOptions, LogSearch, LogTenant, RequestLog, WhyOptions } from './request-log.js'
import { explainEntry } from './sentences.js'
import { foldSubject } from './subjects.js'
import { whyOf } from './why.js'
import { LogWriter } from './writer.js'

const day = 24 * 60 * 60 * 1000

/** Milliseconds between two looks for entries that are too old. */
const pruneInterval = 10 * 60 * 1000

const maxLimit = 1000

/**
 * A log of a service's requests for the people who support it: what each did, which rules were used, what was answered;
 * no value that names a person. Requests never wait for it.
 *
 * @throws TypeError naming the option that is wrong.
 * @example
 * const log = createRequestLog({ store: kyselyRequestLog(pool), secret: process.env.LOG_SECRET })
 * const scim = createScim({ authenticate, users, log })
 * console.log((await log.why('ada@example.com', { tenant: 'acme' })).text)
 */
export function createRequestLog(options: RequestLogOptions): RequestLog {
  assertLogOptions(options)
  const { store, secret, retention, capacity = 10_000, interval = 1000, waitUntil } = options
  const reads = new RecordAllowance(options.readsPerSecond ?? 100)
  const writes = new RecordAllowance(options.writesPerSecond ?? 100)
  const { days = 30, entries: maxEntries = 100_000 } = retention ?? {}
  const digests = new Digests(secret)
  let report = options.onError
  let prunedAt = 0
  let unpruned = 0

  function failed(error: unknown): void {
    const cause = new Error('The request log cannot be written', { cause: error })
    try {
      if (report) report(cause)
      else console.error(`scimkit: ${cause.message}`)
    } catch {
      // A listener that throws must not stop the log.
    }
  }

  const prune = () =>
    store.prune({ from: new Date(Date.now() - days * day).toISOString(), entries: maxEntries })

  async function pruneAtTimes(count: number): Promise<void> {
    unpruned += count
    const isDue = Date.now() - prunedAt >= pruneInterval || unpruned >= Math.ceil(maxEntries / 10)
    if (!isDue) return
    prunedAt = Date.now()
    unpruned = 0
    try {
      await prune()
    } catch (error) {
      failed(error)
    }
  }

  const writer = new LogWriter({
    store,
    digests,
    capacity,
    reads,
    writes,
    interval,
    waitUntil,
    failed,
    written: pruneAtTimes,
  })

  /** Refuses to take a tenant that was forgotten for the one without a name. @throws TypeError */
  async function tenantOf(method: string, given: LogTenant | undefined): Promise<string | undefined> {
    if (given && 'tenant' in given) return given.tenant
    if (await store.hasTenants())
      throw new TypeError(`log.${method}: say whose log it is: { tenant: 'acme' }, or { tenant: undefined }`)
    return undefined
  }

  const about = (tenant: string | undefined, folded: string) => personOf(store, digests, tenant, folded)

  async function queryOf(tenant: string | undefined, search: LogSearch, limit: number): Promise<LogQuery> {
    const { subject, resource, from, until, limit: _limit, tenant: _tenant, ...rest } = search
    const person = subject === undefined ? undefined : await about(tenant, foldSubject(subject))
    const { resourceType = '', resourceId = '' } = resource ?? {}
    const asked = resource && [{ resourceType, resourceId: await digests.ofId(tenant, resourceId) }]
    const resources = person?.resources ?? asked
    return {
      ...rest,
      tenant,
      limit,
      ...(person && { subjects: person.subjects }),
      ...(resources && { resources }),
      ...(from !== undefined && { from: toTime('from', from) }),
      ...(until !== undefined && { until: toTime('until', until) }),
    }
  }

  return {
    attach(service) {
      report ??= (error) => service.report(error)
    },

    admits(request) {
      if (writer.hasRoom(isPlain(request))) return true
      writer.drop(request.tenant)
      return false
    },

    record(event, detail) {
      try {
        if (writer.takeRoom(isPlain(event))) writer.add(draftOf(event, detail))
        else writer.drop(event.tenant)
      } catch (error) {
        // A request must not fail because of its record.
        writer.drop(event.tenant)
        failed(error)
      }
    },

    async why(subject, whyOptions: WhyOptions = {}) {
      const tenant = await tenantOf('why', whyOptions)
      await writer.flush()
      const limit = limitOf('why', whyOptions.limit, 100)
      const entries = await lastEntriesAbout(store, tenant, await about(tenant, foldSubject(subject)), limit)
      const gaps = await store.find({ tenant, outcomes: ['unrecorded'], limit: maxLimit })
      return whyOf(entries, { locale: whyOptions.locale ?? 'en', gaps, days, limit })
    },

    async entries(search = {}) {
      const tenant = await tenantOf('entries', search)
      const limit = limitOf('entries', search.limit, 50)
      const found = await store.find(await queryOf(tenant, search, limit + 1))
      const entries = found.slice(0, limit)
      return { entries, next: found.length > limit ? entries.at(-1)?.id : undefined }
    },

    explain: (entry, locale = 'en') => explainEntry(entry, locale),

    async erase(subject, eraseOptions: EraseOptions = {}) {
      const tenant = await tenantOf('erase', eraseOptions)
      const folded = foldSubject(subject)
      await writer.flush()
      // What is on its way could land when everything else is gone.
      if (writer.isUnanswered)
        throw new Error(
          'log.erase: the store has not answered yet what was written before; erase again once it does',
        )
      const waiting = writer.remove((draft) => draft.entry.tenant === tenant && draft.subjects.has(folded))
      const person = await about(tenant, folded)
      // First, since without the log's entries nobody knows any more which resources were hers.
      const { resources } = person
      const events = (await eraseOptions.outbox?.erase({ tenant, subject: folded, resources })) ?? 0
      const entries = await erasePerson(store, tenant, person)
      return { entries: entries + waiting, events }
    },

    async *export({ format = 'json', connection, ...whose } = {}) {
      const tenant = await tenantOf('export', whose)
      const only = connection === undefined ? {} : { connection }
      yield* exportLog(format, (before) =>
        store.find({ tenant, ...only, limit: maxLimit, ...(before !== undefined && { before }) }),
      )
    },

    note(noted) {
      writer.add(draftOfNote(noted))
    },

    flush: () => writer.flush(),

    prune,

    get counts() {
      return writer.counts
    },
  }
}

/** Whether a request matters less than others: a read that was answered, or one without a valid credential. */
function isPlain({ operation, status }: AnsweredRequest): boolean {
  if (status === 401) return true
  return status < 400 && (operation === 'read' || operation === 'list' || operation === 'discover')
}

function toTime(name: string, time: Date | string): string {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) throw new TypeError(`log.entries: ${name} must be a time`)
  return date.toISOString()
}

function limitOf(method: string, limit: number | undefined, otherwise: number): number {
  if (limit === undefined) return otherwise
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxLimit) return limit
  throw new TypeError(`log.${method}: limit must be a whole number from 1 to ${maxLimit}`)
}
