import type { LifecycleEvent, ScimHandler, ScimOptions } from '../../src/index.js'
import { createScim } from '../../src/index.js'
import { type Ask, type History, type Operation, type SeenEvent, seenEvent } from './history.js'
import { type Tenant, tenants } from './model.js'
import { requestOf, seenIn } from './requests.js'
import { spelt } from './spellings.js'

/** A resource that a client has created, and the newest of its versions that was seen. */
export interface Known {
  readonly id: string
  version: number
}

/** What clients know of what there is; that which is deleted too. */
export class Directory {
  private readonly all: Readonly<Record<Tenant, Readonly<Record<'User' | 'Group', Known[]>>>> = {
    acme: { User: [], Group: [] },
    globex: { User: [], Group: [] },
  }

  list(tenant: Tenant, type: 'User' | 'Group'): readonly Known[] {
    return this.all[tenant][type]
  }

  learn({ tenant, ask, status, seen, version }: Operation): void {
    if (ask.verb === 'list' || status >= 300) return
    const list = this.all[tenant][ask.type]
    const id = ask.verb === 'create' ? seen[0]?.id : ask.id
    if (id === undefined || version === undefined) return
    const known = list.find((one) => one.id === id)
    if (known) known.version = Math.max(known.version, version)
    else list.push({ id, version })
  }
}

/** What a service is made of here. */
export type Options = Omit<ScimOptions, 'authenticate'>

/** The clients of a service: they ask side by side, and write down what they are told. */
export class Session {
  readonly known = new Directory()
  private readonly operations: Operation[] = []
  private readonly events: SeenEvent[] = []
  private readonly scim: ScimHandler
  private readonly errors: unknown[] = []
  private time = 0
  private atRest = Infinity
  private count = 0
  private readonly clients: Promise<unknown>[] = []

  constructor(options: Options) {
    this.scim = createScim({
      ...options,
      authenticate: ({ header }) => {
        const [tenant, actor] = header('authorization')?.split(' ') ?? []
        return tenant === undefined ? undefined : { tenant, actor }
      },
      onError: (error) => {
        this.errors.push(error)
      },
    })
  }

  /** Writes down an event. */
  readonly told = (event: LifecycleEvent): void => {
    this.events.push(seenEvent(event))
  }

  get history(): History {
    return { operations: this.operations, events: this.events, atRest: this.atRest }
  }

  /** Lets a client do something when it has done everything before. */
  enqueue(client: number, work: () => Promise<unknown>): void {
    this.clients[client] = (this.clients[client] ?? Promise.resolve()).then(work)
  }

  /** Resolves when all clients have done everything, and what there is has been looked at. */
  async finish(): Promise<void> {
    await Promise.all(this.clients)
    this.atRest = this.time
    for (const tenant of tenants) {
      for (const type of ['User', 'Group'] as const) {
        await this.perform(tenant, () => ({ verb: 'list', type, where: undefined }))
        for (const { id } of this.known.list(tenant, type)) {
          await this.perform(tenant, () => ({ verb: 'read', type, id }))
        }
      }
    }
  }

  /** Sends one request, in the words of one of many clients, and writes down the reply. */
  async perform(
    tenant: Tenant,
    makeAsk: (name: string) => Ask | undefined,
    spelling = 0,
  ): Promise<Operation | undefined> {
    const name = `${tenant}-${++this.count}`
    const ask = makeAsk(name)
    if (!ask) return undefined
    const { method, path, query, body, ifMatch } = requestOf(ask)
    const headers: Readonly<Record<string, string | undefined>> = {
      authorization: `${tenant} ${name}`,
      'content-type': 'application/scim+json',
      'if-match': ifMatch,
    }
    const start = ++this.time
    const reply = await this.scim.handle({
      method,
      path,
      query,
      baseUrl: 'https://app.example.com/scim/v2',
      header: (header) => headers[header],
      body: async () =>
        body ? { kind: 'text', text: JSON.stringify(spelt(body, spelling)) } : { kind: 'none' },
    })
    let text = ''
    for await (const part of typeof reply.body === 'string' ? [reply.body] : (reply.body ?? [])) text += part
    const { status } = reply
    const version = /^W\/"(\d+)"$/.exec(reply.headers.etag ?? '')?.[1]
    const hasForeign = tenants.some((other) => other !== tenant && text.includes(`"${other}-`))
    const operation: Operation = {
      name,
      tenant,
      ask,
      start,
      end: ++this.time,
      status,
      version: version === undefined ? undefined : Number(version),
      seen: text !== '' && status < 300 ? seenIn(text) : [],
      suspicious: status >= 500 || hasForeign ? `${text} ${this.errors.map(String)}` : undefined,
    }
    this.operations.push(operation)
    this.known.learn(operation)
    return operation
  }
}
