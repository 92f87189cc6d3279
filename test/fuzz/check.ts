import { urns } from '../../src/index.js'
import { measure, slowness, type Took } from './measure.js'
import { type FuzzRequest, get } from './request.js'
import { secrets } from './requests.js'
import { filled } from './service.js'

/** Milliseconds for which a request may keep all others waiting, for each MiB of its body that has begun. */
const patience = 200
const mebibyte = 1024 * 1024

const ownNames = Object.getOwnPropertyNames(Object.prototype).join()
const unhandled: unknown[] = []
process.on('unhandledRejection', (reason) => unhandled.push(reason))

/** A request that was answered. */
export interface Answered extends Took {
  readonly request: string
  /** Of its body. */
  readonly bytes: number
  readonly status: number
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What is wrong with the body of a reply; nothing where it is a SCIM message or resource. */
function problemOf(status: number, type: string | null, text: string): string | undefined {
  if (text === '') return status === 204 || status === 304 ? undefined : 'there is no body'
  if (!type?.startsWith('application/scim+json')) return `the media type is ${type}`
  const json: unknown = JSON.parse(text)
  if (!isObject(json) || !Array.isArray(json.schemas) || json.schemas.length === 0)
    return 'there are no schemas'
  if (status >= 400) {
    const isError = json.schemas[0] === urns.error && json.status === String(status)
    return isError && typeof json.detail === 'string' ? undefined : 'it is not an error message'
  }
  if (json.schemas[0] !== urns.listResponse) return undefined
  const { totalResults, itemsPerPage, Resources } = json
  if (!Number.isInteger(totalResults) || !Array.isArray(Resources)) return 'it is not a list'
  if (itemsPerPage !== Resources.length) return 'the list counts wrong'
  const isResource = (one: unknown) =>
    isObject(one) && typeof one.id === 'string' && Array.isArray(one.schemas)
  return Resources.every(isResource) ? undefined : 'the list has something else than resources'
}

/** What every series ends with: whatever was stored can be read, and put in order. */
const last = [
  get('/Users'),
  get('/Groups'),
  get('/Doors'),
  get('/Users', { sortBy: 'userName' }),
  get('/Doors', { sortBy: 'opened' }),
]

type Service = Awaited<ReturnType<typeof filled>>

interface Reply extends Answered {
  readonly type: string | null
  readonly headers: string
  readonly text: string
}

/** Sends a request; undefined where the platform itself refuses it. */
async function answer({ scim, toRequest }: Service, one: FuzzRequest): Promise<Reply | undefined> {
  const made = toRequest(one)
  if (!made) return undefined
  const { request, bytes } = made
  const { result, total, blocked } = await measure(async () => {
    const response = await scim.fetch(request)
    return { response, text: await response.text() }
  })
  const { status, headers } = result.response
  return {
    request: `${one.method} ${request.url.slice(0, 200)}`,
    bytes,
    status,
    total,
    blocked,
    type: headers.get('content-type'),
    headers: JSON.stringify([...headers]),
    text: result.text,
  }
}

/** Whether a request keeps all others waiting for too long each time that it is sent, to a service of its own. */
async function alwaysBlocks(before: readonly FuzzRequest[], one: FuzzRequest, allowed: number) {
  for (let times = 0; times < 3; times++) {
    const service = await filled()
    for (const earlier of before) await answer(service, earlier)
    const again = await answer(service, one)
    if (!again || again.blocked <= allowed * slowness()) return false
  }
  return true
}

/**
 * Sends requests one after the other to a service of their own.
 *
 * @throws Error when a reply breaks what is promised of all: see `fuzz.test.ts`.
 */
export async function check(
  requests: readonly FuzzRequest[],
  onAnswer: (answered: Answered) => void = () => {},
): Promise<void> {
  const service = await filled()
  const { told, errors, snapshot } = service
  let before = await snapshot()
  for (const [index, one] of [...requests, ...last].entries()) {
    const reply = await answer(service, one)
    if (!reply) continue
    onAnswer(reply)
    const { status, text, request, bytes, blocked } = reply
    const fail = (problem: string) => {
      throw new Error(`${request}: ${problem.slice(0, 2000)}`)
    }
    if (errors.length > 0) fail(`an error: ${errors[0] instanceof Error ? errors[0].stack : errors[0]}`)
    if (status >= 500 && status !== 501) fail(`status ${status}: ${text}`)
    if (one.method !== 'HEAD') {
      const problem = problemOf(status, reply.type, text)
      if (problem) fail(`${problem}: ${status} ${text}`)
    }
    if (unhandled.length > 0) fail(`a rejection that nobody handles: ${unhandled[0]}`)
    if (Object.getOwnPropertyNames(Object.prototype).join() !== ownNames) fail('Object.prototype has changed')
    const after = await snapshot()
    if (status >= 400 && after !== before) fail(`status ${status}, and what is stored has changed`)
    before = after
    const said = `${text}${reply.headers}${JSON.stringify(told.splice(0))}`
    for (const secret of Object.values(secrets))
      if (said.includes(secret)) fail(`a secret was told: ${secret}`)
    const allowed = patience * Math.max(1, Math.ceil(bytes / mebibyte))
    if (blocked > allowed && (await alwaysBlocks(requests.slice(0, index), one, allowed))) {
      fail(
        `nothing else could run for more than ${allowed} ms, three times of three; a body of ${bytes} bytes`,
      )
    }
  }
}
