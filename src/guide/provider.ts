import type { GuideFacts } from './facts.js'
import type { GuideLocale, GuideValueName } from './types.js'

/**
 * A text in every language. `**…**` is what the identity provider's console says, `` `…` `` a value or a name, and
 * `{service}`, `{support}`, `{baseUrl}`, `{token}` stand for those.
 */
export type Words = Readonly<Record<GuideLocale, string>>

/** A field and what belongs into it: a value of the connection, or what is typed as it stands. */
export interface FieldSource {
  readonly label: string
  readonly value?: string
  readonly name?: GuideValueName
}

/** A step, before it is said in one language. */
export interface StepSource {
  readonly id: string
  readonly text: Words
  readonly fields?: readonly FieldSource[]
  readonly expect?: Words
  readonly notes?: readonly Words[]
  readonly isOptional?: true
}

/** Steps that belong together. */
export interface ChapterSource {
  readonly id: string
  readonly title: Words
  readonly steps: readonly StepSource[]
}

/** An attribute as an identity provider has it. */
export interface TargetSource {
  /** The SCIM attribute, such as `emails[type eq "work"].value`. */
  readonly path: string
  readonly target: string
  readonly source?: string
  readonly notes?: readonly Words[]
}

/** A symptom, what is behind it and what helps. */
export interface IssueSource {
  readonly symptom: Words
  readonly cause: Words
  readonly remedy: Words
}

/** What is known of an identity provider: its console, its names, and what goes wrong there. */
export interface ProviderSource {
  readonly name: string
  /** Which console the steps were written for. */
  readonly console: string
  /** Whether it fetches access tokens by client credentials of OAuth 2.0, where there is a token endpoint. */
  readonly usesClientCredentials?: true
  readonly features: (facts: GuideFacts) => readonly Words[]
  readonly requirements: (facts: GuideFacts) => readonly Words[]
  readonly chapters: (facts: GuideFacts) => readonly ChapterSource[]
  readonly attributes: readonly TargetSource[]
  /** What an attribute of the service's own is called in its mapping. */
  readonly targetOf: (path: string, urn: string | undefined) => string
  /** Whether its console asks for the URN of an attribute's schema. */
  readonly asksNamespace: boolean
  readonly attributeNotes: (facts: GuideFacts) => readonly Words[]
  readonly issues: (facts: GuideFacts) => readonly IssueSource[]
}
