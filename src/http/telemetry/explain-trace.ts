import { eventName, lifecycleChanges } from '../../events/index.js'
import { rules } from '../../idp/index.js'
import type { RequestDetail } from '../../operations/index.js'
import type { OptionNames, TraceEntry } from '../../protocol/index.js'
import { assertKnownOptions, getMember, isObject } from '../../protocol/index.js'
import type { RequestEvent } from './request-event.js'

/** A request that is to be explained: the event of `onRequest`, with the detail that a `log` receives where there is one. */
export interface RequestTrace extends RequestEvent {
  readonly detail?: RequestDetail
}

/** Options of {@link explainTrace}. */
export interface ExplainOptions {
  /** Who has sent the request, such as `Okta`. Default: who is known to send what the rules have read, else `The client`. */
  readonly sender?: string
  /** Whether values that may name a person are shown. Default: false. */
  readonly personalData?: boolean
}

const optionNames = { sender: true, personalData: true } satisfies OptionNames<ExplainOptions>

const hidden = '…'

/** Who sends what the rules of a trace have read: one identity provider, or nobody in particular. */
function senderOf(entries: readonly TraceEntry[]): string {
  const senders = entries.flatMap(({ rule }) => {
    const known = rules.find(({ name }) => name === rule)
    return known ? [known.sentBy as readonly string[]] : []
  })
  const [first = [], ...others] = senders
  const common = first.filter((name) => others.every((names) => names.includes(name)))
  return common.length === 1 && common[0] !== undefined ? common[0] : 'The client'
}

/** The value that a body has for an attribute, as it was sent: in a PATCH, in the last operation about it. */
function sentValue(body: unknown, path: string): unknown {
  if (!isObject(body)) return undefined
  const operations = getMember(body, 'Operations')
  if (!Array.isArray(operations)) return valueAt(body, path)
  for (const operation of [...operations].reverse()) {
    if (!isObject(operation)) continue
    const [target, value] = [getMember(operation, 'path'), getMember(operation, 'value')]
    if (typeof target === 'string' && target.toLowerCase() === path.toLowerCase()) return value
    const inside = target === undefined && isObject(value) ? valueAt(value, path) : undefined
    if (inside !== undefined) return inside
  }
  return undefined
}

function valueAt(resource: unknown, path: string): unknown {
  if (!isObject(resource)) return undefined
  const whole = getMember(resource, path)
  const end = path.lastIndexOf('.')
  if (whole !== undefined || end < 0) return whole
  return valueAt(valueAt(resource, path.slice(0, end)) ?? extensionOf(resource, path), path.slice(end + 1))
}

/** What stands below an extension's URN, whose own dots are none of a path's. */
function extensionOf(resource: Readonly<Record<string, unknown>>, path: string): unknown {
  const urn = path.slice(0, path.lastIndexOf(':'))
  return path.includes(':') ? getMember(resource, urn) : undefined
}

/** Booleans name nobody, also where they are text. */
function show(value: unknown, personalData: boolean): string {
  if (value === undefined || value === null || value === '') return 'nothing'
  if (typeof value === 'boolean') return String(value)
  const isPlain = typeof value === 'string' && /^(?:true|false)$/i.test(value)
  if (!personalData && !isPlain) return hidden
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 120 ? `${text.slice(0, 117)}…` : text
}

function ruleSentence(
  { rule, path, message }: TraceEntry,
  sender: string,
  body: unknown,
  personalData: boolean,
): string {
  const value = path === undefined ? undefined : sentValue(body, path)
  if (rule === 'booleanStrings' && typeof value === 'string') {
    return `${sender} sent ${path} as the text ${show(value, personalData)}; read as ${value.toLowerCase()}.`
  }
  const known = rules.some(({ name }) => name === rule)
  const about = path === undefined ? '' : ` about ${path}`
  return known ? `${sender} sent something unusual${about}: ${message}.` : `${path ?? rule}: ${message}.`
}

function changeSentences({ detail }: RequestTrace, personalData: boolean): readonly string[] {
  const { before, after, changed, members } = detail ?? {}
  if (members) return [`Members: ${members.added} added, ${members.removed} removed.`]
  if (before === undefined || !changed) return []
  if (changed.size === 0) return ['Nothing changed.']
  return [...changed].map((path) => {
    const [was, is] = [valueAt(before, path), valueAt(after, path)]
    return `${path}: ${show(was, personalData)} to ${show(is, personalData)}.`
  })
}

function eventSentences({ detail, operation, status }: RequestTrace): readonly string[] {
  const { type, before, after, changed, members } = detail ?? {}
  if (!type || status >= 400) return []
  if (members) return [`Event ${eventName(type, 'updated')}.`]
  const isWrite = operation === 'create' || operation === 'remove' || changed !== undefined
  if (!isWrite || (before === undefined && after === undefined)) return []
  const kinds = lifecycleChanges(type, before, operation === 'remove' ? undefined : after)
  return kinds.map(({ kind }) => `Event ${eventName(type, kind)}.`)
}

/**
 * What a service did with a request, in sentences for people: what was sent otherwise than the RFC has it and how it was
 * read, what has changed, which events that made, and why a request was refused. Values that may name a person are
 * masked unless they are asked for.
 *
 * @param trace a {@link RequestEvent} of `onRequest`, with `detail` where a `log` has received one; or the lines of a
 * trace alone.
 * @throws TypeError for an option that is unknown.
 * @example
 * createScim({ log: { record: (event, detail) => console.log(explainTrace({ ...event, detail })) }, … })
 * // Entra sent active as the text "False"; read as false. active: true to false. Event user.deactivated.
 */
export function explainTrace(
  trace: RequestTrace | readonly TraceEntry[],
  options: ExplainOptions = {},
): string {
  assertKnownOptions('explainTrace', options, optionNames)
  const { personalData = false } = options
  const isAlone = (value: typeof trace): value is readonly TraceEntry[] => Array.isArray(value)
  const entries = isAlone(trace) ? trace : trace.trace
  const sender = options.sender ?? senderOf(entries)
  const body = isAlone(trace) ? undefined : trace.detail?.body
  const sentences = entries.map((entry) => ruleSentence(entry, sender, body, personalData))
  if (!isAlone(trace)) {
    sentences.push(...changeSentences(trace, personalData), ...eventSentences(trace))
    if (trace.status >= 400) {
      sentences.push(
        trace.error === undefined
          ? `Refused with ${trace.status}.`
          : `Refused with ${trace.status}: ${trace.error}`,
      )
    }
  }
  return sentences.join(' ')
}
