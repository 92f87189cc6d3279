import type { Connection } from '../../connections/index.js'
import type { ScimResponse } from '../../http/index.js'
import type { ShownIssuer } from '../../oauth/index.js'
import { ScimError } from '../../protocol/index.js'
import type { HtmlContent } from '../escape.js'
import { html } from '../escape.js'
import { findConnection, visitorOf } from '../find-connection.js'
import { connectionPath, render, tokenField } from '../layout.js'
import { note } from '../note.js'
import { isFirst, onceField } from '../once.js'
import type { PortalPage } from '../page.js'
import type { Parameters } from '../parameters.js'
import { renderSetUp } from './set-up.js'
import { sentAgain } from './token.js'

const placeholder = '{tenantid}'
const guid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
/** Characters of a subject or an audience at most. */
const maxLength = 500

/** What somebody has typed, to be shown again beside an error. */
type Typed = Readonly<Record<'issuer' | 'directory' | 'subject' | 'audience', string>>

const nothing: Typed = { issuer: '', directory: '', subject: '', audience: '' }

function typedIn(sent: URLSearchParams): Typed {
  const read = (name: keyof Typed) => (sent.get(name) ?? '').trim()
  return {
    issuer: read('issuer'),
    directory: read('directory'),
    subject: read('subject'),
    audience: read('audience'),
  }
}

/** The form for a client whose assertions an issuer of the allow-list signs. */
export async function federationPage(page: PortalPage, { id }: Parameters): Promise<ScimResponse> {
  return form(page, await openConnection(page, id), nothing, undefined)
}

/** Adds such a client, and shows what must be entered at the identity provider. */
export async function addFederatedClient(
  page: PortalPage,
  { id }: Parameters,
  sent: URLSearchParams,
): Promise<ScimResponse> {
  const connection = await openConnection(page, id)
  const typed = typedIn(sent)
  const { context, t } = page
  const chosen = context.issuers.find(({ issuer }) => issuer === typed.issuer)
  if (!chosen) return form(page, connection, typed, t.chooseIssuer)
  const needsDirectory = chosen.issuer.includes(placeholder)
  if (needsDirectory && !guid.test(typed.directory)) return form(page, connection, typed, t.directoryWrong)
  const isText = (text: string) => text !== '' && text.length <= maxLength && !/\p{Cc}/u.test(text)
  if (!isText(typed.subject) || !isText(typed.audience))
    return form(page, connection, typed, t.federationWrong)
  if (!(await isFirst(page, sent))) return sentAgain(page, connection)
  const { tenant, actor } = visitorOf(page)
  const added = await context.connections.addClient({
    tenant,
    connection: connection.id,
    createdBy: actor,
    federation: {
      // As issuers write it.
      issuer: chosen.issuer.replace(placeholder, typed.directory.toLowerCase()),
      subject: typed.subject,
      audience: typed.audience,
    },
  })
  note(page, connection, 'client.added')
  return renderSetUp(page, connection, { kind: 'federated', id: added.id })
}

/** @throws ScimError 404 where there is nothing to choose, or the connection has ended. */
async function openConnection(page: PortalPage, id: string): Promise<Connection> {
  const connection = await findConnection(page, id)
  const { issuers, tokenUrl } = page.context
  if (tokenUrl === undefined || issuers.length === 0 || connection.disconnected !== undefined)
    throw ScimError.notFound()
  return connection
}

function form(
  page: PortalPage,
  connection: Connection,
  typed: Typed,
  error: string | undefined,
): Promise<ScimResponse> {
  const { t, context } = page
  const needsDirectory = context.issuers.some(({ issuer }) => issuer.includes(placeholder))
  const text = (name: keyof Typed, label: string) =>
    html`<div class="field"><label for="${name}">${label}</label><input id="${name}" name="${name}" value="${typed[name]}" maxlength="${maxLength}" autocomplete="off" spellcheck="false" translate="no"></div>`
  return render(page, {
    title: t.addFederated,
    lead: t.federationLead,
    connection,
    tab: 'credentials',
    status: error === undefined ? 200 : 400,
    content: [
      error !== undefined &&
        html`<div class="note bad" role="alert" tabindex="-1" data-focus><p>${error}</p></div>`,
      html`<form class="card" method="post" action="${connectionPath(page, connection, 'federation')}">${tokenField(page)}${onceField()}
<div class="field"><label for="issuer">${t.issuer}</label><select id="issuer" name="issuer" translate="no">${context.issuers.map((one) => option(one, typed))}</select></div>
${needsDirectory && text('directory', t.directoryId)}${text('subject', t.subject)}${text('audience', t.audience)}
<div class="actions"><button class="primary">${t.addClient}</button><a class="inline-link" href="${connectionPath(page, connection, 'credentials')}">${t.cancel}</a></div></form>`,
    ],
  })
}

function option({ issuer, name }: ShownIssuer, typed: Typed): HtmlContent {
  const label = name === issuer ? name : `${name} (${issuer})`
  return html`<option value="${issuer}"${issuer === typed.issuer && ' selected'}>${label}</option>`
}
