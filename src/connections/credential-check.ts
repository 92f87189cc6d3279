import type { AuthRequest, Caller, InProcessRequest, WriteRecorder } from '../auth/index.js'
import { inProcessRequest, withConnection } from '../auth/index.js'
import type { ConnectionsStore, FoundClient, FoundToken } from '../stores/index.js'
import { BatchedLookup } from './batched-lookup.js'
import type { RefusalReason, RefusedCredential } from './connections.js'
import { RefusalCounts } from './refusal-counts.js'
import { endingOf, kindOfSecret, sha256 } from './secret-text.js'

/** Milliseconds between two writes of when a credential was last used. */
const touchInterval = 60_000

/** How many credentials are remembered at most. */
const capacity = 10_000

/** A credential that was valid when the store was asked. */
interface Remembered {
  readonly found: FoundToken
  readonly caller: Caller
  /** When the store was asked, in milliseconds. */
  readonly asked: number
  readonly expires: number
  /** When its use was last written. */
  touched: number
}

/** What credentials are checked with. */
export interface CredentialCheckOptions {
  readonly store: ConnectionsStore
  readonly prefix: string
  /** Milliseconds for which a credential that was valid counts as valid without asking the store. */
  readonly revokedWithin: number
  readonly recorder: WriteRecorder
  readonly onRefused: ((refusal: RefusedCredential) => void) | undefined
  readonly report: (error: unknown) => void
}

/** Says whose credential a request carries. */
export class CredentialCheck {
  private readonly remembered = new Map<string, Remembered>()
  /** What was valid a moment ago is asked for apart from what may be anything: it never waits for wrong credentials. */
  private readonly known: BatchedLookup<FoundToken>
  private readonly unknown: BatchedLookup<FoundToken>
  readonly refusals = new RefusalCounts()
  /** Counts what was revoked in this process: what was asked before that is not remembered. */
  private revocations = 0

  constructor(private readonly options: CredentialCheckOptions) {
    const find = async (digests: readonly string[]) => {
      const all = await options.store.findTokens(digests)
      return new Map(all.map((found) => [found.token.digest, found]))
    }
    this.known = new BatchedLookup(find)
    this.unknown = new BatchedLookup(find)
  }

  /** The caller of a request; undefined where its credential is worth nothing. */
  async authenticate(request: AuthRequest): Promise<Caller | undefined> {
    const own = inProcessRequest(request.raw)
    if (own) return own.purpose === 'try' ? this.tryOut(request, own) : this.act(own)
    const header = request.header('authorization')?.trim()
    if (!header) return undefined
    const { scheme, credential } = readHeader(header)
    if (credential === '') return undefined
    const kind = kindOfSecret(credential, this.options.prefix)
    if (kind === 'malformed' || kind === 'checksum') return this.refuse(request, credential, kind)
    if (kind === 'secret') return this.refuse(request, credential, 'clientSecret')
    const caller = await this.callerOf(request, credential)
    if (caller && scheme === 'none')
      request.note('rawToken', 'authorization', 'accepted the token without a scheme')
    if (caller && scheme === 'twice')
      request.note('rawToken', 'authorization', 'accepted the token with its scheme twice')
    return caller
  }

  /** The caller of a request that the package itself makes, for what a connection has written. */
  private async act({ tenant, connection: id, actor }: InProcessRequest): Promise<Caller | undefined> {
    const { store, recorder } = this.options
    const connection = await store.connection(tenant, id)
    if (!connection) return undefined
    return withConnection({ tenant, actor, connection: id }, { recorder, profile: connection.profile })
  }

  /** The caller of a credential that is tried out, which leaves no trace of it; undefined for one of another connection. */
  private async tryOut(request: AuthRequest, { connection }: InProcessRequest): Promise<Caller | undefined> {
    const { credential } = readHeader(request.header('authorization')?.trim() ?? '')
    const [found] = await this.options.store.findTokens([await sha256(credential)])
    if (found?.connection.id !== connection || whyRefused(found, Date.now())) return undefined
    return this.rememberedOf(found, 0, undefined).caller
  }

  /** Forgets what was valid of a token, a client or a connection, so that this process asks the store. */
  forget(isRevoked: (found: FoundToken) => boolean): void {
    this.revocations++
    for (const [digest, { found }] of this.remembered) {
      if (isRevoked(found)) this.remembered.delete(digest)
    }
  }

