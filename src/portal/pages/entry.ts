import type { LogEntry } from '../../stores/index.js'
import type { HtmlContent } from '../escape.js'
import { html, shown } from '../escape.js'
import { time } from '../layout.js'
import type { PortalPage } from '../page.js'

/** A request in the list: when, what has happened, and all that is known of it. `names`: of resources, by their ids. */
export function entryItem(
  page: PortalPage,
  entry: LogEntry,
  names: ReadonlyMap<string, string>,
): HtmlContent {
  const { t, context, language } = page
  const { id, outcome, resourceId } = entry
  const name = resourceId === undefined ? undefined : names.get(resourceId)
  const sentences = isNote(entry, t.notes)
    ? [t.notes[entry.operation]]
    : context.log.explain(entry, language.texts).map(({ text }) => shown(text))
  const [first = t.requestTo(entry.method, entry.path), ...rest] = sentences
  const isBad = outcome === 'refused' || outcome === 'failed'
  return html`<p class="entry-time">${time(page, entry.time)}</p>
<div><p>${name !== undefined && html`<strong>${shown(name)}</strong>: `}${first}</p>
<details data-keep="${id}"><summary>${t.details}<span class="hidden-text"> ${first}</span></summary>
${rest.map((sentence) => html`<p>${sentence}</p>`)}
${outcome !== 'noted' && facts(page, entry)}
<label for="report-${id}">${t.report}</label><p class="hint">${t.reportHint}</p>
<div class="value"><textarea id="report-${id}" rows="6" readonly spellcheck="false" translate="no">${reportOf(entry)}</textarea>
<button type="button" data-copy="report-${id}" data-short="${t.copiedShort}" data-done="${t.copied(t.report)}" data-failed="${t.copyByHand}" data-with-script hidden aria-label="${t.copyOf(t.report)}">${t.copy}</button></div>
</details></div>
<span class="badge ${isBad ? 'bad' : isChange(entry) ? 'good' : ''}">${t.outcomes[outcome]}</span>`
}

/** Whether an entry is about what was done on these pages. */
function isNote<Notes extends object>(
  entry: LogEntry,
  notes: Notes,
): entry is LogEntry & { readonly operation: keyof Notes & string } {
  const { outcome, operation } = entry
  return outcome === 'noted' && operation !== undefined && Object.hasOwn(notes, operation)
}

function isChange({ outcome }: LogEntry): boolean {
  return ['created', 'linked', 'changed', 'deactivated', 'reactivated', 'deleted'].includes(outcome)
}

function facts(page: PortalPage, entry: LogEntry): HtmlContent {
  const { t } = page
  const { method, path, status, requestId, durationMs, changed, rules, error, body, filter, actor } = entry
  return html`<dl class="facts">
<dt>${t.operation}</dt><dd><code>${method} ${shown(path)}</code></dd>
${filter !== undefined && html`<dt>${t.filterOf}</dt><dd><code>${shown(filter)}</code></dd>`}
<dt>${t.status}</dt><dd>${status}</dd>
${error && html`<dt>${t.reply}</dt><dd>${shown(error.detail)}${error.path !== undefined && html` (<code>${shown(error.path)}</code>)`}</dd>`}
${changed && html`<dt>${t.changed}</dt><dd>${changed.map((one, index) => html`${index > 0 && ', '}<code>${shown(one)}</code>`)}</dd>`}
${rules && html`<dt>${t.rules}</dt><dd>${rules.map(({ rule, message }) => html`<code>${shown(rule)}</code>: ${shown(message)}<br>`)}</dd>`}
${body !== undefined && html`<dt>${t.shape}</dt><dd><code>${shown(JSON.stringify(body))}</code></dd>`}
${actor !== undefined && html`<dt>${t.actor}</dt><dd>${shown(actor)}</dd>`}
<dt>${t.duration}</dt><dd>${t.milliseconds(durationMs)}</dd>
<dt>${t.requestId}</dt><dd><code>${shown(requestId)}</code></dd></dl>`
}

/** The facts of a request as text, for the support team. */
function reportOf(entry: LogEntry): string {
  const { subjects: _subjects, tenant: _tenant, ...facts } = entry
  return JSON.stringify(facts, null, 1).split('\n').map(shown).join('\n')
}
