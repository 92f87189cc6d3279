import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions, isObject } from '../protocol/index.js'
import type { PublicKeySet } from './jwt.js'
import type { KeySource } from './key-source.js'
import { fixedKeys, isKeySet, RemoteKeys } from './key-source.js'
import { isPlainUrl } from './urls.js'

/** An issuer of assertions that the host trusts to say whom it has authenticated. */
export interface AllowedIssuer {
  /**
   * What its assertions name as `iss`; several where it spells itself in several ways. `{tenantid}` stands for the GUID
   * of one of its tenants, such as in `https://login.microsoftonline.com/{tenantid}/v2.0`.
   */
  readonly issuer: string | readonly string[]
  /** The URL of its public keys, in which `{tenantid}` is the same GUID; or the keys themselves. */
  readonly jwks: string | PublicKeySet
  /** How people know it. Default: its (first) `issuer`. */
  readonly name?: string
}

const issuerNames = { issuer: true, jwks: true, name: true } satisfies OptionNames<AllowedIssuer>

const placeholder = '{tenantid}'
const guid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const maxIssuers = 100
/** How many JWKS URLs of one issuer's tenants are remembered. */
const maxSources = 1000

/** An issuer of the allow-list that an assertion names. */
export interface MatchedIssuer {
  /** All of its spellings, for the tenant that the assertion names. */
  readonly spellings: readonly string[]
  /** Its keys: asked for once the assertion is known to be of a client, so that no stranger's displace those in use. */
  keys(): KeySource
}

/** An issuer as pages show it. */
export interface ShownIssuer {
  readonly name: string
  /** May have `{tenantid}` in it. */
  readonly issuer: string
}

/** The issuers that a host trusts. */
export class IssuerList {
  readonly shown: readonly ShownIssuer[]
  private readonly sources = new Map<string, KeySource>()

  /** @throws TypeError naming what is wrong with an entry. */
  constructor(
    where: string,
    private readonly list: readonly AllowedIssuer[],
    private readonly report: (error: unknown) => void,
  ) {
    if (!Array.isArray(list) || list.length > maxIssuers)
      throw new TypeError(`${where}: issuers must be a list of ${maxIssuers} at most`)
    const seen = new Set<string>()
    this.shown = list.map((entry: AllowedIssuer, index) => {
      assertIssuer(where, entry, index)
      for (const one of spellingsOf(entry)) {
        if (seen.has(one)) throw new TypeError(`${where}: issuers[${index}].issuer is there twice`)
        seen.add(one)
      }
      const [issuer = ''] = spellingsOf(entry)
      return { name: entry.name ?? issuer, issuer }
    })
  }

  /** The issuer that an assertion names; undefined for one that the host does not trust. */
  match(iss: string): MatchedIssuer | undefined {
    for (const entry of this.list) {
      for (const spelling of spellingsOf(entry)) {
        const tenant = tenantIn(spelling, iss)
        if (tenant === undefined) continue
        return {
          spellings: spellingsOf(entry).map((one) => one.replace(placeholder, tenant)),
          keys: () => this.keysOf(entry.jwks, tenant),
        }
      }
    }
    return undefined
  }

  private keysOf(jwks: AllowedIssuer['jwks'], tenant: string): KeySource {
    if (typeof jwks !== 'string') return fixedKeys(jwks)
    const url = jwks.replace(placeholder, tenant)
    const known = this.sources.get(url)
    const source = known ?? new RemoteKeys(url, this.report)
    // Deleted first, so that the one that was used longest ago is in front.
    this.sources.delete(url)
    this.sources.set(url, source)
    if (this.sources.size > maxSources) {
      for (const oldest of this.sources.keys()) {
        this.sources.delete(oldest)
        break
      }
    }
    return source
  }
}

function spellingsOf({ issuer }: AllowedIssuer): readonly string[] {
  return typeof issuer === 'string' ? [issuer] : issuer
}

/** What `{tenantid}` stands for in an issuer; empty where there is no such place, undefined where it is another issuer. */
function tenantIn(spelling: string, iss: string): string | undefined {
  const [before = '', after] = spelling.split(placeholder)
  if (after === undefined) return iss === spelling ? '' : undefined
  if (!iss.startsWith(before) || !iss.endsWith(after)) return undefined
  const tenant = iss.slice(before.length, iss.length - after.length)
  return guid.test(tenant) ? tenant : undefined
}

function assertIssuer(where: string, entry: AllowedIssuer, index: number): void {
  const path = `issuers[${index}]`
  const refuse = (rule: string): never => {
    throw new TypeError(`${where}: ${path}.${rule}`)
  }
  if (!isObject(entry)) throw new TypeError(`${where}: ${path} must be an object`)
  assertKnownOptions(where, entry, issuerNames, path)
  const spellings = spellingsOf(entry)
  if (!Array.isArray(spellings) || spellings.length === 0) refuse('issuer is required')
  const places = spellings.map((one) => (typeof one === 'string' ? one.split(placeholder).length - 1 : 0))
  // The issuer of a token is a text that is compared, and need not lead anywhere.
  if (!spellings.every((one) => typeof one === 'string' && one !== '')) refuse('issuer must be text')
  if (places.some((count) => count !== places[0] || count > 1))
    refuse(`issuer must have ${placeholder} once in each spelling, or in none`)
  const { jwks, name } = entry
  if (name !== undefined && (typeof name !== 'string' || name.trim() === '')) refuse('name must be text')
  if (typeof jwks !== 'string') {
    if (!isKeySet(jwks)) refuse('jwks must be a URL or a JSON Web Key Set')
    return
  }
  if (jwks.includes(placeholder) && places[0] !== 1)
    refuse(`jwks must not have ${placeholder} where issuer has it not`)
  if (!isKeysUrl(jwks.replace(placeholder, ''))) refuse(keysUrlRule)
}

export const keysUrlRule = 'jwks must be an https URL, or an http URL of this machine'

/** Whether keys may be fetched from a URL: unencrypted from the same machine only, where nobody is between. */
export function isKeysUrl(url: string): boolean {
  if (isPlainUrl(url, ['https:'], { query: true })) return true
  return (
    isPlainUrl(url, ['http:'], { query: true }) &&
    ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
  )
}
