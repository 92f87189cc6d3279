import type { Connection } from '../../connections/index.js'
import type { ScimResponse } from '../../http/index.js'
import { ScimError, urns } from '../../protocol/index.js'
import { callScim } from '../call-scim.js'
import { isSameSignature } from '../encoding.js'
import { html } from '../escape.js'
import { findConnection, visitorOf } from '../find-connection.js'
import { connectionPath, render, tokenField } from '../layout.js'
import type { PortalPage } from '../page.js'
import type { Parameters } from '../parameters.js'

/** How many people a request deactivates: few enough for the time that platforms give it. */
const batchSize = 25

/** How far a deactivation has come. */
interface Progress {
  /** The id behind which the next batch begins. */
  readonly after: string
  /** How many were deactivated, or were inactive before. */
  readonly done: number
  /** How many have another live connection, which decides about them. */
  readonly kept: number
  readonly failed: number
  readonly total: number
}

/** What says that somebody has typed the number of people: a batch is done with it only. */
function confirmation(page: PortalPage, { id }: Connection, total: number): Promise<string> {
  return page.context.sign(`deactivate\n${page.principal?.key ?? ''}\n${id}\n${total}`)
}

/** The page from which the next batch is started: by its script, or by a button. */
export async function deactivationPage(
  page: PortalPage,
  connection: Connection,
  progress: Progress,
): Promise<ScimResponse> {
  const { t } = page
  const { after, done, kept, failed, total } = progress
  const reached = done + kept + failed
  const numbers = { after, done, kept, failed, total }
  return render(page, {
    title: t.deactivating,
    connection,
    tab: 'disconnect',
    isAnswer: true,
    content: html`<div class="card"><p role="status">${t.deactivated(reached, total)}</p>
<progress class="progress" max="${total}" value="${reached}" aria-label="${t.deactivating}"></progress></div>
<div class="actions"><form method="post" action="${connectionPath(page, connection, 'deactivate')}" data-continue>${tokenField(page)}
<input type="hidden" name="confirmed" value="${await confirmation(page, connection, total)}">
${Object.entries(numbers).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="danger">${t.goOn}</button></form>
<a class="button" href="${connectionPath(page, connection, 'people')}" data-stop>${t.stop}</a></div>`,
  })
}

/** Deactivates the next people who came by a connection, as requests that the service sees like any other. */
export async function deactivateBatch(
  page: PortalPage,
  { id }: Parameters,
  sent: URLSearchParams,
): Promise<ScimResponse> {
  const connection = await findConnection(page, id)
  const before = readProgress(sent)
  const confirmed = await confirmation(page, connection, before.total)
  if (!isSameSignature(sent.get('confirmed') ?? '', confirmed)) throw ScimError.forbidden(page.t.notAllowed)
  const { tenant } = visitorOf(page)
  const links = await page.context.connections.links({
    tenant,
    connection: connection.id,
    ...(before.after !== '' && { after: before.after }),
    limit: batchSize,
  })
  const outcomes: (keyof Progress)[] = []
  for (const link of links) outcomes.push(await deactivate(page, connection, link.id))
  const count = (name: keyof Progress) => outcomes.filter((outcome) => outcome === name).length
  const progress = {
    after: links.at(-1)?.id ?? before.after,
    done: before.done + count('done'),
    kept: before.kept + count('kept'),
    failed: before.failed + count('failed'),
    total: before.total,
  }
  return links.length < batchSize
    ? finished(page, connection, progress)
    : deactivationPage(page, connection, progress)
}

function readProgress(sent: URLSearchParams): Progress {
  const number = (name: string) => {
    const value = Number(sent.get(name))
    return Number.isSafeInteger(value) && value >= 0 ? value : 0
  }
  return {
    after: sent.get('after') ?? '',
    done: number('done'),
    kept: number('kept'),
    failed: number('failed'),
    total: number('total'),
  }
}

async function deactivate(
  page: PortalPage,
  connection: Connection,
  id: string,
): Promise<'done' | 'kept' | 'failed'> {
  if (await hasOtherConnection(page, connection, id)) return 'kept'
  const { status } = await callScim(page, connection, {
    method: 'PATCH',
    path: `/Users/${encodeURIComponent(id)}`,
    body: { schemas: [urns.patchOp], Operations: [{ op: 'replace', path: 'active', value: false }] },
  })
  // Who is no longer there is not active either.
  return status < 300 || status === 404 ? 'done' : 'failed'
}

/** Whether another identity provider, which is still connected, has written this user too. */
async function hasOtherConnection(page: PortalPage, connection: Connection, id: string): Promise<boolean> {
  const { tenant } = visitorOf(page)
  const { connections } = page.context
  const others = (await connections.linksOf({ tenant, id })).filter(
    (link) => link.connection !== connection.id,
  )
  for (const other of others) {
    const found = await connections.get({ tenant, connection: other.connection })
    if (found && found.disconnected === undefined) return true
  }
  return false
}

function finished(
  page: PortalPage,
  connection: Connection,
  { done, kept, failed }: Progress,
): Promise<ScimResponse> {
  const { t } = page
  return render(page, {
    title: t.disconnectedTitle,
    connection,
    tab: 'disconnect',
    isAnswer: true,
    content: html`<div class="note good"><p>${t.deactivatedAll(done)}</p></div>
${kept > 0 && html`<div class="note"><p>${t.deactivateKept(kept)}</p></div>`}
${failed > 0 && html`<div class="note bad"><p>${t.deactivateFailed(failed)}</p></div>`}
<p><a class="button" href="${page.to('/')}">${t.connections}</a></p>`,
  })
}
