import type {
  CaseResult,
  LeftOver,
  Observation,
  PlannedProfile,
  WireProfile,
} from '../../testing/wire/index.js'

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** What came of a profile. */
export interface ProfileSummary {
  readonly profile: WireProfile
  /** Whether its required cases count for the exit code. */
  readonly isClaimed: boolean
  readonly required: Counts
  readonly optional: Counts
}

/** What came of a run: what every kind of report is made of. */
export interface VerifySummary {
  readonly baseUrl: string
  /** When the run began, as an ISO 8601 text. */
  readonly startedAt: string
  readonly durationMs: number
  /** Part of every name that the run has made. */
  readonly run: string
  readonly readOnly: boolean
  readonly profiles: readonly ProfileSummary[]
  readonly cases: readonly CaseResult[]
  readonly observations: readonly Observation[]
  /** What could not be removed. */
  readonly leftOver: readonly LeftOver[]
  readonly exitCode: number
}

/** What the command exits with: all that is required holds; something does not; it could not be run. */
export const verifyExitCodes = { holds: 0, fails: 1, unknown: 2 } as const

function countsOf(cases: readonly CaseResult[]): Counts {
  const count = (outcome: CaseResult['outcome']) => cases.filter((one) => one.outcome === outcome).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
}

/** The counts of each profile, and the exit code that follows. */
export function summarise(
  about: Omit<VerifySummary, 'profiles' | 'exitCode'>,
  planned: readonly PlannedProfile[],
): VerifySummary {
  const profiles = planned.map(({ profile, isClaimed }) => {
    const own = about.cases.filter((one) => one.profile === profile)
    const required = countsOf(own.filter(({ level }) => level === 'required'))
    return {
      profile,
      isClaimed,
      required,
      optional: countsOf(own.filter(({ level }) => level === 'optional')),
    }
  })
  const fails = profiles.some(({ isClaimed, required }) => isClaimed && required.failed > 0)
  return { ...about, profiles, exitCode: fails ? verifyExitCodes.fails : verifyExitCodes.holds }
}
