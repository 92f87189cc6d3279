import type { Connection } from '../../connections/index.js'
import type { ScimResponse } from '../../http/index.js'
import type { LogPage } from '../../log/index.js'
import type { LogEntry, LogOutcome } from '../../stores/index.js'
import { digestOf } from '../encoding.js'
import type { HtmlContent } from '../escape.js'
import { html, shown } from '../escape.js'
import { findConnection, visitorOf } from '../find-connection.js'
import { fragment } from '../fragment.js'
import { connectionPath, render } from '../layout.js'
import type { PortalPage } from '../page.js'
import type { Parameters } from '../parameters.js'
import { namesOf } from '../resource-names.js'
import { entryItem } from './entry.js'

const pageSize = 25

/** By what a visitor chooses. A URL may name anything, such as a property of every object. */
const outcomesOf: ReadonlyMap<string, readonly LogOutcome[]> = new Map([
  ['changes', ['created', 'linked', 'changed', 'deactivated', 'reactivated', 'deleted']],
  ['refused', ['refused', 'failed']],
])

/** What a visitor looks for. */
interface Search {
  readonly who: string
  readonly outcome: string
  readonly before: string
}

function readSearch({ query }: PortalPage): Search {
  const text = (name: string) =>
    shown(query.get(name) ?? '')
      .trim()
      .slice(0, 320)
  return { who: text('who'), outcome: text('outcome'), before: text('before') }
}

function queryOf({ who, outcome }: Search, before = ''): string {
  const pairs = Object.entries({ who, outcome, before }).filter(([, value]) => value !== '')
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`
}

/** The newest requests of a connection, or those that are looked for. */
export async function readEntries(
  page: PortalPage,
  connection: Connection,
  { who, outcome, before }: Search,
): Promise<LogPage> {
  const { log } = page.context
  // What this process has not written yet is what the visitor waits for.
  await log.flush()
  const outcomes = outcomesOf.get(outcome)
  return log.entries({
    tenant: visitorOf(page).tenant,
    connection: connection.id,
    limit: pageSize,
    ...(who !== '' && { subject: who }),
    ...(outcomes && { outcomes }),
    ...(before !== '' && { before }),
  })
}

/** What changes when the list does. */
function etagOf(page: PortalPage, { entries }: LogPage): Promise<string> {
  return digestOf(JSON.stringify([page.language.tag, page.path, entries[0]?.id, entries.length]))
}

export async function activityPage(page: PortalPage, { id }: Parameters): Promise<ScimResponse> {
  const { t, principal } = page
  const connection = await findConnection(page, id)
  const search = readSearch(page)
  const found = await readEntries(page, connection, search)
  const here = connectionPath(page, connection, 'activity')
  const isNewest = search.before === ''
  const watched = isNewest && {
    watch: `${here}/list${queryOf(search)}`,
    etag: `"${await etagOf(page, found)}"`,
  }
  return render(page, {
    title: t.activity,
    lead: t.activityLead,
    connection,
    tab: 'activity',
    content: [
      searchForm(page, here, search),
      html`<section class="card" aria-label="${t.activity}">
${watched && html`<div class="actions field"><button type="button" class="quiet" data-pause="entries" aria-pressed="false" data-with-script hidden aria-label="${t.pauseOf}">${t.pause}</button><a class="inline-link" href="${here}${queryOf(search)}" data-without-script>${t.checkNow}</a></div>`}
<div id="entries"${watched && html` data-watch="${watched.watch}" data-etag="${watched.etag}" data-every="3000"`}>${await list(page, connection, found.entries, search)}</div></section>`,
      html`<nav class="actions" aria-label="${t.pages}">${!isNewest && html`<a class="button" href="${here}${queryOf(search)}">${t.newest}</a>`}
${found.next !== undefined && html`<a class="button" href="${here}${queryOf(search, found.next)}">${t.older}</a>`}
${principal?.canManage && html`<a class="button" href="${here}/csv" download>${t.exportCsv}</a><a class="button" href="${here}/json" download>${t.exportJson}</a>`}</nav>`,
    ],
  })
}

/** The list alone, for the script that asks again; 304 while nothing is new. */
export async function listFragment(page: PortalPage, { id }: Parameters): Promise<ScimResponse> {
  const connection = await findConnection(page, id)
  const search = readSearch(page)
  const found = await readEntries(page, connection, search)
  return fragment(page, await etagOf(page, found), () => list(page, connection, found.entries, search))
}

async function list(
  page: PortalPage,
  connection: Connection,
  entries: readonly LogEntry[],
  { who, outcome }: Search,
): Promise<HtmlContent> {
  const { t } = page
  if (entries.length === 0)
    return html`<p class="muted">${who === '' && outcome === '' ? t.noActivity : t.noActivityFound}</p>`
  const names = await namesOf(page, connection, entries)
  return html`<ul class="entries">${entries.map((entry) => html`<li>${entryItem(page, entry, names)}</li>`)}</ul>`
}

function searchForm(page: PortalPage, here: string, { who, outcome }: Search): HtmlContent {
  const { t } = page
  const options: readonly (readonly [string, string])[] = [
    ['', t.all],
    ['changes', t.changes],
    ['refused', t.refused],
  ]
  return html`<form class="card filters" method="get" action="${here}" role="search">
<div class="field"><label for="who">${t.search}</label><p class="hint" id="who-hint">${t.searchHint}</p><input id="who" name="who" type="search" value="${who}" autocomplete="off" aria-describedby="who-hint"></div>
<div class="field"><label for="outcome">${t.outcome}</label><select id="outcome" name="outcome">${options.map(
    ([value, label]) => html`<option value="${value}"${value === outcome && ' selected'}>${label}</option>`,
  )}</select></div>
<button>${t.filter}</button></form>`
}
