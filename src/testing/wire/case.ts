import type { WireCapability } from './target.js'
import type { Wire } from './wire.js'

/** Whose expectations a case checks: the RFCs, a reviewer of an identity provider, or a profile of the RFCs. */
export type WireProfile = 'rfc' | 'okta' | 'entra' | 'interop' | 'ipsie'

/** One expectation of a server, and the requests that check it. */
export interface WireCase {
  /** Stable, such as `rfc/create-status`. */
  readonly id: string
  readonly profile: WireProfile
  /** A failed optional case is a warning. */
  readonly level: 'required' | 'optional'
  readonly name: string
  /** Where it is written: a section of an RFC, a step of a reviewer's test. */
  readonly source: string
  /** The case is skipped where the server lacks one of these. */
  readonly needs: readonly WireCapability[]
  /** The attributes of users that it writes, as paths; it is skipped where the server does not describe one of them. */
  readonly attributes: readonly string[]
  /** Whether it sends nothing that creates or changes. */
  readonly readsOnly: boolean
  /** The point on which reviewers contradict each other, if the case is about one: a key of {@link contradictions}. */
  readonly contradiction: string | undefined
  /** Resolves when the server behaves as expected. @throws CaseFailure | CaseSkipped */
  run(wire: Wire): Promise<void>
}

/** A case as its file writes it; what is left out has a default. */
export interface WireCaseDefinition {
  readonly id: string
  readonly name: string
  readonly source: string
  /** Default: `required`. */
  readonly level?: 'required' | 'optional'
  readonly needs?: readonly WireCapability[]
  readonly attributes?: readonly string[]
  readonly readsOnly?: boolean
  readonly contradiction?: string
  run(wire: Wire): Promise<void>
}

/** The cases of a profile. */
export function casesOf(
  profile: WireProfile,
  definitions: readonly WireCaseDefinition[],
  needs: readonly WireCapability[] = [],
): readonly WireCase[] {
  return definitions.map((one) => ({
    level: 'required',
    attributes: [],
    readsOnly: false,
    contradiction: undefined,
    ...one,
    profile,
    id: `${profile}/${one.id}`,
    needs: [...needs, ...(one.needs ?? [])],
  }))
}
