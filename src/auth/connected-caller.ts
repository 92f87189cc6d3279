import type { Caller } from './authenticate.js'

/** The key survives `{ ...caller, actor }`, and is the same in every copy of the package. */
const connected: unique symbol = Symbol.for('scimkit.connected')

/** A write that a caller has made. */
export interface CallerWrite {
  readonly tenant: string | undefined
  readonly connection: string
  readonly resourceType: string
  readonly id: string
  readonly isDeleted: boolean
}

/** Takes down which resources the callers of connections write. */
export interface WriteRecorder {
  /** The transactions that it can write in: those of a store are the same object where its writes can. */
  readonly transactions: object | undefined
  record(write: CallerWrite, transaction: object | undefined): Promise<void>
}

/** What a caller of a connection brings along. */
export interface CallerConnection {
  readonly recorder: WriteRecorder
  /** The name of the connection's profile. */
  readonly profile: string | undefined
}

interface ConnectedCaller extends Caller {
  readonly [connected]: CallerConnection
}

function isConnected(caller: Caller): caller is ConnectedCaller {
  return connected in caller
}

/** The caller with what its connection brings along. */
export function withConnection(caller: Caller, connection: CallerConnection): Caller {
  const made: ConnectedCaller = { ...caller, [connected]: connection }
  // Handed to the host's hooks again and again: what one of them changed would be true for every later request.
  return Object.freeze(made)
}

/** What the connection of a caller brings along; undefined for a caller of none. */
export function connectionOf(caller: Caller): CallerConnection | undefined {
  return isConnected(caller) ? caller[connected] : undefined
}
