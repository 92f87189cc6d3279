import type { GuideAttribute } from '../../guide/index.js'
import type { ScimResponse } from '../../http/index.js'
import type { HtmlContent } from '../escape.js'
import { html } from '../escape.js'
import { findConnection } from '../find-connection.js'
import { guideOf, textOf } from '../guide-content.js'
import { render } from '../layout.js'
import type { PortalPage } from '../page.js'
import type { Parameters } from '../parameters.js'
import { table } from '../table.js'

/** What the identity provider calls each attribute, and what the service does with it. */
export async function attributesPage(page: PortalPage, { id }: Parameters): Promise<ScimResponse> {
  const { t, context } = page
  const connection = await findConnection(page, id)
  const { name, attributes, attributeNotes } = guideOf(page, connection)
  return render(page, {
    title: t.attributes,
    lead: t.attributesLead(name, context.name),
    connection,
    tab: 'attributes',
    content: [
      attributeNotes.length > 0 &&
        html`<div class="note"><ul>${attributeNotes.map((note) => html`<li>${textOf(note)}</li>`)}</ul></div>`,
      table({
        caption: t.attributes,
        isCaptionHidden: true,
        isWide: true,
        head: [t.attribute, t.atProvider(name), t.source, t.meaning],
        rows: attributes.map((one) => row(page, one)),
      }),
    ],
  })
}

function row({ t }: PortalPage, attribute: GuideAttribute): readonly [HtmlContent, ...HtmlContent[]] {
  const { path, target, namespace, source, required, kept, notes } = attribute
  return [
    html`<code translate="no">${path}</code>`,
    html`<code translate="no">${target}</code>${namespace !== undefined && html`<br><span class="muted small">${t.namespace}: <code translate="no">${namespace}</code></span>`}`,
    source === undefined ? '' : html`<code translate="no">${source}</code>`,
    html`${required && html`<span class="badge warning">${t.required}</span> `}${
      kept ? html`<span class="badge good">${t.kept}</span>` : html`<span class="badge">${t.notKept}</span>`
    }${notes.map((note) => html`<br><span class="small">${note}</span>`)}`,
  ]
}
