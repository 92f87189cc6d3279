import type { LogEntry } from '../stores/index.js'
import type { LogTexts } from './texts/en.js'
import type { LogLocale } from './texts/text.js'
import { textsIn } from './texts/text.js'

/** A sentence for people. */
export interface Sentence {
  /** What it says, the same in every language and version, such as `deactivated`. */
  readonly code: string
  /** In the language that was asked for, without the time. */
  readonly text: string
  /** When that was: an RFC 3339 dateTime in UTC; left out where it is about no single moment. */
  readonly time?: string
}

/** An entry in sentences: what was done, and what the service had to put up with. */
export function explainEntry(entry: LogEntry, locale: LogLocale): readonly Sentence[] {
  const texts = textsIn(locale)
  const { outcome, time, rules = [], brokeOff, asked } = entry
  const sentences: Sentence[] = [{ code: outcome, text: mainText(entry, texts), time }]
  const add = (code: string, text: string) => sentences.push({ code, text, time })
  if (isIgnoredDeactivation(entry)) add('ignoredState', texts.ignoredState())
  if (outcome === 'created' && asked === 'inactive') sentences[0] = createdInactive(entry, texts)
  if (brokeOff) add(brokeOff, brokeOff === 'aborted' ? texts.aborted() : texts.brokeOff())
  for (const { rule, path, message } of rules) add(rule, texts.rule(path, message))
  return sentences
}

function createdInactive({ outcome, resourceType, time }: LogEntry, texts: LogTexts): Sentence {
  return { code: outcome, text: texts.createdInactive(texts.resource(resourceType)), time }
}

/** Whether a deactivation was asked for, and the service keeps no such state. */
export function isIgnoredDeactivation({ asked, status, outcome, rules = [] }: LogEntry): boolean {
  return (
    asked === 'inactive' &&
    status < 400 &&
    outcome !== 'deactivated' &&
    rules.some(({ rule, path }) => rule === 'unkeptAttributes' && path === 'active')
  )
}

function mainText(entry: LogEntry, texts: LogTexts): string {
  const { outcome, operation = '', status, found = 0, filter, members, changed = [], error } = entry
  const type = texts.resource(entry.resourceType)
  switch (outcome) {
    case 'changed':
      return members
        ? texts.changedMembers(members.added, members.removed)
        : texts.changed(type, changed.join(', '))
    case 'listed':
      if (filter === undefined) return texts.listed(type, found)
      return found === 0 ? texts.foundNothing(filter) : texts.foundSome(filter, found)
    case 'described':
      return texts.described()
    case 'done':
      return texts.done(operation)
    case 'refused':
      if (status === 401) return texts.unauthorized()
      return error ? texts.refused(status, error.detail) : texts.refusedWithoutDetail(status)
    case 'failed':
      return error ? texts.failed(status, error.detail) : texts.failedWithoutDetail(status)
    case 'unrecorded':
      return texts.unrecorded(found)
    case 'noted':
      return texts.noted(operation, entry.actor)
    default:
      return texts[outcome](type)
  }
}
