import type { Filter } from '../filter/index.js'
import type { RequestDetail } from '../operations/index.js'
import { foldText, getMember, isObject } from '../protocol/index.js'

/** How many values of one request are remembered as its subjects. */
const maxSubjects = 20

/** The attributes that a person is known by, in lower case. */
const knownBy = new Set(['username', 'externalid', 'emails.value'])

/** A value that a person is known by, as it is compared: without case, and without blanks around it. */
export function foldSubject(value: string): string {
  return foldText(value.trim())
}

/** The values that the person is known by whom a request is about, folded, each once. Groups have none. */
export function subjectsOf({ type, body, filter, before, after }: RequestDetail): ReadonlySet<string> {
  const subjects = new Set<string>()
  if (type?.membership) return subjects
  addFromResource(before, subjects)
  addFromResource(after, subjects)
  addFromBody(body, subjects)
  if (filter) addFromFilter(filter, subjects)
  return subjects
}

function add(value: unknown, subjects: Set<string>): void {
  if (typeof value !== 'string' || subjects.size >= maxSubjects) return
  const folded = foldSubject(value)
  if (folded !== '' && folded.length <= 1000) subjects.add(folded)
}

/** A resource, as it is stored or as a client has written it. */
function addFromResource(resource: unknown, subjects: Set<string>): void {
  if (!isObject(resource)) return
  add(getMember(resource, 'userName'), subjects)
  addEmails(getMember(resource, 'emails'), subjects)
  add(getMember(resource, 'externalId'), subjects)
}

/** E-mail addresses: a list of elements, or one of them, or an address alone. */
function addEmails(emails: unknown, subjects: Set<string>): void {
  for (const email of Array.isArray(emails) ? emails.slice(0, maxSubjects) : [emails])
    add(isObject(email) ? getMember(email, 'value') : email, subjects)
}

function addFromBody(body: unknown, subjects: Set<string>): void {
  if (!isObject(body)) return
  const operations = getMember(body, 'Operations')
  if (!Array.isArray(operations)) addFromResource(body, subjects)
  else for (const operation of operations.slice(0, maxSubjects)) addFromOperation(operation, subjects)
}

function addFromOperation(operation: unknown, subjects: Set<string>): void {
  if (!isObject(operation)) return
  const path = getMember(operation, 'path')
  const value = getMember(operation, 'value')
  if (typeof path !== 'string' || path === '') addFromMembers(value, subjects)
  else addAt(path, value, subjects)
}

/** The value of an operation without a path, whose keys may be paths. */
function addFromMembers(value: unknown, subjects: Set<string>): void {
  if (!isObject(value)) return
  for (const [path, inner] of Object.entries(value).slice(0, 200)) addAt(path, inner, subjects)
}

function addAt(path: string, value: unknown, subjects: Set<string>): void {
  const name = path.toLowerCase().replace(/^urn:ietf:params:scim:schemas:core:2\.0:user:/, '')
  if (name === 'username' || name === 'externalid') add(value, subjects)
  else if (isEmails(name)) addEmails(value, subjects)
}

/** Whether a path in lower case is that of addresses: `emails`, an element of it, or its `value`. */
function isEmails(path: string): boolean {
  if (path === 'emails' || path === 'emails.value') return true
  return path.startsWith('emails[') && (path.endsWith(']') || path.endsWith('].value'))
}

function addFromFilter({ equalities }: Filter, subjects: Set<string>): void {
  for (const { attribute, value } of equalities) {
    if (knownBy.has(attribute.path.toLowerCase())) add(value, subjects)
  }
}
