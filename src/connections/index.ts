export type {
  ClientMethod,
  ConnectionLink,
  ConnectionsStore,
  FoundClient,
  GuestLinkStore,
  StoredClient,
  StoredConnection,
  StoredGuestLink,
} from '../stores/index.js'
export { memoryConnections } from '../stores/index.js'
export type { AccessToken, ClientRegistry } from './client-registry.js'
export type {
  AddedClient,
  ApiToken,
  Client,
  ClientProof,
  Connection,
  ConnectionName,
  Connections,
  CredentialState,
  IssuedToken,
  LinkOptions,
  NewClient,
  NewConnection,
  NewToken,
  PublicKey,
  RefusalReason,
  Refusals,
  RefusedCredential,
  TokenRotation,
} from './connections.js'
export type { ConnectionsOptions } from './create.js'
export { createConnections } from './create.js'
