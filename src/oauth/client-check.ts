import type { ClientRegistry, FoundClient, PublicKey } from '../connections/index.js'
import type { ClientCredential } from './client-credential.js'
import type { IssuerList, MatchedIssuer } from './issuers.js'
import type { JwtClaims, JwtRules, PublicKeySet } from './jwt.js'
import { clockTolerance, JwtError, readJwt, verifyJwt } from './jwt.js'
import type { KeySource } from './key-source.js'
import { KeysError } from './key-source.js'
import { OAuthError, refusedClient } from './oauth-error.js'
import { ProvenClients } from './proven-clients.js'

/** What the ids of clients look like: others are not looked for. */
const idForm = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/
/** Seconds within which an assertion ends that a client signs itself: it is remembered until then. */
const longestOwnLife = 3600
/** Seconds within which an assertion of an issuer ends: some live for a little more than an hour. */
const longestIssuedLife = 86_400
/** Seconds that a client waits where the keys of its issuer cannot be fetched. */
const retryAfter = 30

/** How many audiences an assertion may have: each is looked for. */
const maxAudiences = 10

type Assertion = Extract<ClientCredential, { kind: 'assertion' }>
type Secret = Extract<ClientCredential, { kind: 'secret' }>

/** What credentials are checked with. */
interface ClientCheckOptions {
  readonly registry: ClientRegistry
  readonly issuers: IssuerList
  /** What assertions that clients sign themselves must name as their audience: one of these. */
  readonly audiences: readonly string[]
}

/** What an assertion says, before it is verified. */
interface Unverified {
  readonly text: string
  readonly kid: string | undefined
  readonly issuer: string
  readonly subject: string
  readonly audiences: readonly string[]
}

/** Says which client a credential belongs to. */
export class ClientCheck {
  private readonly proven = new ProvenClients()

  constructor(private readonly options: ClientCheckOptions) {}

  /** @throws OAuthError `invalid_client` for a credential that is worth nothing. */
  async clientOf(credential: ClientCredential): Promise<FoundClient> {
    return credential.kind === 'secret' ? this.bySecret(credential) : this.byAssertion(credential)
  }

  private async bySecret({ client, secret }: Secret): Promise<FoundClient> {
    const { registry } = this.options
    // A slip of the hand is told by the secret's checksum, without a query.
    if (!registry.isSecret(secret)) throw refusedClient('secret')
    const found = await this.lookUp(client)
    // Also where there is no client: how long the reply takes must not tell.
    const isRight = await registry.isSecretOf(found, secret)
    if (!found) throw refusedClient('unknownClient')
    if (!isRight) throw refusedClient('secret', { found })
    this.proven.add(client)
    return found
  }

  /**
   * What is wrong with an assertion in itself is told to everybody, and what is wrong with it beside what is known of the
   * client only to who has signed it with the client's key: no reply says that a client is known.
   *
   * @see RFC 7523 section 3
   */
  private async byAssertion({ client, assertion }: Assertion): Promise<FoundClient> {
    const unverified = await readAssertion(assertion)
    const { issuer, subject } = unverified
    const matched = this.options.issuers.match(issuer)
    // A client that signs itself is its own issuer.
    if (!matched && !idForm.test(issuer))
      throw refusedClient('issuer', { description: 'The issuer of the assertion is not accepted' })
    // It names itself twice, and need not a third time.
    const id = client ?? (issuer === subject && idForm.test(subject) ? subject : undefined)
    const named = id === undefined ? undefined : await this.find(id)
    if (named?.client.method === 'private_key_jwt') return this.byOwnKeys(unverified, named)
    if (!matched) throw refusedClient('issuer', { found: named })
    return this.byIssuer(unverified, matched, named)
  }

  private async byOwnKeys(unverified: Unverified, found: FoundClient): Promise<FoundClient> {
    const { id, keys } = found.client
    const set: PublicKeySet = JSON.parse(keys ?? '{"keys":[]}') as { keys: PublicKey[] }
    const claims = await verify(unverified, set, found, { longestLife: longestOwnLife })
    if (unverified.issuer !== id || unverified.subject !== id)
      throw refusedClient('untrusted', {
        found,
        description: 'The claims iss and sub of the assertion must both be the client_id',
      })
    const [audience, ...others] = unverified.audiences
    // One that is for others too could have been taken from them.
    if (audience === undefined || others.length > 0 || !this.options.audiences.includes(audience))
      throw refusedClient('audience', {
        found,
        description: 'The audience of the assertion must be the token endpoint, and nothing else',
      })
    await this.useOnce(claims, found)
    this.proven.add(id)
    return found
  }

