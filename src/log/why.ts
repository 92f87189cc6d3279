import type { LogEntry } from '../stores/index.js'
import type { Sentence } from './sentences.js'
import { explainEntry, isIgnoredDeactivation } from './sentences.js'
import type { LogTexts } from './texts/en.js'
import type { LogLocale } from './texts/text.js'
import { textsIn } from './texts/text.js'

/**
 * What has become of a person, as far as requests tell. `neverSent`: none was about them. `onlyLookedUp`: found by nobody
 * and not created. `notCreated`: the last attempt to create them did not succeed. `active`, `inactive`, `deleted`: what
 * the last write left. `gone`: the service said that there is no such resource.
 */
export type PersonState =
  | 'neverSent'
  | 'onlyLookedUp'
  | 'notCreated'
  | 'active'
  | 'inactive'
  | 'deleted'
  | 'gone'

/** What the identity provider was told of an error. */
export interface Told {
  readonly time: string
  readonly status: number
  readonly scimType?: string
  readonly detail: string
}

/** Why a person is not here, or is not deactivated. */
export interface Why {
  readonly state: PersonState
  /** The answer, then what the identity provider was told, what is likely, and what is not known. */
  readonly sentences: readonly Sentence[]
  /** The last requests about the person, the newest first. */
  readonly requests: readonly LogEntry[]
  /** The last error that stands in the way of what the identity provider wants; undefined where there is none. */
  readonly told: Told | undefined
  /** All of it as text, with the last ten requests. */
  readonly text: string
}

/** What an answer is made from besides the requests. */
export interface WhyContext {
  readonly locale: LogLocale
  /** The places where requests are left out. */
  readonly gaps: readonly LogEntry[]
  /** How long entries are kept. */
  readonly days: number
  /** How many requests are shown. */
  readonly limit: number
}

/** What the requests about a person have come to. */
interface Story {
  state: PersonState
  /** The request that has led to the state. */
  cause: LogEntry | undefined
  /** A write that did not succeed, and that no later one has made up for. */
  failure: LogEntry | undefined
  /** A deactivation that the service ignored. */
  ignored: LogEntry | undefined
}

/** The answer from the requests about a person, the newest first. */
export function whyOf(entries: readonly LogEntry[], { locale, gaps, days, limit }: WhyContext): Why {
  const texts = textsIn(locale)
  const story: Story = { state: 'neverSent', cause: undefined, failure: undefined, ignored: undefined }
  for (const entry of [...entries].reverse()) tell(story, entry)
  const requests = entries.slice(0, limit)
  const oldest = entries.at(-1)?.time ?? ''
  const missing = gaps.reduce((sum, { time, found = 0 }) => (time >= oldest ? sum + found : sum), 0)
  const told = toldIn(story.failure)
  const sentences = [
    ...answer(story, texts, days),
    ...(missing > 0 ? [{ code: 'gaps', text: texts.gaps(missing) }] : []),
  ]
  return { state: story.state, sentences, requests, told, text: textOf(sentences, requests, locale) }
}

/** Takes a request into account, after all that came before it. */
function tell(story: Story, entry: LogEntry): void {
  const { outcome, operation, asked, status } = entry
  const isHere = story.state === 'active' || story.state === 'inactive'
  const come = (state: PersonState) => Object.assign(story, { state, cause: entry, failure: undefined })
  if (isIgnoredDeactivation(entry)) story.ignored = entry
  switch (outcome) {
    case 'created':
      Object.assign(story, { ignored: undefined })
      return void come(asked === 'inactive' ? 'inactive' : 'active')
    case 'reactivated':
      return void come('active')
    case 'deactivated':
      return void come('inactive')
    case 'deleted':
      return void come('deleted')
    case 'linked':
    case 'changed':
    case 'unchanged':
      // What was switched off stays so unless the request says otherwise.
      if (!isHere) return void come(asked === 'inactive' && !story.ignored ? 'inactive' : 'active')
      story.failure = undefined
      return
    case 'found':
      if (!isHere) come('active')
      return
    case 'listed':
      if (!isHere && story.state !== 'notCreated' && story.state !== 'deleted')
        come((entry.found ?? 0) > 0 ? 'active' : 'onlyLookedUp')
      return
    case 'refused':
    case 'failed':
      if (operation === 'create') {
        story.failure = entry
        if (!isHere) Object.assign(story, { state: 'notCreated', cause: entry })
      } else if (status === 404) Object.assign(story, { state: 'gone', cause: entry })
      else if (operation === 'modify' || operation === 'replace' || operation === 'remove')
        story.failure = entry
  }
}

