import type { WireProfile } from './case.js'
import type { Target } from './target.js'

/** What a run can be asked for: one profile, or all of them. */
export type WireAs = WireProfile | 'all'

/** A profile in a run, and whether its failed cases count. */
export interface PlannedProfile {
  readonly profile: WireProfile
  /** Otherwise the server does not claim the profile, and what is said of it is for information. */
  readonly isClaimed: boolean
}

/** Every profile, in the order of reports. */
export const wireProfiles: readonly WireProfile[] = ['rfc', 'okta', 'entra', 'interop', 'ipsie']

/**
 * The profiles of a run. One that is asked for by name counts. Of `all` those count that the server claims: Okta, Entra
 * and the interop profile exclude each other, and discovery says which side a server is on.
 */
export function planProfiles(asked: readonly WireAs[], target: Target): readonly PlannedProfile[] {
  if (asked.includes('all')) {
    const claimed: Readonly<Record<WireProfile, boolean>> = {
      rfc: true,
      okta: !target.declaresInterop,
      entra: !target.declaresInterop,
      interop: target.declaresInterop,
      // Nothing in discovery claims it.
      ipsie: false,
    }
    return wireProfiles.map((profile) => ({ profile, isClaimed: claimed[profile] }))
  }
  // IPSIE is the interop profile and more.
  const wanted = (profile: WireProfile) =>
    asked.includes(profile) || (profile === 'interop' && asked.includes('ipsie'))
  return wireProfiles.filter(wanted).map((profile) => ({ profile, isClaimed: true }))
}
