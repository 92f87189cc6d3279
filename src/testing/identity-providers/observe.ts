import type { UnknownObject } from '../../protocol/index.js'
import type { ClientConnection, Reply } from './client.js'
import { sendRequest } from './client.js'
import type { MembersClaim } from './compare.js'
import { compareGroup, compareUser, difference } from './compare.js'
import { filterString, idOf, queryString, readListReply } from './list-reply.js'
import type { Observed, ProviderGroup, ProviderUser, StateDifference } from './result.js'

/** A user as an identity provider believes one to be, and whether there is meant to be one. */
export interface UserClaim {
  readonly user: ProviderUser
  /** `present`: there must be exactly one; `absent`: none; `unknown`: the identity provider has never sent one. */
  readonly presence: 'present' | 'absent' | 'unknown'
}

export interface GroupClaim extends MembersClaim {
  readonly group: ProviderGroup
  readonly presence: 'present' | 'absent' | 'unknown'
}

/** Asks the server itself, and compares. */
export async function observe(
  provider: string,
  connection: ClientConnection,
  users: readonly UserClaim[],
  groups: readonly GroupClaim[],
): Promise<Observed> {
  const read = (path: string) => sendRequest(connection, 'GET', path, undefined, undefined)
  const differences: StateDifference[] = []
  const server: { users: UnknownObject[]; groups: UnknownObject[] } = { users: [], groups: [] }
  for (const claim of users) {
    const { user, presence } = claim
    const { link, userName } = user
    const sought = { subject: `user ${userName}`, presence, link, endpoint: '/Users', key: 'userName' }
    const { found, resources } = await seek(provider, read, { ...sought, name: userName })
    server.users.push(...resources)
    differences.push(...found)
    const own = resources.find((one) => idOf(one) === link)
    if (own && presence === 'present') differences.push(...compareUser(provider, user, own))
  }
  for (const claim of groups) {
    const { group, presence } = claim
    const { link, displayName } = group
    const sought = {
      subject: `group ${displayName}`,
      presence,
      link,
      endpoint: '/Groups',
      key: 'displayName',
    }
    const { found, resources } = await seek(provider, read, { ...sought, name: displayName })
    server.groups.push(...resources)
    differences.push(...found)
    const own = resources.find((one) => idOf(one) === link)
    if (own && presence === 'present') differences.push(...compareGroup(provider, group, own, claim))
  }
  return {
    provider: { users: users.map(({ user }) => user), groups: groups.map(({ group }) => group) },
    server,
    differences,
  }
}

interface Sought {
  readonly subject: string
  readonly presence: UserClaim['presence']
  readonly link: string | undefined
  readonly endpoint: string
  readonly key: string
  readonly name: string
}

interface Found {
  readonly found: readonly StateDifference[]
  /** The resource of the link first, then whatever else has the name. */
  readonly resources: readonly UnknownObject[]
}

async function seek(
  provider: string,
  read: (path: string) => Promise<Reply>,
  { subject, presence, link, endpoint, key, name }: Sought,
): Promise<Found> {
  const filter = `${key} eq ${filterString(name)}`
  const listed = await read(`${endpoint}${queryString({ filter, startIndex: 1, count: 100 })}`)
  const named = listed.status === 404 ? [] : (readListReply(listed.body)?.resources ?? [])
  const single = link === undefined ? undefined : await read(`${endpoint}/${encodeURIComponent(link)}`)
  const own = single?.status === 200 ? single.body : undefined
  const others = named.filter((one) => idOf(one) !== link)
  const resources = [...(own ? [own] : []), ...others]
  const at = (path: string, sides: { provider: unknown; server: unknown }, message: string) =>
    difference(provider, subject, path, sides, message)
  const found: StateDifference[] = []

  if (listed.status !== 200 && listed.status !== 404) {
    const server = listed.status ?? listed.failure
    found.push(at(`${key} filter`, { provider: 200, server }, `the filter ${filter} is answered ${server}`))
  }
  if (presence === 'unknown') return { found: [], resources }
  if (presence === 'absent') {
    if (resources.length > 0) {
      const sides = { provider: undefined, server: resources.map(idOf) }
      found.push(at('id', sides, `${provider} has deleted it, and the server still has it`))
    }
    return { found, resources }
  }
  if (link === undefined) {
    const sides = { provider: undefined, server: others.map(idOf) }
    const there = others.length === 0 ? 'the server has none' : `the server has ${others.length} by that name`
    found.push(at('id', sides, `there should be one and ${provider} knows of none; ${there}`))
    return { found, resources }
  }
  if (!own) {
    const server = single?.status ?? single?.failure
    found.push(at('id', { provider: link, server }, `GET ${endpoint}/${link} is answered ${server}`))
  } else if (idOf(own) !== link) {
    const sides = { provider: link, server: idOf(own) }
    found.push(at('id', sides, `GET ${endpoint}/${link} is answered with another id`))
  }
  if (own && listed.status === 200 && !named.some((one) => idOf(one) === link)) {
    const sides = { provider: link, server: named.map(idOf) }
    found.push(at(`${key} filter`, sides, `the filter ${filter} does not find it, and GET by id does`))
  }
  if (others.length > 0) {
    const sides = { provider: [link], server: named.map(idOf) }
    const message = `the server has ${others.length + (own ? 1 : 0)} by that ${key}, and ${provider} knows of one`
    found.push(at('id', sides, message))
  }
  return { found, resources }
}
