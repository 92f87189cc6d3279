import { ScimError } from '../protocol/index.js'
import type { Added, StoredClient, StoredToken } from '../stores/index.js'
import type { ApiToken, Client, CredentialState } from './connections.js'

/** What a store has of a token, without its digest. */
export function toToken(stored: StoredToken): ApiToken {
  const { id, tenant, connection, ending, created, createdBy, expires, lastUsed, revoked } = stored
  const state = stateOf(stored)
  return { id, tenant, connection, ending, created, createdBy, expires, lastUsed, revoked, state }
}

/** What a store has of a client, without the digest of its secret. */
export function toClient(stored: StoredClient): Client {
  const { digest: _digest, trust: _trust, keys: _keys, ...shown } = stored
  return { ...shown, state: stateOf(stored) }
}

function stateOf({ revoked, expires }: StoredToken | StoredClient): CredentialState {
  if (revoked !== undefined) return 'revoked'
  return expires !== undefined && Date.parse(expires) <= Date.now() ? 'expired' : 'live'
}

/** @throws ScimError 404 or 409 for what a store has not added. */
export function assertAdded(added: Added, what: 'token' | 'client'): void {
  if (added === 'added') return
  if (added === 'noConnection') throw noSuch('connection')
  if (added === 'notFound') throw noSuch(`live ${what}`)
  throw new ScimError(409, undefined, conflicts[added](what))
}

const conflicts = {
  disconnected: () => 'The connection was disconnected',
  tooMany: (what: string) =>
    what === 'token'
      ? 'The connection has two live tokens; revoke one of them first'
      : 'The connection has ten live clients; revoke one of them first',
  taken: () => 'A client has this issuer, subject and audience already',
}

/** The error for what a tenant does not have. */
export function noSuch(what: string): ScimError {
  return ScimError.notFound(`There is no such ${what}`)
}
