import { urns } from '../../protocol/index.js'
import type { WireExchange, WireReply, WireRequest } from './exchange.js'
import { objectIn } from './expect.js'
import { CaseFailure, CaseSkipped } from './failure.js'
import { refusalOf } from './guard.js'
import { isJsonObject, type JsonObject } from './json.js'
import { userOfPatch } from './kept-attributes.js'
import { fillRequired } from './required-values.js'
import { idIn, isMarked, NoReply, type Session } from './session.js'
import type { Target } from './target.js'

/** A resource that a case has made. */
export type Made = JsonObject & { readonly id: string }

/** What a case talks to a server through. It writes to nothing but what the run has made. */
export class Wire {
  /** What was sent and answered, in its order; kept for the report. */
  readonly exchanges: WireExchange[] = []
  /** The paths of what the case has made, in its order. */
  readonly made: string[] = []
  /** What the server does on points on which reviewers differ, by the name of the point. */
  readonly observations = new Map<string, string>()

  constructor(
    private readonly session: Session,
    readonly target: Target,
  ) {}

  /** The token without a scheme; undefined where it was given with one, or there is none. */
  get rawToken(): string | undefined {
    const { token } = this.session.options
    return token === '' || token.includes(' ') ? undefined : token
  }

  /** A name that nothing else has. */
  mark(label = 'x'): string {
    return this.session.mark(label)
  }

  /** A `userName` that nobody else has, in the form of an address. */
  userName(label = 'user'): string {
    return `${this.session.mark(label)}@example.com`
  }

  /** An id that no resource has. */
  nobody(id?: string): string {
    return this.session.nobody(id)
  }

  /** Sends a request. @throws CaseFailure where no reply came, or the request could change what others have made. */
  async send(method: string, path: string, request: WireRequest = {}): Promise<WireReply> {
    const refusal = refusalOf(method, path, request.body, (one) => this.session.mayWrite(one))
    if (refusal) throw new CaseFailure(`not sent: ${refusal}`, 'the server shows what the run has made')
    let reply: WireReply
    try {
      reply = await this.session.send(method, path, request)
    } catch (error) {
      if (!(error instanceof NoReply)) throw error
      this.exchanges.push(error.exchange)
      throw new CaseFailure(error.message, 'a reply', undefined)
    }
    this.exchanges.push(reply.exchange)
    if (reply.status >= 300) return reply
    if (method === 'POST') this.adopt(path, reply)
    this.observeUser(method, path, request.body, reply)
    return reply
  }

  get(path: string, query?: Readonly<Record<string, string>>): Promise<WireReply> {
    return this.send('GET', path, query ? { query } : {})
  }

  /** Sends a PATCH of these operations. */
  patch(path: string, operations: readonly JsonObject[], request: WireRequest = {}): Promise<WireReply> {
    return this.send('PATCH', path, { ...request, body: { schemas: [urns.patchOp], Operations: operations } })
  }

  /** Sends a PATCH, takes 200 and 204, and gives back what is stored then. */
  async patched(path: string, operations: readonly JsonObject[]): Promise<JsonObject> {
    objectOrNothing(await this.patch(path, operations))
    return this.read(path)
  }

  /** What is at a path now. */
  async read(path: string): Promise<JsonObject> {
    return objectIn(await this.get(path))
  }

  /** A user with what every server asks for; `undefined` leaves an attribute out. */
  draftUser(attributes: JsonObject = {}): JsonObject & { readonly userName: string } {
    const userName = this.userName()
    const base: JsonObject = {
      schemas: [urns.user],
      userName,
      ...(this.target.writes('name.familyName') && { name: { givenName: 'Vera', familyName: 'Fied' } }),
      ...(this.target.writes('displayName') && { displayName: 'Vera Fied' }),
      ...(this.target.writes('emails.value') && {
        emails: [{ value: userName, type: 'work', primary: true }],
      }),
      ...(this.target.writes('active') && { active: true }),
    }
    const filled = fillRequired(base, this.target.attributesOf(urns.user) ?? [], () => this.mark('value'))
    return { ...filled, userName, ...attributes }
  }

  draftGroup(attributes: JsonObject = {}): JsonObject {
    const base = { schemas: [urns.group], displayName: this.mark('Group') }
    const filled = fillRequired(base, this.target.attributesOf(urns.group) ?? [], () => this.mark('value'))
    return { ...filled, ...attributes }
  }

  /** Creates a user and gives back what the server shows of it. */
  createUser(attributes: JsonObject = {}): Promise<Made> {
    return this.create('/Users', this.draftUser(attributes))
  }

  createGroup(attributes: JsonObject = {}): Promise<Made> {
    return this.create('/Groups', this.draftGroup(attributes))
  }

  /** Any success will do: that it is 201 is a case of its own. */
  async create(endpoint: string, resource: JsonObject, request: WireRequest = {}): Promise<Made> {
    const reply = await this.send('POST', endpoint, { ...request, body: resource })
    const created = objectIn(reply, [201, 200])
    const id = created.id ?? idIn(reply.headers.location ?? '')
    if (typeof id !== 'string' || id === '')
      throw new CaseFailure('the reply to a POST has no id', 'the resource with its id', reply)
    return { ...created, id }
  }

  /** Notes what a server does on a point on which reviewers differ. */
  observe(point: string, answer: string): void {
    this.observations.set(point, answer)
  }

  /** Ends the case. */
  skip(reason: string): never {
    throw new CaseSkipped(reason)
  }

  /** What the reply to a write shows of what was sent. */
  private observeUser(method: string, path: string, body: unknown, { json }: WireReply): void {
    const isUser = /^\/Users(?:\/[^/?]+)?$/.test(path) && isJsonObject(json) && 'id' in json
    if (!isUser || method === 'GET') return
    this.session.attributes.observe(method === 'PATCH' ? userOfPatch(body) : body, json)
  }

  private adopt(path: string, reply: WireReply): void {
    const endpoint = path.split('?')[0] ?? path
    if (endpoint === '/Bulk') this.adoptAll(reply)
    if (endpoint === '/Bulk' || endpoint.endsWith('.search') || !isJsonObject(reply.json)) return
    const { id, userName, displayName } = reply.json
    const name = endpoint === '/Users' ? userName : displayName
    const known = typeof id === 'string' ? id : idIn(reply.headers.location ?? '')
    // A resource of another name was there before.
    if (known === '' || (name !== undefined && !isMarked(name)) || this.session.redactor.isForeign(known))
      return
    this.own(pathOf(endpoint, known))
  }

  /** What a bulk request has created, by the locations in its reply. */
  private adoptAll(reply: WireReply): void {
    const operations = isJsonObject(reply.json) ? reply.json.Operations : undefined
    if (!Array.isArray(operations)) return
    for (const one of operations.filter(isJsonObject)) {
      const [, endpoint, id] = /\/(Users|Groups)\/([^/?]+)$/.exec(String(one.location)) ?? []
      const isCreated = String(one.method).toUpperCase() === 'POST' && String(one.status).startsWith('2')
      if (isCreated && endpoint && id) this.own(`/${endpoint}/${id}`)
    }
  }

  private own(path: string): void {
    this.session.adopt(path)
    this.made.push(path)
  }
}

/** Where a resource is, below the base URL. */
export function pathOf(endpoint: string, id: unknown): string {
  return `${endpoint}/${encodeURIComponent(String(id))}`
}

/** Takes 200 with an object, and 204. */
function objectOrNothing(reply: WireReply): void {
  if (reply.status !== 204) objectIn(reply, [200, 204])
}
