import type { WireReply } from './exchange.js'
import { CannotVerify } from './failure.js'
import { isJsonObject, type JsonObject } from './json.js'
import { NoReply, type Session } from './session.js'
import { Target, type WireCapability } from './target.js'
import { unreachable } from './unreachable.js'

/** How long the first replies may take, in milliseconds. */
const maxWaitMs = 10_000

/**
 * Reads what a server says of itself.
 *
 * @throws CannotVerify where there is no SCIM server, or it does not take the token.
 */
export async function discover(session: Session): Promise<Target> {
  const { baseUrl } = session.options
  const get = async (path: string) => {
    try {
      return await session.send('GET', path, { timeoutMs: Math.min(session.timeoutMs, maxWaitMs) })
    } catch (error) {
      throw error instanceof NoReply ? unreachable(baseUrl, error) : error
    }
  }
  // One after the other: the first reply decides whether there is anything to ask.
  const config = await get('/ServiceProviderConfig')
  const users = await get('/Users?count=1&startIndex=1')
  refuseStranger(baseUrl, config, users)
  const types = await get('/ResourceTypes')
  const schemas = await get('/Schemas')
  const seen = new Set<WireCapability>()
  if (!listOf(types) && (await get('/Groups?count=1')).status < 400) seen.add('groups')
  const documents = { config: objectOf(config), types: listOf(types), schemas: listOf(schemas) }
  return new Target(documents, seen)
}

function objectOf({ status, json }: WireReply): JsonObject | undefined {
  return status === 200 && isJsonObject(json) ? json : undefined
}

function listOf(reply: WireReply): readonly JsonObject[] | undefined {
  const list = reply.status === 200 && Array.isArray(reply.json) ? reply.json : objectOf(reply)?.Resources
  return Array.isArray(list) ? list.filter(isJsonObject) : undefined
}

/** @throws CannotVerify unless one of two replies looks like SCIM. */
function refuseStranger(baseUrl: string, config: WireReply, users: WireReply): void {
  if (users.status === 401 || users.status === 403)
    throw new CannotVerify(
      `${baseUrl} refuses the token (status ${users.status}): check that it is valid for this tenant`,
    )
  const replies = [users, config]
  // A server that answers everything with a SCIM error has nothing here.
  const isNowhere = replies.every(({ status }) => status === 404)
  if (!isNowhere && replies.some(isScim)) return
  if (replies.some(({ status }) => status === 429))
    throw new CannotVerify(
      `${baseUrl} takes no more requests for now (status 429): try again later, or raise its limit for this token`,
    )
  const moved = replies.find((one) => one.status >= 300 && one.status < 400)
  if (moved)
    throw new CannotVerify(
      `${baseUrl} redirects (status ${moved.status}) instead of answering: give the URL that it leads to, unless that is a page to sign in`,
    )
  const page = replies.find(({ text, headers }) => isHtml(text, headers['content-type']))
  if (page)
    throw new CannotVerify(
      `${baseUrl} answers an HTML page (status ${page.status}) and not JSON: is it the base URL of SCIM, such as https://host/scim/v2?`,
    )
  const failed = replies.find((one) => one.status >= 500)
  if (failed)
    throw new CannotVerify(`${baseUrl} fails with status ${failed.status} before anything was asked of it`)
  throw new CannotVerify(
    `there is no SCIM server at ${baseUrl} (GET /Users is answered with status ${users.status}): is a part of the path missing, such as /scim/v2?`,
  )
}

function isHtml(text: string, type = ''): boolean {
  return type.includes('html') || /^\s{0,99}<(?:!doctype|html)/i.test(text.slice(0, 200))
}

const scimUrn = /^urn:(?:ietf:params:)?scim:/

/** Whether a reply is a message of SCIM, or what a faulty server may send instead. */
function isScim({ json, headers }: WireReply): boolean {
  if (!isJsonObject(json)) return false
  const { schemas } = json
  if (Array.isArray(schemas) && schemas.some((one) => scimUrn.test(String(one)))) return true
  if (headers['content-type']?.includes('application/scim+json')) return true
  return Array.isArray(json.Resources) || typeof json.totalResults === 'number' || isJsonObject(json.patch)
}
