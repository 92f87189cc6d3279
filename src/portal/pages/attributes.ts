import type { GuideAttribute } from '../../guide/index.js'
import type { ScimResponse } from '../../http/index.js'
import type { HtmlContent } from '../escape.js'
import { html } from '../escape.js'
import { findConnection } from '../find-connection.js'
import { guideOf, textOf } from '../guide-content.js'
import { render } from '../layout.js'
import type { PortalPage } from '../page.js'
import type { Parameters } from '../parameters.js'

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
      html`<div class="card"><div class="scroll" role="region" aria-label="${t.attributes}" tabindex="0"><table class="wide"><caption class="hidden-text">${t.attributes}</caption>
<thead><tr><th scope="col">${t.attribute}</th><th scope="col">${t.atProvider(name)}</th><th scope="col">${t.source}</th><th scope="col">${t.meaning}</th></tr></thead>
<tbody>${attributes.map((one) => row(page, one))}</tbody></table></div></div>`,
    ],
  })
}

function row({ t }: PortalPage, attribute: GuideAttribute): HtmlContent {
  const { path, target, namespace, source, required, kept, notes } = attribute
  return html`<tr><th scope="row"><code translate="no">${path}</code></th>
<td><code translate="no">${target}</code>${namespace !== undefined && html`<br><span class="muted small">${t.namespace}: <code translate="no">${namespace}</code></span>`}</td>
<td>${source !== undefined && html`<code translate="no">${source}</code>`}</td>
<td>${required && html`<span class="badge warning">${t.required}</span> `}${
    kept ? html`<span class="badge good">${t.kept}</span>` : html`<span class="badge">${t.notKept}</span>`
  }${notes.map((note) => html`<br><span class="small">${note}</span>`)}</td></tr>`
}
