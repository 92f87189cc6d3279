import type { RequestEvent } from '../http/index.js'
import type { RequestDetail } from '../operations/index.js'
import type { LogEntry } from '../stores/index.js'
import { isOpaque } from './digests.js'
import { filterText } from './filter-text.js'
import { PersonalWords } from './mask.js'
import { outcomeOf } from './outcome.js'
import type { LogNote } from './request-log.js'
import { askedState, bodyShape } from './shape.js'
import { subjectsOf } from './subjects.js'
import { wordsOf } from './type-words.js'

/** An entry before it is written: what will be an HMAC is still text. */
export interface EntryDraft {
  readonly entry: Omit<LogEntry, 'id' | 'time' | 'subjects' | 'resourceId'>
  /** When the request was answered, in milliseconds. */
  readonly time: number
  /** Folded values that the person is known by. */
  readonly subjects: ReadonlySet<string>
  readonly resourceId: string | undefined
}

/** How many lines of a request's trace, and changed attributes, are kept. */
const maxRules = 50
const maxChanged = 100

/** A name that the client has made up. */
const bulkId = /bulkId(:| ")[^"]*/g

/** What is kept of a request. Nothing in it, but the subjects and the id of the resource, names a person. */
export function draftOf(event: RequestEvent, detail: RequestDetail): EntryDraft {
  const { type, body, filter, found, changed, members, error } = detail
  const { words: plainWords, names, urns } = wordsOf(type)
  let personal: PersonalWords | undefined
  // Most requests have nothing that needs them.
  const words = () => {
    if (personal) return personal
    personal = new PersonalWords([body, detail.before, detail.after], plainWords)
    for (const { value } of filter?.equalities ?? []) if (typeof value === 'string') personal.addText(value)
    if (event.resourceId !== undefined) personal.addText(event.resourceId)
    return personal
  }
  const nameOf = (name: string) =>
    names.has(name) || urns.has(name.toLowerCase()) ? name : words().maskName(name)
  const asked = askedState(body)
  const rules = event.trace.slice(0, maxRules).map(({ rule, path, message }) => ({
    rule,
    ...(path !== undefined && { path: nameOf(path) }),
    message: words().mask(message),
  }))
  const entry: EntryDraft['entry'] = {
    ...(event.tenant !== undefined && { tenant: event.tenant }),
    ...(event.connection !== undefined && { connection: event.connection }),
    ...(event.actor !== undefined && { actor: event.actor }),
    requestId: isOpaque(event.requestId) ? event.requestId : words().mask(withoutWords(event.requestId)),
    method: event.method,
    path: event.path,
    status: event.status,
    durationMs: Math.round(event.durationMs * 100) / 100,
    ...(event.operation !== undefined && { operation: event.operation }),
    ...(event.resourceType !== undefined && { resourceType: event.resourceType }),
    outcome: outcomeOf(event, detail),
    ...(changed && changed.size > 0 && { changed: [...changed].slice(0, maxChanged) }),
    ...(members && { members }),
    ...(asked && { asked }),
    ...(filter && { filter: filterText(filter.tree) }),
    ...(found !== undefined && { found }),
    ...(body !== undefined && { body: bodyShape(body, { urns, nameOf }) }),
    ...(rules.length > 0 && { rules }),
    ...(error && {
      error: {
        ...(error.scimType !== undefined && { scimType: error.scimType }),
        ...(error.path !== undefined && { path: nameOf(error.path) }),
        detail: words().mask(error.detail.replace(bulkId, 'bulkId$1…')),
      },
    }),
    ...(event.bulkOperation !== undefined && { bulkOperation: event.bulkOperation }),
    ...(event.outcome !== undefined && { brokeOff: event.outcome }),
  }
  return { entry, time: Date.now(), subjects: subjectsOf(detail), resourceId: event.resourceId }
}

/** An id that a client has made up, without what may be a name. */
function withoutWords(id: string): string {
  return id.replace(/[a-z]{3,}/gi, (letters) => (/^(?:req|request|trace)$/i.test(letters) ? letters : '…'))
}

/** What is kept of a note. @throws TypeError for an action that may be a sentence about somebody. */
export function draftOfNote({ tenant, action, connection, actor }: LogNote): EntryDraft {
  if (typeof action !== 'string' || !/^[\w.-]{1,100}$/.test(action))
    throw new TypeError('log.note: action must be a word of letters, digits, ".", "-" and "_"')
  const entry: EntryDraft['entry'] = {
    ...(tenant !== undefined && { tenant }),
    ...(connection !== undefined && { connection }),
    ...(actor !== undefined && { actor }),
    requestId: '',
    method: '',
    path: '',
    status: 0,
    durationMs: 0,
    operation: action,
    outcome: 'noted',
  }
  return { entry, time: Date.now(), subjects: new Set(), resourceId: undefined }
}
