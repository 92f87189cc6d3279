import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConnections } from '../../src/connections/index.js'
import { createScim, memoryStore } from '../../src/index.js'
import { simulateOkta } from '../../src/testing/index.js'
import { openBrowser } from '../setup/browser.js'
import { mount } from './service.js'
import { createUser, openSite, request, signIn, visit, withPeople } from './site.js'

let browser: Awaited<ReturnType<typeof openBrowser>>
let context: BrowserContext

beforeAll(async () => {
  browser = await openBrowser({ viewport: { width: 1280, height: 900 } })
  context = browser.context
})

afterAll(() => browser.close())

/** What the browser complains of: scripts that fail, and what the policy of the page forbids. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  return complaints
}

const patch = (operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
})

describe('an administrator', () => {
  it('sets an identity provider up from nothing, sees people come, rotates, revokes and disconnects', async () => {
    const site = await openSite()
    await signIn(context, site)
    const page = await context.newPage()
    const complaints = complaintsOf(page)
    const foreign: string[] = []
    page.on('request', (sent) => !sent.url().startsWith(site.url) && foreign.push(sent.url()))

    await visit(page, site, '/')
    await page.getByRole('link', { name: 'Connect an identity provider' }).click()
    await page.getByLabel('Okta').check()
    await page.getByLabel('Name').fill('Okta production')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Issue a token' }).click()
    const token = await page.getByLabel('Token', { exact: true }).inputValue()
    expect(token).toMatch(/^scim_token_/)
    expect(await page.locator('#state').textContent()).toContain('Waiting for the first request of Okta')

    // Test API Credentials: the page says so by itself.
    const okta = simulateOkta({ baseUrl: `${site.url}/scim/v2`, token, mode: 'oin', profileUpdates: 'patch' })
    expect((await okta.testCredentials()).problems).toEqual([])
    await page.getByText('Okta has verified the credentials').first().waitFor()
    expect(new URL(page.url()).pathname).toMatch(/\/token$/)

    // A reload of the reply sends the form again, and issues nothing.
    page.once('dialog', (dialog) => dialog.accept())
    await page.reload()
    expect(await page.content()).not.toContain(token)
    await page.getByText('Nothing was issued again').waitFor()
    expect(complaints.splice(0)).toEqual([expect.stringContaining('409')])

    await page.getByRole('link', { name: 'Activity', exact: true }).click()
    const list = page.locator('#entries')
    const ada = {
      userName: 'ada@example.com',
      givenName: 'Ada',
      familyName: 'Lovelace',
      displayName: 'Ada Lovelace',
      email: 'ada@example.com',
    }
    expect((await okta.assign(ada)).differences).toEqual([])
    await list.getByText('Ada Lovelace').first().waitFor()
    await list.getByText('created', { exact: true }).waitFor()
    expect((await okta.updateProfile('ada@example.com', { title: 'Countess' })).differences).toEqual([])
    await list.getByText('changed', { exact: true }).waitFor()
    expect((await okta.deactivate('ada@example.com')).differences).toEqual([])
    await list.getByText('deactivated', { exact: true }).waitFor()
    await page.getByLabel('Search').fill('ADA@example.com')
    await page.getByLabel('Outcome').selectOption('changes')
    await page.getByRole('button', { name: 'Show' }).click()
    expect(await list.locator('> ul > li').count()).toBe(3)

    await page.getByRole('link', { name: 'People and groups' }).click()
    expect(await page.locator('tbody').textContent()).toMatch(/Ada Lovelace.*ada@example\.com.*inactive/)

    // Rotated under load: no request of either token fails.
    const statuses: number[] = []
    let isLoaded = true
    let current = token
    const load = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (isLoaded) statuses.push((await request(site, current, 'GET', '/Users?count=1')).status)
      }),
    )
    await page.getByRole('link', { name: 'Credentials' }).click()
    await page.getByRole('link', { name: /^Rotate the token/ }).click()
    await page.getByRole('button', { name: 'Rotate' }).click()
    const second = await page.getByLabel('Token', { exact: true }).inputValue()
    const before = statuses.length
    current = second
    await expect.poll(() => statuses.length, { timeout: 30_000 }).toBeGreaterThan(before + 20)
    isLoaded = false
    await load
    expect(second).not.toBe(token)
    expect(new Set(statuses)).toEqual(new Set([200]))

    await page.getByRole('link', { name: 'Credentials' }).click()
    await page.getByRole('link', { name: `Revoke the credential that ends in …${token.slice(-4)}` }).click()
    await page.getByRole('button', { name: 'Revoke now' }).click()
    await page.getByText('The credential is revoked.').waitFor()
    expect((await request(site, token, 'GET', '/Users?count=1')).status).toBe(401)
    expect((await request(site, second, 'GET', '/Users?count=1')).status).toBe(200)

    await page.getByRole('link', { name: 'Disconnect' }).click()
    await page.getByLabel('Type Okta production to confirm').fill('Okta production')
    await page.getByRole('button', { name: 'Disconnect' }).click()
    await page.getByRole('heading', { name: 'Disconnected' }).waitFor()
    expect((await request(site, second, 'GET', '/Users?count=1')).status).toBe(401)
    expect(complaints).toEqual([])
    expect(foreign).toEqual([])
    expect(site.reported).toEqual([])
    await page.close()
    await site.close()
  })

  it('disconnects and deactivates everybody who came by it, in batches that can be stopped', async () => {
    const deactivated: string[] = []
    const site = await openSite({
      on: { 'user.deactivated': ({ before }) => void deactivated.push(before.id) },
    })
    const { id } = await withPeople(site, 60)
    const other = await site.connections.create({ tenant: 'acme', name: 'Second', provider: 'okta' })
    const { secret } = await site.connections.issueToken({ tenant: 'acme', connection: other.id })
    const [shared] = await site.connections.links({ tenant: 'acme', connection: id })
    await request(
      site,
      secret,
      'PATCH',
      `/Users/${shared?.id}`,
      patch([{ op: 'replace', path: 'title', value: 'x' }]),
    )
    await signIn(context, site)
    const page = await context.newPage()
    await visit(page, site, `/idp/${id}/disconnect`)
    await page.getByLabel('Type Okta production to confirm').fill('Okta production')
    await page.getByLabel('deactivate them: 60 people').check()
    await page.getByLabel('To deactivate, also type their number: 60').fill('59')
    await page.getByRole('button', { name: 'Disconnect' }).click()
    await page.getByText('The number is 60.').waitFor()
    expect(deactivated).toEqual([])
    await page.getByLabel('Type Okta production to confirm').fill('Okta production')
    await page.getByLabel('deactivate them: 60 people').check()
    await page.getByLabel('To deactivate, also type their number: 60').fill('60')
    await page.getByRole('button', { name: 'Disconnect' }).click()
    // Goes on by itself.
    await page.getByText('59 people were deactivated.').waitFor()
    await page.getByText('One was kept').waitFor()
    expect(deactivated).toHaveLength(59)
    expect(deactivated).not.toContain(shared?.id)
    await page.getByRole('link', { name: 'Activity', exact: true }).click()
    // The log is written a little later.
    const shown = async () => {
      await page.reload()
      return page.locator('#entries').getByText('deactivated', { exact: true }).count()
    }
    await expect.poll(shown, { timeout: 20_000, interval: 500 }).toBe(25)
    await page.close()
    await site.close()
  })

  it('does all of it without a script', async () => {
    const site = await openSite()
    const plain = await openBrowser({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } })
    try {
      await signIn(plain.context, site)
      const page = await plain.context.newPage()
      await visit(page, site, '/new')
      await page.getByLabel('Okta').check()
      await page.getByLabel('Name').fill('Production')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('button', { name: 'Issue a token' }).click()
      const token = await page.getByLabel('Token', { exact: true }).inputValue()
      await createUser(site, token, 1)
      await page.getByRole('link', { name: 'Check now' }).click()
      await page.getByText('Okta has verified the credentials').first().waitFor()
      await page.getByLabel('Token to test').fill(` Bearer ${token}\n`)
      await page.getByRole('button', { name: 'Run the test' }).click()
      await page.getByText('Everything answers as it must.').waitFor()
      expect(await page.content()).not.toContain(token)
      const [connection] = await site.connections.list({ tenant: 'acme' })
      await visit(page, site, `/idp/${connection?.id}/disconnect`)
      await page.getByLabel('Type Production to confirm').fill('Production')
      await page.getByLabel('deactivate them: 1 person').check()
      await page.getByLabel('To deactivate, also type their number: 1').fill('1')
      await page.getByRole('button', { name: 'Disconnect' }).click()
      await page.getByRole('button', { name: 'Go on' }).click()
      await page.getByText('One person was deactivated.').waitFor()
    } finally {
      await plain.close()
      await site.close()
    }
  })
})

describe('a revoked token', () => {
  it('is refused within five seconds in a process that did not revoke it', async () => {
    const site = await openSite()
    const { id, token } = await withPeople(site, 1)
    // Another process has connections of its own, over the same store.
    const elsewhere = createScim({
      authenticate: createConnections({ store: site.store }).authenticate,
      users: memoryStore(),
    })
    const ask = async () =>
      (
        await elsewhere.fetch(
          new Request('https://other.example.com/Users?count=1', {
            headers: { authorization: `Bearer ${token}` },
          }),
        )
      ).status
    expect(await ask()).toBe(200)
    const [issued] = await site.connections.tokens({ tenant: 'acme', connection: id })
    await site.connections.revokeToken({ tenant: 'acme', token: issued?.id ?? '' })
    expect((await request(site, token, 'GET', '/Users?count=1')).status).toBe(401)
    await expect.poll(ask, { timeout: 5_500, interval: 250 }).toBe(401)
    await site.close()
  })
})

describe('a guest', () => {
  it('comes by a link into one browser and sets up', async () => {
    const site = await openSite()
    const { id } = await site.connections.create({
      tenant: 'acme',
      name: 'Okta production',
      provider: 'okta',
    })
    await signIn(context, site)
    const page = await context.newPage()
    await visit(page, site, `/idp/${id}/guests`)
    await page.getByRole('button', { name: 'Make a link' }).click()
    const url = await page.getByLabel('Link', { exact: true }).inputValue()
    expect(url.startsWith(`${site.url}${mount}/enter/`)).toBe(true)
    const guest = await openBrowser()
    try {
      const theirs = await guest.context.newPage()
      await theirs.goto(url)
      await theirs.getByRole('button', { name: 'Open the page' }).click()
      expect(theirs.url()).toBe(`${site.url}${mount}/idp/${id}/set-up`)
      await theirs.getByRole('button', { name: 'Issue a token' }).click()
      await theirs.locator('#secret').waitFor()
      expect(await theirs.getByRole('link', { name: 'Disconnect' }).count()).toBe(0)
    } finally {
      await guest.close()
      await page.close()
      await site.close()
    }
  })
})