  /** @throws OAuthError for an assertion that was used before, in whatever process. */
  private async useOnce({ jti, exp = 0 }: JwtClaims, found: FoundClient): Promise<void> {
    if (typeof jti !== 'string' || jti === '')
      throw refusedClient('malformed', { found, description: 'The assertion must have the claim jti' })
    // As long as it would be accepted, and a second for what is lost in rounding.
    const expires = new Date((exp + clockTolerance + 1) * 1000)
    const isFirst = await this.options.registry.useAssertion(JSON.stringify([found.client.id, jti]), expires)
    if (!isFirst) throw refusedClient('replayed', { found, description: 'The assertion was used before' })
  }

  private async byIssuer(
    unverified: Unverified,
    { spellings, keys: sourceOf }: MatchedIssuer,
    named: FoundClient | undefined,
  ): Promise<FoundClient> {
    // Before its keys are fetched, which are fetched for those only whom somebody trusts.
    const found = await this.trusted(unverified, spellings, named)
    const keys = await keysOf(sourceOf(), unverified, found)
    await verify(unverified, keys, found, { longestLife: longestIssuedLife })
    this.proven.add(keyOf(unverified))
    this.proven.add(found.client.id)
    return found
  }

  private async trusted(
    unverified: Unverified,
    issuers: readonly string[],
    named: FoundClient | undefined,
  ): Promise<FoundClient> {
    const { registry } = this.options
    const { subject, audiences } = unverified
    if (named) {
      if (registry.isTrusted(named, issuers, subject, audiences)) return named
      const isOther = !issuers.includes(named.client.issuer ?? '') || named.client.subject !== subject
      throw refusedClient(isOther ? 'untrusted' : 'audience', { found: named })
    }
    const isProven = this.proven.has(keyOf(unverified))
    const [found, ...others] = await registry.findTrusted({ issuers, subject, audiences, isProven })
    if (!found) throw refusedClient('untrusted')
    if (others.length > 0) throw refusedClient('ambiguous')
    return found
  }

  private async lookUp(id: string): Promise<FoundClient | undefined> {
    return idForm.test(id) ? this.options.registry.find(id, { isProven: this.proven.has(id) }) : undefined
  }

  /** @throws OAuthError where no such client is valid. */
  private async find(id: string): Promise<FoundClient> {
    const found = await this.lookUp(id)
    if (!found) throw refusedClient('unknownClient')
    return found
  }
}

function keyOf({ issuer, subject, audiences }: Unverified): string {
  return JSON.stringify([issuer, subject, audiences])
}

async function readAssertion(text: string): Promise<Unverified> {
  const { kid, claims } = await readJwt(text).catch((error: unknown) => {
    if (!(error instanceof JwtError)) throw error
    throw refusedClient(error.reason, { description: descriptionOf(error) })
  })
  const { iss: issuer, sub: subject, aud } = claims
  const audiences = typeof aud === 'string' ? [aud] : aud
  const isText = (value: unknown) => typeof value === 'string' && value !== ''
  const areTexts = Array.isArray(audiences) && audiences.length <= maxAudiences && audiences.every(isText)
  if (!isText(issuer) || !isText(subject) || !areTexts)
    throw refusedClient('malformed', {
      description: `The assertion must have the claims iss, sub and aud, the last with ${maxAudiences} values at most`,
    })
  return { text, kid, issuer: String(issuer), subject: String(subject), audiences }
}

async function keysOf(source: KeySource, { kid }: Unverified, found: FoundClient): Promise<PublicKeySet> {
  try {
    return await source.get(kid)
  } catch (error) {
    if (!(error instanceof KeysError)) throw error
    if (!error.isTemporary) throw refusedClient('keys', { found })
    throw new OAuthError(
      'temporarily_unavailable',
      'The keys of the issuer cannot be fetched at the moment',
      {
        retryAfter,
      },
    )
  }
}

async function verify(
  { text }: Unverified,
  keys: PublicKeySet,
  found: FoundClient,
  rules: JwtRules,
): Promise<JwtClaims> {
  try {
    return await verifyJwt(text, keys, rules)
  } catch (error) {
    if (!(error instanceof JwtError)) throw error
    throw refusedClient(error.reason, { found, ...(error.isSigned && { description: descriptionOf(error) }) })
  }
}

function descriptionOf({ message }: JwtError): string {
  return `The assertion is refused: ${message}`
}
