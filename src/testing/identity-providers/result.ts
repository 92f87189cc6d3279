import type { SimulatedRequest } from './client.js'

/** A user as an identity provider believes one to be in the app. */
export interface ProviderUser {
  /** The identity provider's own id. */
  readonly id: string
  readonly userName: string
  /** The server's id, as the identity provider remembers it; undefined where it knows of no account. */
  readonly link: string | undefined
  /** Where the user stands: words of each simulator, such as `active`, `inactive` or `escrow`. */
  readonly state: string
  /** Whether the account is meant to be usable; undefined where there is meant to be none. */
  readonly active: boolean | undefined
  /** By path, such as `name.givenName`. */
  readonly values: Readonly<Record<string, unknown>>
}

/** A group as an identity provider believes one to be in the app. */
export interface ProviderGroup {
  readonly id: string
  readonly displayName: string
  readonly link: string | undefined
  readonly state: string
  /** The server's ids of the members that the identity provider has put in. */
  readonly members: readonly string[]
}

/** Where the identity provider's belief and the server's resources part. */
export interface StateDifference {
  /** Such as `user ada@example.com` or `group Engineering`. */
  readonly subject: string
  /** The path of an attribute, or what else is compared: `id`, `userName filter`. */
  readonly path: string
  /** What the identity provider believes. */
  readonly provider: unknown
  /** What the server says. */
  readonly server: unknown
  /** In a sentence. */
  readonly message: string
}

/** A step that failed: what an administrator finds under Tasks, or in the provisioning log. */
export interface Problem {
  readonly subject: string
  /** Such as `lookup`, `create`, `update`, `deactivate`, `group push`, `import`. */
  readonly step: string
  /** Left out where no reply came. */
  readonly status?: number
  /** In a sentence, with the server's `detail` where it has sent one. */
  readonly message: string
  /** The identity provider's own code, where it has one, such as `InvalidAnchor`. */
  readonly code?: string
}

/** What a method of a simulator has done, and what each side believes afterwards. */
export interface SimulationResult {
  /** Such as `assign ada@example.com`. */
  readonly action: string
  /** Whether both sides agree and no step failed. */
  readonly ok: boolean
  /** What the identity provider has sent, in its order. */
  readonly requests: readonly SimulatedRequest[]
  /** What the identity provider believes of the users and groups that were touched. */
  readonly provider: { readonly users: readonly ProviderUser[]; readonly groups: readonly ProviderGroup[] }
  /** What the server says of them, read afterwards with requests that no identity provider sends. */
  readonly server: {
    readonly users: readonly Readonly<Record<string, unknown>>[]
    readonly groups: readonly Readonly<Record<string, unknown>>[]
  }
  readonly differences: readonly StateDifference[]
  readonly problems: readonly Problem[]
  /** What this identity provider tolerates and others do not. */
  readonly warnings: readonly string[]
  /** Milliseconds that the identity provider has waited, each time that it has. */
  readonly waits: readonly number[]
}

/** What is gathered while a method works. */
export interface ActionRun {
  readonly action: string
  readonly requests: SimulatedRequest[]
  readonly problems: Problem[]
  readonly warnings: string[]
  readonly waits: number[]
}

export function newRun(action: string): ActionRun {
  return { action, requests: [], problems: [], warnings: [], waits: [] }
}

/** What was observed of the touched users and groups. */
export type Observed = Pick<SimulationResult, 'provider' | 'server' | 'differences'>

export const nothingObserved: Observed = {
  provider: { users: [], groups: [] },
  server: { users: [], groups: [] },
  differences: [],
}

export function finishRun(run: ActionRun, observed: Observed): SimulationResult {
  const { differences } = observed
  return { ...run, ...observed, ok: differences.length === 0 && run.problems.length === 0 }
}
