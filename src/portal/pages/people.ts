import type { Connection, ConnectionLink } from '../../connections/index.js'
import type { ScimResponse } from '../../http/index.js'
import type { HtmlContent } from '../escape.js'
import { html, shown } from '../escape.js'
import { findConnection, visitorOf } from '../find-connection.js'
import { connectionPath, render, time } from '../layout.js'
import type { PortalPage } from '../page.js'
import type { Parameters } from '../parameters.js'
import type { NamedResource } from '../resource-names.js'
import { readNamed } from '../resource-names.js'
import { table } from '../table.js'
import { providerName } from './connections.js'

const pageSize = 25

interface Row {
  readonly link: ConnectionLink
  /** Undefined: it is no longer there. */
  readonly named: NamedResource | undefined
}

/** Who came by a connection, and their state. */
export async function peoplePage(page: PortalPage, { id }: Parameters): Promise<ScimResponse> {
  const { t } = page
  const connection = await findConnection(page, id)
  const showsGroups = page.query.get('show') === 'groups'
  const resourceType = showsGroups ? 'Group' : 'User'
  const after = page.query.get('after') || undefined
  const { tenant } = visitorOf(page)
  const links = await page.context.connections.links({
    tenant,
    connection: connection.id,
    resourceType,
    ...(after !== undefined && { after }),
    limit: pageSize + 1,
  })
  const rows = await Promise.all(links.slice(0, pageSize).map((link) => readRow(page, connection, link)))
  const last = links.length > pageSize ? rows.at(-1)?.link.id : undefined
  const here = connectionPath(page, connection, 'people')
  const more = new URLSearchParams({ ...(showsGroups && { show: 'groups' }), after: last ?? '' })
  return render(page, {
    title: t.people,
    lead: t.peopleLead(providerName(page, connection.provider)),
    connection,
    tab: 'people',
    content: [
      html`<nav class="actions field" aria-label="${t.people}">
<a class="button" href="${here}"${!showsGroups && html` aria-current="page"`}>${t.users}</a>
<a class="button" href="${here}?show=groups"${showsGroups && html` aria-current="page"`}>${t.groupsTitle}</a></nav>`,
      rows.length === 0
        ? html`<div class="card"><p class="muted">${showsGroups ? t.noGroups : t.noUsers}</p></div>`
        : tableOf(page, rows, showsGroups),
      last !== undefined && html`<p><a class="button" href="${here}?${more.toString()}">${t.next}</a></p>`,
    ],
  })
}

function tableOf(page: PortalPage, rows: readonly Row[], isOfGroups: boolean): HtmlContent {
  const { t } = page
  return table({
    caption: isOfGroups ? t.groupsTitle : t.users,
    head: [t.personName, t.state, t.firstSeen, t.lastChange],
    rows: rows.map(({ link, named }) => [
      nameOf(link, named),
      stateOf(page, named),
      time(page, link.firstSeen),
      time(page, link.lastChange),
    ]),
  })
}

function nameOf(link: ConnectionLink, named: NamedResource | undefined): HtmlContent {
  if (!named) return html`<code>${shown(link.id)}</code>`
  const { name, detail } = named
  return [shown(name), detail !== undefined && html`<br><span class="muted small">${shown(detail)}</span>`]
}

function stateOf({ t }: PortalPage, named: NamedResource | undefined): HtmlContent {
  if (!named) return html`<span class="badge">${t.gone}</span>`
  if (named.isActive === undefined) return ''
  return named.isActive
    ? html`<span class="badge good">${t.active}</span>`
    : html`<span class="badge warning">${t.inactive}</span>`
}

async function readRow(page: PortalPage, connection: Connection, link: ConnectionLink): Promise<Row> {
  return { link, named: await readNamed(page, connection, link) }
}
