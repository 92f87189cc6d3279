import type { Connection } from '../../connections/index.js'
import type { ScimResponse } from '../../http/index.js'
import type { Answer, Call } from '../call-scim.js'
import { tryToken } from '../call-scim.js'
import type { HtmlContent } from '../escape.js'
import { html } from '../escape.js'
import { findConnection } from '../find-connection.js'
import { connectionPath, render } from '../layout.js'
import type { PortalPage } from '../page.js'
import type { Parameters } from '../parameters.js'
import { table } from '../table.js'

interface Check {
  readonly label: string
  /** Undefined: it could not be tried without a token. */
  readonly isPassed: boolean | undefined
  readonly milliseconds: number
  readonly status: number | undefined
}

/** Tries the service as an identity provider would, without changing anything. */
export async function run(
  page: PortalPage,
  { id }: Parameters,
  sent: URLSearchParams,
): Promise<ScimResponse> {
  const { t } = page
  const connection = await findConnection(page, id)
  // Pasted with its scheme or a line break, it is the same token.
  const token = (sent.get('secret') ?? '').trim().replace(/^bearer +/i, '') || undefined
  const checks = await allChecks(page, connection, token)
  const isGood = checks.every(({ isPassed }) => isPassed !== false)
  return render(page, {
    title: t.selfTestTitle,
    connection,
    tab: 'set-up',
    isAnswer: true,
    content: html`<div class="note ${isGood ? 'good' : 'bad'}" role="status"><p>${isGood ? t.selfTestGood : t.selfTestBad}</p></div>
${table({
  caption: t.selfTestTitle,
  isCaptionHidden: true,
  head: [t.check, t.result, t.latency],
  rows: checks.map((one) => [
    one.label,
    resultOf(page, one),
    one.isPassed === undefined ? '' : t.milliseconds(one.milliseconds),
  ]),
})}
<p><a class="button" href="${connectionPath(page, connection, 'set-up')}">${t.back}</a></p>`,
  })
}

function resultOf({ t }: PortalPage, { isPassed, status }: Check): HtmlContent {
  if (isPassed === undefined) return html`<span class="badge">${t.selfTestSkipped}</span>`
  if (isPassed) return html`<span class="badge good">${t.passed}</span>`
  return html`<span class="badge bad">${t.notPassed}</span>${status !== undefined && html` <span class="muted">${t.answered(status)}</span>`}`
}

async function allChecks(
  page: PortalPage,
  connection: Connection,
  token: string | undefined,
): Promise<readonly Check[]> {
  const { t } = page
  const nobody = `userName eq "${crypto.randomUUID()}"`
  const lookUp: Call = {
    method: 'GET',
    path: '/Users',
    query: new URLSearchParams({ filter: nobody, startIndex: '1', count: '1' }).toString(),
  }
  const list: Call = { method: 'GET', path: '/Users', query: 'startIndex=1&count=1' }
  const config: Call = { method: 'GET', path: '/ServiceProviderConfig' }
  const checks = [
    await check(page, connection, t.selfTestAnonymous, undefined, [list], ({ status }) => status === 401),
  ]
  if (token === undefined) {
    const skipped = { isPassed: undefined, milliseconds: 0, status: undefined }
    const labels = [t.selfTestCredential, t.selfTestDiscovery, t.selfTestLookup]
    return [...checks, ...labels.map((label) => ({ label, ...skipped }))]
  }
  const isGood = ({ status }: Answer) => status === 200
  const discovery: readonly Call[] = [
    config,
    { method: 'GET', path: '/Schemas' },
    { method: 'GET', path: '/ResourceTypes' },
  ]
  checks.push(await check(page, connection, t.selfTestCredential, token, [list], isGood))
  checks.push(await check(page, connection, t.selfTestDiscovery, token, discovery, isGood))
  checks.push(
    await check(
      page,
      connection,
      t.selfTestLookup,
      token,
      [lookUp],
      (answer) => isGood(answer) && answer.body.totalResults === 0,
    ),
  )
  return checks
}

async function check(
  page: PortalPage,
  connection: Connection,
  label: string,
  token: string | undefined,
  calls: readonly Call[],
  isExpected: (answer: Answer) => boolean,
): Promise<Check> {
  const begin = performance.now()
  let status: number | undefined
  let isPassed = true
  for (const call of calls) {
    const answer = await tryToken(page, connection, call, token)
    status = answer.status
    isPassed = isExpected(answer)
    if (!isPassed) break
  }
  return { label, isPassed, milliseconds: Math.round((performance.now() - begin) * 10) / 10, status }
}
