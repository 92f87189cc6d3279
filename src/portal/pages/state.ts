import type { Connection } from '../../connections/index.js'
import type { ScimResponse } from '../../http/index.js'
import type { LogEntry, LogOutcome } from '../../stores/index.js'
import { digestOf } from '../encoding.js'
import type { HtmlContent } from '../escape.js'
import { html, shown } from '../escape.js'
import { findConnection, visitorOf } from '../find-connection.js'
import { fragment } from '../fragment.js'
import { connectionPath, time } from '../layout.js'
import type { PortalPage } from '../page.js'
import type { Parameters } from '../parameters.js'
import { refusalsOf } from '../refusals.js'
import { namesOf } from '../resource-names.js'
import { providerName } from './connections.js'

/** What requests come to, and not what was done on these pages. */
const outcomes: readonly LogOutcome[] = [
  'created',
  'linked',
  'changed',
  'unchanged',
  'deactivated',
  'reactivated',
  'deleted',
  'found',
  'listed',
  'described',
  'done',
  'refused',
  'failed',
]

/** How many of the newest requests say how a connection is. */
const looked = 20

/** What is known of a connection's first requests. */
export interface ConnectionState {
  readonly content: HtmlContent
  /** What changes when the content does. */
  readonly tag: string
}

/** The state alone, for the script that asks again; 304 while nothing is new. */
export async function stateFragment(page: PortalPage, { id }: Parameters): Promise<ScimResponse> {
  const connection = await findConnection(page, id)
  const { content, tag } = await stateOf(page, connection)
  return fragment(page, tag, () => content)
}

/** Whether the identity provider has been heard of, and what of it. */
export async function stateOf(page: PortalPage, connection: Connection): Promise<ConnectionState> {
  const { log } = page.context
  const { tenant } = visitorOf(page)
  await log.flush()
  const { entries } = await log.entries({ tenant, connection: connection.id, outcomes, limit: looked })
  const refused = refusalsOf(page, connection)
  const tag = await digestOf(
    JSON.stringify([page.language.tag, entries[0]?.id, refused.count, refused.last?.time]),
  )
  const last = refused.last
  return {
    tag,
    content: [
      entries.length === 0 ? waiting(page, connection) : await verified(page, connection, entries),
      last !== undefined &&
        html`<div class="note warning"><p>${last.ending === undefined ? page.t.wrongTokens(refused.count) : page.t.wrongToken(last.ending)} (${time(page, last.time)})</p></div>`,
    ],
  }
}

function waiting(page: PortalPage, connection: Connection): HtmlContent {
  const { t } = page
  return html`<p class="waiting"><span class="dot"></span><span>${t.waiting(providerName(page, connection.provider))}</span></p>`
}

async function verified(
  page: PortalPage,
  connection: Connection,
  entries: readonly LogEntry[],
): Promise<HtmlContent> {
  const { t } = page
  const provider = providerName(page, connection.provider)
  const [newest] = entries
  const good = entries.filter(({ status }) => status < 400)
  const created = entries.find(
    ({ outcome, resourceType }) => outcome === 'created' && resourceType === 'User',
  )
  const names = await namesOf(page, connection, created ? [created] : [])
  const person = names.get(created?.resourceId ?? '')
  const asksForGroups = entries.some(({ path, status }) => /^\/groups\b/i.test(path) && status >= 400)
  return [
    good.length > 0
      ? html`<div class="note good"><p data-say="${t.verified(provider)}"><strong>${t.verified(provider)}</strong> (${t.lastRequest}: ${time(page, good[0]?.time)})</p>
<p>${created ? t.personCame(person === undefined ? t.somebody : shown(person), provider) : t.nextAssign}</p></div>`
      : waiting(page, connection),
    newest &&
      newest.status >= 400 &&
      html`<div class="note bad"><p>${t.lastRequestFailed(newest.status)} <a href="${connectionPath(page, connection, 'activity')}">${t.activity}</a></p></div>`,
    asksForGroups && html`<div class="note warning"><p>${t.groupsStillOn}</p></div>`,
  ]
}
