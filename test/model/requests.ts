import { urns } from '../../src/index.js'
import type { Ask, SeenGroup, SeenUser, Where } from './history.js'
import type { GroupChange, UserChange } from './model.js'

/** A request before it is sent. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body?: object
  readonly ifMatch?: string
}

const endpoints = { User: '/Users', Group: '/Groups' } as const

const patch = (...operations: object[]) => ({ schemas: [urns.patchOp], Operations: operations })

/** A name of its own, so that it stays the same when the member is renamed. */
const memberList = (ids: readonly string[]) => ids.map((value) => ({ value, display: 'member' }))

function userBody(change: UserChange): object {
  switch (change.kind) {
    case 'put': {
      const { userName, value } = change
      return { schemas: [urns.user], userName, title: value, phoneNumbers: [{ value }] }
    }
    case 'title': {
      const { value: title, userName } = change
      return patch({ op: 'replace', value: { title, ...(userName !== undefined && { userName }) } })
    }
    case 'phone':
      return patch({ op: 'add', path: 'phoneNumbers', value: [{ value: change.value }] })
    case 'active':
      return patch({ op: 'replace', path: 'active', value: change.active })
  }
}

function groupBody(change: GroupChange): object {
  const value = memberList(change.members)
  switch (change.kind) {
    case 'put':
      return { schemas: [urns.group], displayName: change.value, members: value }
    case 'rename':
      return patch(
        { op: 'replace', path: 'displayName', value: change.value },
        { op: 'add', path: 'members', value },
      )
    case 'add':
    case 'replace':
      return patch({ op: change.kind, path: 'members', value })
    case 'remove': {
      const [only, ...others] = change.members
      return others.length === 0
        ? patch({ op: 'remove', path: `members[value eq "${only}"]` })
        : patch({ op: 'remove', path: 'members', value: change.members.map((id) => ({ value: id })) })
    }
  }
}

function filterOf(where: Where): string {
  return 'userName' in where ? `userName eq "${where.userName}"` : `members.value eq "${where.member}"`
}

/** What is sent for it. */
export function requestOf(ask: Ask): Sent {
  const path = endpoints[ask.type]
  switch (ask.verb) {
    case 'create': {
      const body =
        ask.type === 'User' ? userBody({ kind: 'put', ...ask }) : groupBody({ kind: 'put', ...ask })
      return { method: 'POST', path, query: '', body }
    }
    case 'read':
      return { method: 'GET', path: `${path}/${ask.id}`, query: '' }
    case 'list': {
      const query = new URLSearchParams({ count: '1000', ...(ask.where && { filter: filterOf(ask.where) }) })
      return { method: 'GET', path, query: query.toString() }
    }
    case 'delete':
      return { method: 'DELETE', path: `${path}/${ask.id}`, query: '', ...precondition(ask.ifMatch) }
    case 'change': {
      const method = ask.change.kind === 'put' ? 'PUT' : 'PATCH'
      const body = ask.type === 'User' ? userBody(ask.change) : groupBody(ask.change)
      return { method, path: `${path}/${ask.id}`, query: '', body, ...precondition(ask.ifMatch) }
    }
  }
}

function precondition(version: number | undefined): { readonly ifMatch?: string } {
  return version === undefined ? {} : { ifMatch: `W/"${version}"` }
}

interface Value {
  readonly value: string
  readonly type: string
}

/** A resource as it is sent. */
interface Resource {
  readonly id: string
  readonly meta: { readonly resourceType: string; readonly version: string }
  readonly userName: string
  readonly title?: string
  readonly phoneNumbers?: readonly Value[]
  readonly active: boolean
  readonly groups?: readonly Value[]
  readonly displayName: string
  readonly members?: readonly Value[]
}

/** The resources in the JSON of a reply. */
export function seenIn(text: string): readonly (SeenUser | SeenGroup)[] {
  const json = JSON.parse(text) as Partial<Resource> & { readonly Resources?: readonly Resource[] }
  return (json.Resources ?? [json as Resource]).map(seenResource)
}

function seenResource({ id, meta, ...shown }: Resource): SeenUser | SeenGroup {
  const version = Number(/^W\/"(\d+)"$/.exec(meta.version)?.[1])
  if (meta.resourceType === 'User') {
    const { userName, title, active, phoneNumbers = [], groups = [] } = shown
    const phones = phoneNumbers.map(({ value }) => value)
    return { type: 'User', id, version, state: { userName, title, phones, active }, groups }
  }
  const { displayName, members = [] } = shown
  const state = { displayName, members: new Set(members.map(({ value }) => value)) }
  return { type: 'Group', id, version, state }
}
