import type { Connection } from '../connections/index.js'
import type { Guide, GuideField, GuideProvider, GuideStep, GuideText } from '../guide/index.js'
import { guide, guideProviders } from '../guide/index.js'
import { scimBaseUrl } from './call-scim.js'
import type { HtmlContent } from './escape.js'
import { html } from './escape.js'
import { copyField } from './layout.js'
import type { PortalPage } from './page.js'

/** The guide for a connection's identity provider, from the running configuration. */
export function guideOf(page: PortalPage, { provider, tenant }: Connection): Guide {
  const { scim, name, support, tokenUrl, issuers } = page.context
  return guide(scim, {
    idp: providerOf(provider),
    locale: page.language.texts,
    name,
    baseUrl: scimBaseUrl(page),
    tokenFrom: 'page',
    ...(support !== undefined && { support }),
    ...(tenant !== undefined && { tenant }),
    ...(tokenUrl !== undefined &&
      usesClients(page, provider) && { oauth: { tokenUrl, federation: issuers.length > 0 } }),
  })
}

/** Whether an identity provider is set up with a client of the token endpoint; the others send a token. */
export function usesClients({ context }: PortalPage, provider: string): boolean {
  const known = guideProviders.find(({ id }) => id === provider)
  return context.tokenUrl !== undefined && (known?.usesClientCredentials ?? false)
}

/** A host may have made a connection with a name of its own for the provider. */
function providerOf(provider: string): GuideProvider {
  return guideProviders.find(({ id }) => id === provider)?.id ?? 'other'
}

/** The steps at the identity provider. */
export function providerSteps(page: PortalPage, connection: Connection): HtmlContent {
  const made = guideOf(page, connection)
  return [
    html`<p>${textOf(made.lead)}</p>`,
    made.requirements.length > 0 &&
      html`<details><summary>${page.t.requirements}</summary><ul>${made.requirements.map((one) => html`<li>${textOf(one)}</li>`)}</ul></details>`,
    made.chapters.map(
      (chapter) =>
        html`<h3>${chapter.title}</h3><ol class="steps">${chapter.steps.map((one) => html`<li>${step(page, chapter.id, one)}</li>`)}</ol>`,
    ),
    html`<p>${textOf(made.closing)}</p><p class="muted small">${page.t.describedConsole(made.console)}</p>`,
  ]
}

/** What the identity provider will not accept of the Base URL. */
export function addressWarnings(page: PortalPage, connection: Connection): HtmlContent {
  const { warnings } = guideOf(page, connection)
  return warnings.map((warning) => html`<div class="note warning"><p>${textOf(warning)}</p></div>`)
}

/** What goes wrong at the identity provider, and what helps. */
export function knownIssues(page: PortalPage, connection: Connection): HtmlContent {
  const { issues } = guideOf(page, connection)
  return (
    issues.length > 0 &&
    html`<details><summary>${page.t.knownIssues}</summary><ul>${issues.map(
      ({ symptom, cause, remedy }) =>
        html`<li><strong>${textOf(symptom)}</strong><br>${textOf(cause)} ${textOf(remedy)}</li>`,
    )}</ul></details>`
  )
}

function step(
  page: PortalPage,
  chapter: string,
  { id, text, fields, expect, notes, isOptional }: GuideStep,
): HtmlContent {
  const { t } = page
  return [
    html`<p>${isOptional && html`<span class="badge">${t.optional}</span> `}${textOf(text)}</p>`,
    fields.map((one, index) => field(page, `${chapter}-${id}-${index}`, one)),
    expect && html`<p class="expect"><strong>${t.youSee}</strong> ${textOf(expect)}</p>`,
    notes.map((note) => html`<p class="muted small">${textOf(note)}</p>`),
  ]
}

function field(page: PortalPage, id: string, { label, name, value, isSecret }: GuideField): HtmlContent {
  const { secretAbove, clientAbove } = page.t
  if (isSecret || value === undefined)
    return html`<p>${ui(label)}: <span class="muted">${name === 'token' ? secretAbove : clientAbove}</span></p>`
  return copyField(page, id, label, value)
}

/** What the identity provider's console says, in its own language. */
function ui(text: string): HtmlContent {
  return html`<b lang="en" translate="no">${text}</b>`
}

/** A text with its parts marked. */
export function textOf(text: GuideText): HtmlContent {
  return text.map(({ kind, text: part }) => {
    if (kind === 'ui') return ui(part)
    return kind === 'code' ? html`<code translate="no">${part}</code>` : part
  })
}
