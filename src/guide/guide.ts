import type { Scim } from '../create-scim/index.js'
import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions, isObject } from '../protocol/index.js'
import { attributeTable } from './attributes.js'
import type { GuideFacts } from './facts.js'
import { factsOf } from './facts.js'
import { toMarkdown } from './markdown.js'
import type { FieldSource, ProviderSource, StepSource, Words } from './provider.js'
import { providerSources } from './providers/all.js'
import { fill, guideText } from './text.js'
import type { Guide, GuideField, GuideLocale, GuideOptions, GuideProvider, GuideStep } from './types.js'
import { warningsOf } from './warnings.js'
import { words } from './words.js'

const optionNames = {
  idp: true,
  locale: true,
  name: true,
  baseUrl: true,
  support: true,
  tokenFrom: true,
  oauth: true,
  deactivation: true,
  tenant: true,
  date: true,
  links: true,
} satisfies OptionNames<GuideOptions>
const oauthNames = { tokenUrl: true, clientId: true, scope: true, federation: true } satisfies OptionNames<
  NonNullable<GuideOptions['oauth']>
>

/** The identity providers that {@link guide} has steps for, with their names. */
export const guideProviders: readonly {
  readonly id: GuideProvider
  readonly name: string
  /** Whether it fetches access tokens by client credentials of OAuth 2.0, where there is a token endpoint. */
  readonly usesClientCredentials: boolean
}[] = (Object.keys(providerSources) as GuideProvider[]).map((id) => {
  const { name, usesClientCredentials = false } = providerSources[id]
  return { id, name, usesClientCredentials }
})

const textOptions = ['name', 'baseUrl', 'support', 'deactivation', 'tenant', 'date'] as const

const locales: readonly GuideLocale[] = ['en', 'de']

/** What a guide says where the host does not. */
const unnamed = {
  en: { service: 'the service', support: 'the support of the service', deactivates: 'deactivates' },
  de: { service: 'SCIM-Dienst', support: 'Support', deactivates: 'deaktiviert' },
} as const satisfies Readonly<Record<GuideLocale, object>>

/**
 * The guide that customers of a service set up their identity provider by: steps, values and the table of attributes as
 * data, from the configuration that is running, and the same as Markdown.
 *
 * @throws TypeError for an identity provider, a language or an option that there is not.
 * @example
 * const { markdown } = guide(scim, { idp: 'okta', name: 'Acme', support: 'help@acme.example' })
 */
export function guide(scim: Pick<Scim, 'describe'>, options: GuideOptions): Guide {
  assertGuideOptions(options)
  const { idp, locale = 'en', date = new Date().toISOString().slice(0, 10), links = [], tenant } = options
  const provider = providerSources[idp]
  const facts = factsOf(scim.describe(tenant === undefined ? {} : { tenant }), options)
  const fillings = fillingsOf(facts, provider, locale)
  const text = (source: Words) => guideText(source, locale, fillings)
  const say = (source: Words) => fill(source[locale], fillings)
  const step = (source: StepSource): GuideStep => ({
    id: source.id,
    text: text(source.text),
    fields: (source.fields ?? []).map((field) => fieldOf(field, facts, fillings)),
    expect: source.expect && text(source.expect),
    notes: (source.notes ?? []).map(text),
    isOptional: source.isOptional ?? false,
  })
  const data: Omit<Guide, 'markdown'> = {
    idp,
    name: provider.name,
    locale,
    title: say(facts.name === undefined ? words.unnamedTitle : words.title),
    lead: text(words.lead),
    console: provider.console,
    features: provider.features(facts).map(text),
    requirements: provider.requirements(facts).map(text),
    warnings: warningsOf(facts, idp).map(text),
    chapters: provider.chapters(facts).map(({ id, title, steps }) => ({
      id,
      title: say(title),
      steps: steps.map(step),
    })),
    attributes: attributeTable(facts, provider, say),
    attributeNotes: [
      ...(facts.required.length > 0 ? [text(words.requiredNote)] : []),
      ...(facts.attributes.get('emails.value')?.caseExact === false &&
      facts.attributes.get('emails.value')?.kept
        ? [text(words.emailCase)]
        : []),
      ...provider.attributeNotes(facts).map(text),
      text(words.limits),
    ],
    issues: provider.issues(facts).map(({ symptom, cause, remedy }) => ({
      symptom: text(symptom),
      cause: text(cause),
      remedy: text(remedy),
    })),
    closing: text(words.closing),
  }
  return {
    ...data,
    markdown: toMarkdown(data, { say, date, links, isRateLimited: facts.description.isRateLimited }),
  }
}

function assertGuideOptions(options: GuideOptions): void {
  assertKnownOptions('guide', options, optionNames)
  const { idp, locale, oauth, tokenFrom } = options ?? {}
  if (typeof idp !== 'string' || !Object.hasOwn(providerSources, idp)) {
    const known = Object.keys(providerSources).join('", "')
    throw new TypeError(`guide: idp must be one of "${known}"`)
  }
  if (locale !== undefined && !locales.includes(locale))
    throw new TypeError('guide: locale must be "en" or "de"')
  if (tokenFrom !== undefined && tokenFrom !== 'page' && tokenFrom !== 'support')
    throw new TypeError('guide: tokenFrom must be "page" or "support"')
  for (const name of textOptions) {
    const text: unknown = options[name]
    if (text !== undefined && (typeof text !== 'string' || text.trim() === ''))
      throw new TypeError(`guide: ${name} must be text that is not empty`)
  }
  if (options.links !== undefined && !(Array.isArray(options.links) && options.links.every(isLink)))
    throw new TypeError('guide: links must be a list of titles and http, https, mailto or relative URLs')
  assertKnownOptions('guide', oauth, oauthNames, 'oauth')
  if (oauth && typeof oauth.tokenUrl !== 'string')
    throw new TypeError('guide: oauth.tokenUrl must be the URL of the token endpoint')
}

function isLink(link: unknown): boolean {
  if (!isObject(link)) return false
  const { title, url } = link
  const isText = typeof title === 'string' && typeof url === 'string'
  // Or a page beside the guide.
  return isText && (/^(?:https?|mailto):/i.test(url) || !/^\s*[\w+.-]+:/.test(url))
}

function fillingsOf(facts: GuideFacts, { name }: ProviderSource, locale: GuideLocale) {
  const { options, description, required } = facts
  const number = new Intl.NumberFormat(locale)
  const other = unnamed[locale]
  return {
    service: facts.name ?? other.service,
    support: options.support ?? other.support,
    deactivates: options.deactivation ?? other.deactivates,
    idp: name === 'SCIM 2.0' ? (locale === 'de' ? 'Ihr Identity-Provider' : 'your identity provider') : name,
    baseUrl: facts.baseUrl,
    attributes: words.attributes[locale],
    issues: words.issues[locale],
    required: required.map(({ path }) => path).join(', '),
    maxText: number.format(description.limits.maxTextLength),
    maxValues: number.format(description.limits.maxValues),
  }
}

function fieldOf(
  { label, value, name }: FieldSource,
  { baseUrl, options }: GuideFacts,
  fillings: Readonly<Record<string, string>>,
): GuideField {
  const { oauth } = options
  const known = {
    baseUrl,
    tokenUrl: oauth?.tokenUrl,
    clientId: oauth?.clientId,
    scope: oauth?.scope ?? 'scim',
  }
  const isSecret = name === 'token' || name === 'clientSecret'
  return {
    label,
    name,
    isSecret,
    value:
      name === undefined
        ? value && fill(value, fillings)
        : isSecret
          ? undefined
          : known[name as keyof typeof known],
  }
}