  private async callerOf(request: AuthRequest, credential: string): Promise<Caller | undefined> {
    const digest = await sha256(credential)
    const now = Date.now()
    const remembered = this.remembered.get(digest)
    if (remembered && now < remembered.asked + this.options.revokedWithin && now < remembered.expires)
      return this.use(remembered, now)
    const { revocations } = this
    const found = await (remembered ? this.known : this.unknown).get(digest)
    const refused = found ? whyRefused(found, Date.now()) : 'unknown'
    if (!found || refused) {
      this.remembered.delete(digest)
      return this.refuse(request, credential, refused ?? 'unknown', found)
    }
    const fresh = this.rememberedOf(found, now, remembered)
    if (revocations === this.revocations) this.remember(digest, fresh)
    return this.use(fresh, now)
  }

  private rememberedOf(found: FoundToken, asked: number, before: Remembered | undefined): Remembered {
    const { token, connection } = found
    const isSame =
      before?.found.connection.name === connection.name &&
      before.found.connection.profile === connection.profile
    const caller = isSame
      ? before.caller
      : withConnection(
          { tenant: connection.tenant, actor: connection.name, connection: connection.id },
          { recorder: this.options.recorder, profile: connection.profile },
        )
    const written = token.lastUsed === undefined ? 0 : Date.parse(token.lastUsed)
    const touched = Math.max(written, before?.touched ?? 0)
    return { found, caller, asked, expires: Date.parse(token.expires), touched }
  }

  private remember(digest: string, fresh: Remembered): void {
    // Deleted first, so that the oldest is in front.
    this.remembered.delete(digest)
    this.remembered.set(digest, fresh)
    if (this.remembered.size <= capacity) return
    for (const oldest of this.remembered.keys()) {
      this.remembered.delete(oldest)
      break
    }
  }

  /** Writes that a credential is used, once in a while. That it cannot be written keeps no request from its answer. */
  private async use(remembered: Remembered, now: number): Promise<Caller> {
    if (now - remembered.touched < touchInterval) return remembered.caller
    remembered.touched = now
    const { token, connection } = remembered.found
    try {
      await this.options.store.touch({
        token: token.id,
        client: token.client,
        connection: connection.id,
        time: new Date(now).toISOString(),
        unlessSince: new Date(now - touchInterval).toISOString(),
      })
    } catch (error) {
      this.options.report(error)
    }
    return remembered.caller
  }

  /** Counts a client of the token endpoint that was refused; undefined: it is not known. */
  countClient(found: FoundClient | undefined): void {
    this.refusals.add({
      reason: 'client',
      time: new Date().toISOString(),
      ending: undefined,
      tenant: found?.connection.tenant,
      connection: found?.connection.id,
    })
  }

  private refuse(
    request: AuthRequest,
    credential: string,
    reason: RefusalReason,
    found?: FoundToken,
  ): undefined {
    request.note('credential', 'authorization', `the credential was refused: ${reasons[reason]}`)
    const refusal: RefusedCredential = {
      reason,
      time: new Date().toISOString(),
      // What is no longer than a password may be one, of which four characters are too many.
      ending: credential.length >= 24 ? endingOf(credential) : undefined,
      tenant: found?.connection.tenant,
      connection: found?.connection.id,
    }
    this.refusals.add(refusal)
    try {
      this.options.onRefused?.(refusal)
    } catch (error) {
      this.options.report(error)
    }
  }
}

const reasons: Readonly<Record<RefusalReason, string>> = {
  malformed: 'it does not look like a token of this service',
  checksum: 'a character of the token is wrong or missing',
  unknown: 'no such token was issued',
  clientSecret: 'it is the secret of a client, which is for the token endpoint',
  client: 'the client has not proven who it is',
  expired: 'the token has expired',
  revoked: 'the token was revoked',
  disconnected: 'its connection was disconnected',
}

/** Why a token that was issued is worth nothing; undefined where it is worth something. */
function whyRefused(
  { token, connection, clientRevoked }: FoundToken,
  now: number,
): RefusalReason | undefined {
  if (connection.disconnected !== undefined) return 'disconnected'
  if (token.revoked !== undefined || clientRevoked !== undefined) return 'revoked'
  return Date.parse(token.expires) <= now ? 'expired' : undefined
}

const schemeWord = /^bearer(?: +|$)/i

/** The credential in the header, and how often the scheme stands before it: people paste it with the token. */
function readHeader(header: string): { scheme: 'none' | 'once' | 'twice'; credential: string } {
  const once = header.replace(schemeWord, '')
  const twice = once.replace(schemeWord, '')
  return { scheme: once === header ? 'none' : twice === once ? 'once' : 'twice', credential: twice }
}
