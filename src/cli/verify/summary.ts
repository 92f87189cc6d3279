import type {
  CaseResult,
  LeftOver,
  Observation,
  PlannedProfile,
  WireProfile,
} from '../../testing/wire/index.js'
import { exitCodes } from '../exit-codes.js'

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
  /** What the server was seen to drop of users. */
  readonly dropped: DroppedSummary
  /** What could not be removed. */
  readonly leftOver: readonly LeftOver[]
  readonly exitCode: number
}

/** Attributes that a server accepts and does not keep: one cause of many failures. */
export interface DroppedSummary {
  /** Their names. */
  readonly names: readonly string[]
  /** The ids of the cases that failed at them. */
  readonly cases: readonly string[]
}

/** One line about the required failures that dropped attributes explain; undefined where they explain none. */
export function droppedLine({ dropped, cases, profiles }: VerifySummary): string | undefined {
  const claimed = new Set(profiles.filter(({ isClaimed }) => isClaimed).map(({ profile }) => profile))
  const failed = cases.filter(
    (one) => one.outcome === 'failed' && one.level === 'required' && claimed.has(one.profile),
  )
  const count = failed.filter(({ id }) => dropped.cases.includes(id)).length
  if (count === 0) return undefined
  const what = count === 1 ? 'case is' : 'cases are'
  return `${count} of the ${failed.length} failed required ${what} about what the server takes and does not keep: ${dropped.names.join(', ')}. Attributes that its /Schemas leaves out are not asked for.`
}

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
  return { ...about, profiles, exitCode: fails ? exitCodes.no : exitCodes.done }
}
