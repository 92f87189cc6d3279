import { randomText } from './encoding.js'
import { html } from './escape.js'
import type { PortalPage } from './page.js'

const month = 30 * 86_400_000

/** What makes a form count once: sent again, as by a reload of the reply, it issues nothing more. */
export function onceField() {
  return html`<input type="hidden" name="once" value="${randomText()}">`
}

/** Whether a form is sent for the first time, in whatever process. */
export async function isFirst(page: PortalPage, sent: URLSearchParams): Promise<boolean> {
  const once = sent.get('once') ?? ''
  if (!/^[\w-]{43}$/.test(once)) return false
  return page.context.connections.registry.useAssertion(`portal form ${once}`, new Date(Date.now() + month))
}
