import { html, raw } from 'hono/html'
import type { CaseResult, WireExchange } from '../../testing/wire/index.js'
import { asCurl } from './curl.js'
import { reportScript } from './report-script.js'
import { reportStyle } from './report-style.js'
import type { ProfileSummary, VerifySummary } from './summary.js'
import { droppedLine } from './summary.js'

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/** A summary as a page that needs nothing but itself: light and dark, on a phone, on paper, with a keyboard. */
export async function asReport(summary: VerifySummary): Promise<string> {
  const { baseUrl, startedAt, durationMs, exitCode, profiles, cases, readOnly } = summary
  const claimed = new Set(profiles.filter(({ isClaimed }) => isClaimed).map(({ profile }) => profile))
  const failed = cases.filter((one) => isFailure(one) && claimed.has(one.profile)).length
  const about = droppedLine(summary)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>SCIM report: ${baseUrl}</title>
<style>${raw(reportStyle)}</style>
</head>
<body>
<a class="skip" href="#cases">Skip to the cases</a>
<header>
<p class="product">scimkit verify</p>
<h1>${baseUrl}</h1>
<p class="verdict ${exitCode === 0 ? 'passed' : 'failed'}">${
    exitCode === 0
      ? 'All that is required holds'
      : `${failed} required ${failed === 1 ? 'case' : 'cases'} failed`
  }</p>
<p class="when"><time datetime="${startedAt}">${startedAt.slice(0, 16).replace('T', ' ')} UTC</time>, ${cases.length} cases in ${(durationMs / 1000).toFixed(1)} s${readOnly ? ', nothing was written' : ''}</p>
${about === undefined ? '' : html`<p>${about}</p>`}
</header>
<main>
<section aria-labelledby="profiles-title">
<h2 id="profiles-title">Profiles</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="profiles-title">
<table>
<thead><tr><th scope="col" rowspan="2">Profile</th><th scope="colgroup" colspan="3">Required</th><th scope="colgroup" colspan="3">Optional</th></tr>
<tr>${['passed', 'failed', 'skipped', 'passed', 'failed', 'skipped'].map((one) => html`<th scope="col">${one}</th>`)}</tr></thead>
<tbody>${profiles.map(profileRow)}</tbody>
</table>
</div>
</section>
${contradictions(summary)}
${leftOvers(summary)}
<section aria-labelledby="cases">
<h2 id="cases" tabindex="-1">Cases</h2>
<form class="filters" role="search" aria-label="Filter the cases">
<label>Search <input type="search" id="search" autocomplete="off" placeholder="words of a case, a section…"></label>
<label>Profile <select id="profile"><option value="">all</option>${profiles.map(({ profile }) => html`<option>${profile}</option>`)}</select></label>
<label>Outcome <select id="outcome"><option value="">all</option><option value="failed"${failed > 0 ? raw(' selected') : ''}>failed</option><option value="optional">optional failed</option><option value="passed">passed</option><option value="skipped">skipped</option></select></label>
<button type="button" id="expand" aria-pressed="false">Expand all</button>
</form>
<p id="count" class="count" role="status"></p>
<ol class="cases" id="list">${[...cases].sort(byWeight).map((one) => caseItem(one, claimed.has(one.profile)))}</ol>
</section>
</main>
<p id="said" class="said" role="status"></p>
<script>${raw(reportScript)}</script>
</body>
</html>
`
  return String(await page)
}

function isFailure({ outcome, level }: CaseResult): boolean {
  return outcome === 'failed' && level === 'required'
}

/** What failed stands first. */
function byWeight(one: CaseResult, other: CaseResult): number {
  const weight = (result: CaseResult) => (isFailure(result) ? 0 : result.outcome === 'failed' ? 1 : 2)
  return weight(one) - weight(other)
}

function profileRow({ profile, isClaimed, required, optional }: ProfileSummary) {
  const cell = (count: number, kind: string) => html`<td class="${count > 0 ? kind : 'none'}">${count}</td>`
  return html`<tr><th scope="row">${profile}${isClaimed ? '' : html` <small>not claimed</small>`}</th>${cell(required.passed, 'passed')}${cell(required.failed, isClaimed ? 'failed' : 'optional')}${cell(required.skipped, 'skipped')}${cell(optional.passed, 'passed')}${cell(optional.failed, 'optional')}${cell(optional.skipped, 'skipped')}</tr>`
}

function contradictions({ observations }: VerifySummary) {
  if (observations.length === 0) return ''
  return html`<section aria-labelledby="contradictions"><h2 id="contradictions">Where reviewers contradict each other</h2>
<dl class="points">${observations.map(
    ({ point, answer, suits, against }) =>
      html`<div><dt>${point}: <strong>${answer}</strong></dt><dd>Suits ${suits}.</dd><dd>Does not suit ${against}.</dd></div>`,
  )}</dl></section>`
}

function leftOvers({ leftOver }: VerifySummary) {
  if (leftOver.length === 0) return ''
  return html`<section aria-labelledby="left"><h2 id="left">Left on the server</h2>
<p>The same command with <code>--cleanup</code> removes it.</p>
<ul>${leftOver.map(({ path, reason }) => html`<li><code>${path}</code>: ${reason}</li>`)}</ul></section>`
}

function caseItem(result: CaseResult, isClaimed: boolean) {
  const { id, name, profile, level, source, outcome, message, expected, exchanges, wrong, contradiction } =
    result
  const kind = outcome === 'failed' && (level === 'optional' || !isClaimed) ? 'optional' : outcome
  const word = kind === 'optional' ? (isClaimed ? 'optional, failed' : 'failed, not claimed') : outcome
  return html`<li data-outcome="${kind}" data-profile="${profile}"><details>
<summary><span class="badge ${kind}">${word}</span> <span class="name">${name}</span> <code class="id">${id}</code></summary>
<dl class="facts"><div><dt>Source</dt><dd>${source}</dd></div>${
    expected === undefined ? '' : html`<div><dt>Expected</dt><dd>${expected}</dd></div>`
  }${message === undefined ? '' : html`<div><dt>${outcome === 'skipped' ? 'Skipped' : 'Instead'}</dt><dd>${message}</dd></div>`}${
    contradiction === undefined || outcome !== 'failed'
      ? ''
      : html`<div><dt>Note</dt><dd>${contradiction}</dd></div>`
  }</dl>
${exchanges.map((one, index) => exchangeItem(one, index === wrong))}
</details></li>`
}

function exchangeItem(exchange: WireExchange, isWrong: boolean) {
  const { method, url, requestBody, requestHeaders, status, headers, text } = exchange
  return html`<section class="exchange${isWrong ? ' wrong' : ''}" aria-label="${method} ${url}">
<div class="line"><code>${method} ${url}</code><button type="button" class="copy" data-curl="${asCurl(exchange)}">Copy as curl</button></div>
${headerLines(requestHeaders)}${requestBody === undefined ? '' : html`<pre tabindex="0">${pretty(requestBody)}</pre>`}
<div class="line"><strong>${status === undefined ? 'no reply' : `status ${status}`}</strong>${isWrong ? html`<span class="badge failed">here</span>` : ''}</div>
${headerLines(headers)}${text === '' ? '' : html`<pre tabindex="0">${pretty(text)}</pre>`}
</section>`
}

function headerLines(headers: Readonly<Record<string, string>>) {
  const lines = Object.entries(headers)
  if (lines.length === 0) return ''
  return html`<p class="headers">${lines.map(([name, value]) => html`<span>${name}: ${value}</span> `)}</p>`
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
