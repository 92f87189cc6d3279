import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions, isObject } from '../protocol/index.js'
import type { StoredClient } from '../stores/index.js'
import { trustOf } from './client-registry.js'
import type { ClientProof, NewClient, PublicKey } from './connections.js'
import {
  assertObject,
  defaultLife,
  readExpiry,
  readId,
  readLabel,
  readOptionalLabel,
  readTenant,
} from './options.js'
import { endingOf, makeSecret, sha256 } from './secret-text.js'

const optionNames = {
  tenant: true,
  connection: true,
  federation: true,
  keys: true,
  expires: true,
  createdBy: true,
} satisfies OptionNames<NewClient>
type Federation = NonNullable<ClientProof['federation']>
const federationNames = { issuer: true, subject: true, audience: true } satisfies OptionNames<Federation>

/** How many public keys a client has at most: the one in use, the next one, and some. */
const maxKeys = 5

/** The members of a JSON Web Key that are private (RFC 7518 section 6). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** A client that was just made; `secret` is its text, where it has one. */
export interface MadeClient {
  readonly client: StoredClient
  readonly secret: string | undefined
}

/** @throws TypeError naming the option that is wrong. */
export async function readClient(given: NewClient, prefix: string): Promise<MadeClient> {
  assertObject('addClient', given)
  assertKnownOptions('addClient', given, optionNames)
  const { federation, keys } = given
  if (federation !== undefined && keys !== undefined)
    throw new TypeError('addClient: federation and keys exclude each other')
  const now = Date.now()
  const common = {
    id: crypto.randomUUID(),
    tenant: readTenant('addClient', given.tenant),
    connection: readId('addClient: connection', given.connection),
    created: new Date(now).toISOString(),
    createdBy: readOptionalLabel('addClient: createdBy', given.createdBy),
    lastUsed: undefined,
    revoked: undefined,
    ...nothing,
  }
  if (federation === undefined && keys === undefined) {
    const secret = makeSecret(prefix, 'secret')
    const expires = readExpiry('addClient', given.expires ?? new Date(now + defaultLife), now)
    const digest = await sha256(secret)
    return {
      client: { ...common, method: 'client_secret', expires, digest, ending: endingOf(secret) },
      secret,
    }
  }
  if (given.expires !== undefined)
    throw new TypeError('addClient: expires is for clients with a secret; others end when they are revoked')
  if (keys !== undefined)
    return { client: { ...common, method: 'private_key_jwt', keys: readKeys(keys) }, secret: undefined }
  return {
    client: { ...common, method: 'federated', ...(await readFederation(federation)) },
    secret: undefined,
  }
}

const nothing = {
  digest: undefined,
  ending: undefined,
  issuer: undefined,
  subject: undefined,
  audience: undefined,
  trust: undefined,
  keys: undefined,
  expires: undefined,
}

async function readFederation(federation: unknown) {
  assertObject('addClient: federation', federation)
  assertKnownOptions('addClient', federation, federationNames, 'federation')
  const given = federation as Partial<Record<keyof Federation, unknown>>
  const read = (name: keyof Federation) => readLabel(`addClient: federation.${name}`, given[name], 500).trim()
  const [issuer, subject, audience] = [read('issuer'), read('subject'), read('audience')]
  return { issuer, subject, audience, trust: await trustOf(issuer, subject, audience) }
}

/** Public keys as they are stored. @throws TypeError for what is none, or is private. */
function readKeys(keys: unknown): string {
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > maxKeys)
    throw new TypeError(`addClient: keys must be a list of 1 to ${maxKeys} public keys`)
  for (const [index, key] of keys.entries()) {
    if (!isObject(key) || typeof key.kty !== 'string')
      throw new TypeError(`addClient: keys[${index}] must be a JSON Web Key`)
    if (key.kty === 'oct' || privateMembers.some((member) => Object.hasOwn(key, member)))
      throw new TypeError(`addClient: keys[${index}] is a private key: it must not leave the client`)
  }
  const text = JSON.stringify({ keys: keys satisfies readonly PublicKey[] })
  if (text.length > 10_000) throw new TypeError('addClient: keys must have 10,000 characters at most')
  return text
}
