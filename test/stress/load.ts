import { Agent, request } from 'node:http'
import { urns } from '../../src/protocol/index.js'

/** The test is long where it is asked for: `npm run stress`. */
export const isFull = process.env.STRESS === 'full'

export interface Reply {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly json: Readonly<Record<string, unknown>>
  /** Milliseconds until the reply was there. */
  readonly took: number
}

/** A connection that broke before the reply was there: whether the request was carried out is not known. */
export class Broken extends Error {}

const agent = new Agent({ keepAlive: true, maxSockets: 1000 })

export function send(base: string, method: string, path: string, body?: unknown): Promise<Reply> {
  const begun = performance.now()
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(new Broken(error.code, { cause: error }))
    const headers = { authorization: 'Bearer stress', 'content-type': 'application/scim+json' }
    const outgoing = request(`${base}${path}`, { method, agent, headers }, (incoming) => {
      let text = ''
      incoming
        .setEncoding('utf8')
        .on('data', (part) => {
          text += part
        })
        .once('error', fail)
        .once('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            retryAfter: incoming.headers['retry-after'],
            json: text === '' ? {} : JSON.parse(text),
            took: performance.now() - begun,
          }),
        )
    })
    outgoing.once('error', fail).setTimeout(30_000, () => outgoing.destroy(new Error('no reply')))
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** An element that a client was told of as written. */
export interface Addition {
  readonly id: string
  readonly value: string
}

const patch = (...operations: object[]) => ({ schemas: [urns.patchOp], Operations: operations })

/** How many writes go to the same users and groups before others are next. */
const perRound = 400
const shared = 8

/**
 * Clients that write down what they were told. Most of them change the same few users and groups at a time; others
 * create users, some of them with a `userName` that others want too.
 */
export class Load {
  /** Users that were created, by their names: how often a name was given away, and the id. */
  readonly created = new Map<string, { times: number; id: string }>()
  readonly phones: Addition[] = []
  readonly members: Addition[] = []
  /** Replies other than those of success and of a lost race. */
  readonly refused: Reply[] = []
  /** Connections that ended without a reply. */
  broken = 0
  replies = 0
  /** Milliseconds that the slowest reply took. */
  slowest = 0
  private count = 0
  private stopped = false
  private readonly targets = new Map<string, Promise<string | undefined>>()
  private readonly clients: Promise<void>[]

  constructor(
    /** The servers, where they are at the moment. */
    private readonly bases: () => readonly string[],
    clients: number,
  ) {
    this.clients = Array.from({ length: clients }, (_, index) => this.client(index))
  }

  async stop(): Promise<void> {
    this.stopped = true
    await Promise.all(this.clients)
  }

  private async client(index: number): Promise<void> {
    while (!this.stopped) {
      try {
        await this.step(index)
      } catch (error) {
        if (!(error instanceof Broken)) throw error
        this.broken += 1
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }

  private step(client: number): Promise<unknown> {
    const bases = this.bases()
    const base = bases[client % bases.length] ?? ''
    const turn = this.count++
    const value = `+1-${turn}`
    switch (turn % 10) {
      case 0:
        return this.create(base, `user-${turn}`)
      case 1:
        // The same name ten times in a row, from clients of all servers.
        return this.create(base, `race-${Math.floor(turn / 100)}`)
      case 2:
        return this.ask(base, 'GET', `/Users?filter=userName%20eq%20%22race-${Math.floor(turn / 100)}%22`)
      case 3:
      case 4:
      case 5:
      case 6:
        return this.addPhone(base, turn, value)
      default:
        return this.addMember(base, turn, client)
    }
  }

  /** Sends, and keeps replies that no client wants. */
  private async ask(base: string, method: string, path: string, body?: unknown): Promise<Reply> {
    const reply = await send(base, method, path, body)
    this.replies += 1
    this.slowest = Math.max(this.slowest, reply.took)
    if (reply.status >= 300 && reply.status !== 409) {
      this.refused.push(reply)
      if (reply.status === 503) await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return reply
  }

  private async create(base: string, userName: string): Promise<string | undefined> {
    const reply = await this.ask(base, 'POST', '/Users', { schemas: [urns.user], userName })
    if (reply.status !== 201) return undefined
    const id = String(reply.json.id)
    this.created.set(userName, { id, times: (this.created.get(userName)?.times ?? 0) + 1 })
    return id
  }

  /** The user or group whose turn it is, which the first that needs it creates. */
  private async target(base: string, kind: 'Users' | 'Groups', turn: number): Promise<string | undefined> {
    const name = `shared-${Math.floor(turn / perRound)}-${turn % shared}`
    const known = this.targets.get(`${kind} ${name}`)
    if (known) return known
    const body =
      kind === 'Users'
        ? { schemas: [urns.user], userName: name }
        : { schemas: [urns.group], displayName: name }
    const made = this.ask(base, 'POST', `/${kind}`, body).then(({ status, json }) => {
      return status === 201 ? String(json.id) : undefined
    })
    this.targets.set(`${kind} ${name}`, made)
    return made
  }

  private async addPhone(base: string, turn: number, value: string): Promise<void> {
    const id = await this.target(base, 'Users', turn)
    if (id === undefined) return
    const add = { op: 'add', path: 'phoneNumbers', value: [{ value }] }
    const { status } = await this.ask(base, 'PATCH', `/Users/${id}`, patch(add))
    if (status === 200) this.phones.push({ id, value })
  }

  /** Adds a member alone, which touches no other, or together with an attribute, which replaces the whole. */
  private async addMember(base: string, turn: number, client: number): Promise<void> {
    const id = await this.target(base, 'Groups', turn)
    const member = await this.create(base, `member-${turn}`)
    if (id === undefined || member === undefined) return
    const add = { op: 'add', path: 'members', value: [{ value: member }] }
    const also = turn % 4 === 0 ? [{ op: 'replace', path: 'externalId', value: `by ${client}` }] : []
    const { status } = await this.ask(base, 'PATCH', `/Groups/${id}`, patch(add, ...also))
    if (status === 204 || status === 200) this.members.push({ id, value: member })
  }
}
