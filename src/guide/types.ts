/** The identity providers that there are steps for; `other`: any that speaks SCIM 2.0. */
export type GuideProvider = 'okta' | 'entra' | 'jumpcloud' | 'onelogin' | 'google' | 'ping' | 'other'

/** The languages of guides. What the identity provider's console says stays in English. */
export type GuideLocale = 'en' | 'de'

/** A piece of a sentence: `ui` is what the identity provider's console says, `code` a value or a name. */
export interface GuidePart {
  readonly kind: 'text' | 'ui' | 'code'
  readonly text: string
}

/** A sentence or two. */
export type GuideText = readonly GuidePart[]

/** Which value a field takes, where it is one of the connection's. */
export type GuideValueName = 'baseUrl' | 'token' | 'tokenUrl' | 'clientId' | 'clientSecret' | 'scope'

/** A field of the identity provider's console, with what belongs into it. */
export interface GuideField {
  /** The field's name in the console. */
  readonly label: string
  /** What is typed or chosen there; undefined for a secret, which a guide never has. */
  readonly value: string | undefined
  /** Which value of the connection it is; undefined for what is the same for everybody. */
  readonly name: GuideValueName | undefined
  readonly isSecret: boolean
}

/** One thing to do. */
export interface GuideStep {
  /** The same in every version, such as `test-credentials`. */
  readonly id: string
  readonly text: GuideText
  readonly fields: readonly GuideField[]
  /** What there is to see afterwards. */
  readonly expect: GuideText | undefined
  readonly notes: readonly GuideText[]
  readonly isOptional: boolean
}

/** Steps that belong together. */
export interface GuideChapter {
  readonly id: string
  readonly title: string
  readonly steps: readonly GuideStep[]
}

/** An attribute in the table. */
export interface GuideAttribute {
  /** The SCIM attribute, such as `emails[type eq "work"].value`. */
  readonly path: string
  /** What the identity provider calls it in its mapping. */
  readonly target: string
  /** The namespace that belongs to it, where the console asks for one. */
  readonly namespace: string | undefined
  /** The source or expression that is usual; undefined where the administrator chooses. */
  readonly source: string | undefined
  readonly required: boolean
  /** Whether the service stores it. */
  readonly kept: boolean
  /** Whether people are matched by it. */
  readonly isMatching: boolean
  /** What the service does with it. */
  readonly notes: readonly string[]
}

/** A symptom that an administrator meets, with what is behind it and what helps. */
export interface GuideIssue {
  readonly symptom: GuideText
  readonly cause: GuideText
  readonly remedy: GuideText
}

/** A configuration guide as data; {@link Guide.markdown} has it as text. */
export interface Guide {
  readonly idp: GuideProvider
  /** The identity provider's name, such as `Okta`. */
  readonly name: string
  readonly locale: GuideLocale
  readonly title: string
  readonly lead: GuideText
  /** Which console the steps were written for. */
  readonly console: string
  /** What provisioning does, by the identity provider's own words. */
  readonly features: readonly GuideText[]
  readonly requirements: readonly GuideText[]
  /** What is wrong with the configuration for this identity provider, such as a base URL that it refuses. */
  readonly warnings: readonly GuideText[]
  readonly chapters: readonly GuideChapter[]
  readonly attributes: readonly GuideAttribute[]
  /** What is said about the table. */
  readonly attributeNotes: readonly GuideText[]
  readonly issues: readonly GuideIssue[]
  readonly closing: GuideText
  /** The guide as Markdown, with the headings that reviewers ask for. */
  readonly markdown: string
}

/** What a guide says that the service does not know of itself. */
export interface GuideOptions {
  readonly idp: GuideProvider
  /** Default `en`. */
  readonly locale?: GuideLocale
  /** The name of the service, as its customers know it. Default: the host of its Base URL, or else "the service". */
  readonly name?: string
  /** The Base URL of the customer. Default: the service's `baseUrl`, or a placeholder. */
  readonly baseUrl?: string
  /** Whom customers ask for help, such as an e-mail address. Default: "the service's support". */
  readonly support?: string
  /** Where the token comes from: issued on the service's own page, or by its support. Default `support`. */
  readonly tokenFrom?: 'page' | 'support'
  /** OAuth instead of a token: what the customer types besides the secret. */
  readonly oauth?: {
    readonly tokenUrl: string
    readonly clientId?: string
    /** Default: `scim`. */
    readonly scope?: string
    /** Whether clients may prove who they are by assertions of their identity provider. Default: false. */
    readonly federation?: boolean
  }
  /** What the service does to a person who is deactivated, as a verb: `terminates`. Default `deactivates`. */
  readonly deactivation?: string
  /** The caller that it is made for, where the profile is a function of the caller. */
  readonly tenant?: string
  /** When it was made, such as `2026-11-28`. Default: today, in UTC. */
  readonly date?: string
  /** Pages to read next. */
  readonly links?: readonly { readonly title: string; readonly url: string }[]
}
