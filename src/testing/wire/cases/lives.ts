import { urns } from '../../../protocol/index.js'
import {
  type SimulationResult,
  type StateDifference,
  simulateEntra,
  simulateOkta,
} from '../../identity-providers/index.js'
import type { WireReply } from '../exchange.js'
import { CaseFailure } from '../failure.js'
import type { Wire } from '../wire.js'

/** Statuses whose replies have no body (Fetch, "null body status"). */
const withoutBody: ReadonlySet<number> = new Set([204, 205, 304])

/** The server as a function like `fetch`, for a simulator: what it sends is the case's own, and guarded like it. */
function fetchOf(wire: Wire, baseUrl: string) {
  return async (request: Request): Promise<Response> => {
    const text = await request.text()
    const reply: WireReply = await wire.send(request.method, request.url.slice(baseUrl.length), {
      headers: Object.fromEntries(request.headers),
      ...(text !== '' && { body: text }),
    })
    const { status, headers } = reply
    return new Response(withoutBody.has(status) ? null : reply.text, { status, headers })
  }
}

/** Where the simulators send to; it is taken off again. */
const baseUrl = 'http://scim.invalid'

/** A token for a simulator; the case is skipped where there is none, or it is not sent after `Bearer`. */
function tokenOf(wire: Wire): string {
  return wire.rawToken ?? wire.skip('the token is sent with a scheme of its own')
}

/** A person of what the server describes. */
function person(wire: Wire, label: string) {
  const userName = wire.userName(label)
  const has = (path: string) => wire.target.writes(path)
  return {
    userName,
    ...(has('name.givenName') && { givenName: 'Ada' }),
    ...(has('name.familyName') && { familyName: 'Lovelace' }),
    ...(has('displayName') && { displayName: 'Ada Lovelace' }),
    ...(has('emails.value') && { email: userName }),
    ...(has('title') && { title: 'Analyst' }),
  }
}

/** @throws CaseFailure with what the client and the server do not agree on, and what failed. */
function expectAgreement(client: string, { action, differences, problems }: SimulationResult): void {
  if (differences.length === 0 && problems.length === 0) return
  const said = [...differences, ...problems].map(({ message }) => message)
  const isOfUsersAlone =
    problems.length === 0 && differences.every(({ subject }) => subject.startsWith('user '))
  throw new CaseFailure(
    `after "${action}": ${said.join('; ')}`,
    `what ${client} believes of the user and the group is what the server shows`,
    undefined,
    isOfUsersAlone ? differences.map(({ path }) => path) : [],
  )
}

/** What changes in the life of a user: only what the server describes. */
function promotion(wire: Wire) {
  if (wire.target.writes('title')) return { title: 'Countess' }
  return wire.target.writes('name.familyName') ? { familyName: 'King' } : {}
}

/** One user and one group in Okta, from the assignment to the end. */
export async function lifeInOkta(wire: Wire, style: 'aiw' | 'oin'): Promise<void> {
  const okta = simulateOkta({ baseUrl, token: tokenOf(wire), mode: style, fetch: fetchOf(wire, baseUrl) })
  const [ada, bob] = [person(wire, 'ada'), person(wire, 'bob')]
  const agree = (result: SimulationResult) => expectAgreement('Okta', result)
  agree(await okta.assign(ada))
  agree(await okta.assign(bob))
  agree(await okta.updateProfile(ada.userName, promotion(wire)))
  const group = wire.mark('Group')
  const hasGroups = wire.target.endpointOf(urns.group) !== undefined
  if (hasGroups) {
    agree(await okta.pushGroup({ displayName: group, members: [ada.userName] }))
    agree(await okta.addMembers(group, [bob.userName]))
    agree(await okta.removeMembers(group, [bob.userName]))
    const renamed = wire.mark('Renamed')
    agree(await okta.renameGroup(group, renamed))
    agree(await okta.pushNow(renamed))
  }
  agree(await okta.unassign(ada.userName))
  agree(await okta.assign(ada.userName))
  agree(await okta.deactivate(bob.userName))
  agree(await okta.compare())
}

/** One user and one group in Entra, cycle by cycle, with the flag for SCIM compliance or without. */
export async function lifeInEntra(wire: Wire, aadOptscim062020: boolean): Promise<void> {
  const fetch = fetchOf(wire, baseUrl)
  const entra = simulateEntra({ baseUrl, token: tokenOf(wire), fetch, flags: { aadOptscim062020 } })
  const [ada, bob] = [person(wire, 'ada'), person(wire, 'bob')]
  const agree = (result: SimulationResult) => expectAgreement('Entra', result)
  const cycle = async () => agree(await entra.runCycle())
  const group = wire.mark('Group')
  const hasGroups = wire.target.endpointOf(urns.group) !== undefined
  if (hasGroups) await entra.assignGroup({ displayName: group, members: [ada, bob] })
  else {
    await entra.assign(ada)
    await entra.assign(bob)
  }
  await cycle()
  await entra.updateProfile(ada.userName, promotion(wire))
  await cycle()
  if (hasGroups) await entra.removeMembers(group, [bob.userName])
  await cycle()
  agree(await entra.compare())
  const leavers: StateDifference[] = []
  const agreeButForMembers = (result: SimulationResult) => {
    const isLeaver = ({ subject, path }: StateDifference) =>
      subject === `group ${group}` && path === 'members'
    leavers.push(...result.differences.filter(isLeaver))
    agree({ ...result, differences: result.differences.filter((one) => !isLeaver(one)) })
  }
  await entra.deactivate(ada.userName)
  agreeButForMembers(await entra.runCycle())
  await entra.reactivate(ada.userName)
  agreeButForMembers(await entra.runCycle())
  agreeButForMembers(await entra.compare())
  if (hasGroups) wire.observe('disabled-members', leavers.length > 0 ? 'gone' : 'kept')
}