function toldIn(entry: LogEntry | undefined): Told | undefined {
  if (!entry) return undefined
  const { time, status, error } = entry
  return {
    time,
    status,
    ...(error?.scimType !== undefined && { scimType: error.scimType }),
    detail: error?.detail ?? '',
  }
}

function answer(
  { state, cause, failure, ignored }: Story,
  texts: LogTexts,
  days: number,
): readonly Sentence[] {
  const sentences: Sentence[] = []
  const say = (code: string, text: string, time?: string) =>
    sentences.push({ code, text, ...(time !== undefined && { time }) })
  const sayFailure = () => {
    if (!failure) return
    say('told', texts.told(failure.status, failure.error?.detail ?? ''), failure.time)
    if (failure.status >= 500) say('failedAdvice', texts.failedAdvice())
  }
  switch (state) {
    case 'neverSent':
      say('neverSent', texts.neverSent(days))
      say('neverSentAdvice', texts.neverSentAdvice())
      break
    case 'onlyLookedUp':
      say('onlyLookedUp', texts.onlyLookedUp(), cause?.time)
      say('onlyLookedUpAdvice', texts.onlyLookedUpAdvice())
      break
    case 'notCreated':
      say('notCreated', texts.notCreated(), cause?.time)
      sayFailure()
      break
    case 'deleted':
      say('deleted', texts.deletedAt(), cause?.time)
      break
    case 'gone':
      say('gone', texts.gone(), cause?.time)
      break
    case 'inactive':
      if (cause?.outcome === 'created') say('createdOff', texts.createdOff(), cause.time)
      else say('inactive', texts.inactive(), cause?.time)
      if (failure?.asked === 'active') say('reactivationFailed', texts.reactivationFailed(), failure.time)
      sayFailure()
      break
    case 'active':
      sayHowTheyCame(cause, texts, say)
      if (failure && (failure.asked === 'inactive' || failure.operation === 'remove'))
        say('deactivationFailed', texts.deactivationFailed(), failure.time)
      else if (ignored) say('deactivationIgnored', texts.deactivationIgnored(), ignored.time)
      else {
        say('noDeactivation', texts.noDeactivation())
        if (!failure) say('noDeactivationAdvice', texts.noDeactivationAdvice())
      }
      sayFailure()
  }
  return sentences
}

function sayHowTheyCame(
  cause: LogEntry | undefined,
  texts: LogTexts,
  say: (code: string, text: string, time?: string) => void,
): void {
  if (cause?.outcome === 'created') say('created', texts.createdAt(), cause.time)
  else if (cause?.outcome === 'linked') say('linked', texts.linkedAt(), cause.time)
  else if (cause?.outcome === 'reactivated') say('reactivated', texts.reactivatedAt(), cause.time)
  else if (cause?.outcome === 'found' || cause?.outcome === 'listed')
    say('lookedUp', texts.lookedUp(), cause.time)
  else say('changed', texts.changedAt(), cause?.time)
}

function textOf(sentences: readonly Sentence[], requests: readonly LogEntry[], locale: LogLocale): string {
  const lines = sentences.map(({ text, time }) => (time === undefined ? text : `${time} ${text}`))
  if (requests.length > 0) lines.push(textsIn(locale).lastRequests())
  for (const entry of requests.slice(0, 10)) {
    const [first] = explainEntry(entry, locale)
    lines.push(`- ${entry.time} ${entry.method} ${entry.path} ${entry.status}: ${first?.text ?? ''}`)
  }
  return lines.join('\n')
}
