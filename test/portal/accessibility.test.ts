import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../setup/browser.js'
import { openSite, request, type Site, signIn, visit, withPeople } from './site.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let site: Site
let paths: Readonly<Record<string, string>>

beforeAll(async () => {
  const issuer = 'https://login.example.com/{tenantid}/v2.0'
  const issuers = [{ name: 'Directory', issuer }]
  site = await openSite({ portal: { tokenUrl: 'https://app.example.com/oauth/token', issuers } })
  const { id, token } = await withPeople(site)
  await request(site, token, 'GET', `/Users?filter=${encodeURIComponent('userName eq "nobody"')}`)
  await request(site, token, 'POST', '/Users', { schemas: [], userName: 'person1@example.com' })
  await site.connections.rotateToken({
    tenant: 'acme',
    connection: id,
    token: (await tokens(id))[0]?.id ?? '',
  })
  await site.connections.addClient({ tenant: 'acme', connection: id })
  const federation = {
    issuer,
    subject: crypto.randomUUID(),
    audience: `api://${crypto.randomUUID()}/.default`,
  }
  await site.connections.addClient({ tenant: 'acme', connection: id, federation })
  const fresh = await site.connections.create({ tenant: 'acme', name: 'A second one', provider: 'entra' })
  const ended = await site.connections.create({ tenant: 'acme', name: 'An old one', provider: 'other' })
  await site.connections.disconnect({ tenant: 'acme', connection: ended.id })
  const link = await site.portal
    .createLink({ tenant: 'acme', connection: id, rights: 'view' })
    .catch(() => undefined)
  const [first] = await tokens(id)
  paths = {
    list: '/',
    'new connection': '/new',
    'set-up, waiting': `/idp/${fresh.id}/set-up`,
    'set-up, verified': `/idp/${id}/set-up`,
    attributes: `/idp/${id}/attributes`,
    activity: `/idp/${id}/activity`,
    'activity, empty': `/idp/${fresh.id}/activity`,
    people: `/idp/${id}/people`,
    'people, empty': `/idp/${id}/people?show=groups`,
    credentials: `/idp/${id}/credentials`,
    'client without a secret': `/idp/${id}/federation`,
    revoke: `/idp/${id}/credentials/${first?.id}/revoke`,
    guests: `/idp/${id}/guests`,
    disconnect: `/idp/${id}/disconnect`,
    disconnected: `/idp/${ended.id}/disconnect`,
    link: `/enter/${link?.id ?? 'x'}`,
    'not found': '/idp/none/set-up',
  }
})

afterAll(() => site.close())

const tokens = (id: string) => site.connections.tokens({ tenant: 'acme', connection: id })

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

/** What axe finds of the levels A and AA, in a page that its policy lets no other script into. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe)
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`,
  )) as { readonly violations: readonly Violation[] }
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`,
  )
}

/** Controls that are smaller than 24 by 24 pixels and no links inside a text. */
const smallTargets = `[...document.querySelectorAll('a, button, input, select, summary, textarea')]
  .filter((element) => element.checkVisibility() && element.type !== 'hidden' && !element.classList.contains('skip') && !element.closest('p, li > label, dd'))
  .map((element) => {
    const target = element.closest('label') ?? element
    const { width, height } = target.getBoundingClientRect()
    return { width, height, html: element.outerHTML.slice(0, 120) }
  })
  .filter(({ width, height }) => width < 24 || height < 24)
  .map(({ html }) => html)`

const scrolledTables = `[...document.querySelectorAll('.scroll')]
  .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
  .map((element) => element.getAttribute('aria-label'))`

async function opened<T>(
  options: Parameters<typeof openBrowser>[0],
  work: (page: Page, context: BrowserContext) => Promise<T>,
): Promise<T> {
  const { context, close } = await openBrowser({ bypassCSP: true, ...options })
  try {
    await signIn(context, site)
    return await work(await context.newPage(), context)
  } finally {
    await close()
  }
}

describe('every page', () => {
  it.each([
    ['a desktop, light', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
    ['a desktop, dark', { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
    ['a small phone, in German', { viewport: { width: 320, height: 640 }, locale: 'de-DE' }],
    ['forced colours', { viewport: { width: 1280, height: 800 }, forcedColors: 'active' }],
  ] as const)(
    'has nothing that axe finds, no small target and no sideways scrolling on %s',
    { timeout: 180_000 },
    async (_, options) => {
      await opened(options, async (page) => {
        for (const [name, path] of Object.entries(paths)) {
          await visit(page, site, path)
          for (const summary of await page.locator('summary').all()) await summary.click()
          expect(await violations(page), name).toEqual([])
          expect(await page.evaluate(smallTargets), name).toEqual([])
          const width = await page.evaluate('document.documentElement.scrollWidth')
          expect(width, name).toBeLessThanOrEqual(options.viewport.width)
          // Nor inside of a table, whose last columns nobody would see.
          expect(await page.evaluate(scrolledTables), name).toEqual([])
        }
      })
    },
  )

  it.each([
    ['en-GB', /^\d{1,2} \w+ 20\d\d, \d\d:\d\d:\d\d$/],
    ['en-US', /^\w+ \d{1,2}, 20\d\d, \d{1,2}:\d\d:\d\d\s[AP]M$/],
    ['de-AT', /^\d\d\.\d\d\.20\d\d, \d\d:\d\d:\d\d$/],
    // A page in English, since there is none in French.
    ['fr-FR', /^\w+ \d{1,2}, 20\d\d, /],
  ])('shows times as they are written where the viewer is: %s', async (locale, form) => {
    await opened({ locale }, async (page) => {
      await visit(page, site, paths.people ?? '')
      expect(await page.locator('td time').first().textContent()).toMatch(form)
    })
  })

  it('has one heading of the first level, its language, and a title that says which page of whom it is', async () => {
    await opened({ locale: 'de-DE' }, async (page) => {
      for (const [name, path] of Object.entries(paths)) {
        await visit(page, site, path)
        expect(await page.locator('h1').count(), name).toBe(1)
        expect(await page.getAttribute('html', 'lang'), name).toBe('de')
        expect(await page.title(), name).toContain('Acme People')
      }
    })
  })
})

describe('by keyboard alone', () => {
  it('a token is issued, with a focus that is seen everywhere', async () => {
    await opened({ viewport: { width: 1280, height: 800 } }, async (page) => {
      const { id } = await site.connections.create({ tenant: 'acme', name: 'By keyboard', provider: 'okta' })
      await visit(page, site, `/idp/${id}/set-up`)
      await page.keyboard.press('Tab')
      // The first stop leads past what is on every page.
      expect(await page.evaluate('document.activeElement.className')).toBe('skip')
      await page.keyboard.press('Enter')
      const outlines = new Set<string>()
      for (let step = 0; step < 20; step++) {
        await page.keyboard.press('Tab')
        outlines.add(String(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')))
        if ((await page.evaluate('document.activeElement.textContent')) === 'Issue a token') break
      }
      expect([...outlines]).toEqual(['solid'])
      await page.keyboard.press('Enter')
      await page.waitForSelector('#secret')
      // The focus is at what is new.
      expect(await page.evaluate('document.activeElement.contains(document.getElementById("secret"))')).toBe(
        true,
      )
      expect(await tokens(id)).toHaveLength(1)
    })
  })
})
