import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asReport } from '../../../src/cli/verify/report.js'
import { summarise } from '../../../src/cli/verify/summary.js'
import type { CaseResult } from '../../../src/testing/wire/index.js'
import { openBrowser } from '../../setup/browser.js'

// The report in a real browser: it can be filtered, expanded, copied from, printed and read at any width.

const exchange = {
  method: 'POST',
  url: 'https://app.example.com/scim/v2/Users',
  requestHeaders: { accept: 'application/scim+json', authorization: '(redacted)' },
  requestBody: '{"userName":"o\'neil"}',
  status: 200,
  headers: { 'content-type': 'application/scim+json' },
  text: '{"detail":"<img src=x onerror=alert(1)>"}',
  durationMs: 1,
}

function result(id: string, more: Partial<CaseResult>): CaseResult {
  return {
    id,
    profile: 'rfc',
    level: 'required',
    name: `the case ${id}`,
    source: 'RFC 7644 3.3',
    outcome: 'passed',
    message: undefined,
    expected: undefined,
    exchanges: [],
    wrong: undefined,
    contradiction: undefined,
    durationMs: 1,
    ...more,
  }
}

const failed = {
  outcome: 'failed',
  message: 'the status is 200 and not 201',
  expected: 'status 201',
} as const
const cases = [
  result('rfc/create-status', { ...failed, exchanges: [exchange], wrong: 0 }),
  result('rfc/list', {}),
  result('okta/spec-1', { profile: 'okta', outcome: 'skipped', message: 'the server lacks it' }),
  result('okta/spec-10', { ...failed, profile: 'okta', level: 'optional', exchanges: [exchange], wrong: 0 }),
  ...Array.from({ length: 60 }, (_, index) => result(`rfc/case-${index}`, {})),
]
const summary = summarise(
  {
    baseUrl: 'https://app.example.com/scim/v2',
    startedAt: '2026-11-28T12:00:00.000Z',
    durationMs: 1234,
    run: 'run',
    readOnly: false,
    cases,
    dropped: { names: [], cases: [] },
    observations: [{ point: 'An empty text', answer: 'clears', suits: 'Okta and Entra', against: 'nobody' }],
    leftOver: [],
  },
  [
    { profile: 'rfc', isClaimed: true },
    { profile: 'okta', isClaimed: true },
  ],
)

let folder: string
let browser: Awaited<ReturnType<typeof openBrowser>>
let url: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-report-'))
  const file = join(folder, 'report.html')
  await writeFile(file, await asReport(summary))
  url = pathToFileURL(file).href
  browser = await openBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function open(width = 1280, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await browser.context.newPage()
  await page.setViewportSize({ width, height: 900 })
  await page.emulateMedia({ colorScheme })
  await page.goto(url)
  return page
}

const shown = (page: Page) => page.locator('#list > li:visible').count()

test('begins with what failed, and filters by words, profile and outcome', async () => {
  const page = await open()
  expect(await shown(page)).toBe(1)
  expect(await page.locator('#count').textContent()).toBe('1 of 64 cases')
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('')
  expect(await shown(page)).toBe(64)
  await page.getByRole('combobox', { name: 'Profile' }).selectOption('okta')
  expect(await shown(page)).toBe(2)
  await page.getByRole('combobox', { name: 'Profile' }).selectOption('')
  await page.keyboard.press('Escape')
  await page.locator('h1').click()
  await page.keyboard.press('/')
  await page.keyboard.type('spec-10')
  expect(await shown(page)).toBe(1)
  await page.close()
})

test('expands one case by keyboard, and all by the button', async () => {
  const page = await open()
  await page.locator('#list > li:visible summary').first().focus()
  await page.keyboard.press('Enter')
  expect(await page.getByText('status 201', { exact: true }).first().isVisible()).toBe(true)
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('')
  await page.getByRole('button', { name: 'Expand all' }).click()
  expect(await page.locator('#list details[open]').count()).toBe(64)
  await page.getByRole('button', { name: 'Collapse all' }).click()
  expect(await page.locator('#list details[open]').count()).toBe(0)
  await page.close()
})

test('copies a request as a command for a shell, without the token', async () => {
  const page = await open()
  await page.locator('#list > li:visible summary').first().click()
  await page.getByRole('button', { name: 'Copy as curl' }).first().click()
  await page.getByText('Copied; set SCIM_TOKEN before you run it').waitFor()
  // Into the search field, as a person would.
  await page.getByLabel('Search').focus()
  await page.keyboard.press('Control+V')
  expect(await page.getByLabel('Search').inputValue()).toBe(
    `curl -X POST 'https://app.example.com/scim/v2/Users' -H 'accept: application/scim+json' -H "Authorization: Bearer $SCIM_TOKEN" --data-raw '{"userName":"o'\\''neil"}'`,
  )
  await page.close()
})

test('shows what a server has answered as a text and never as a page', async () => {
  const page = await open()
  expect(await page.locator('img').count()).toBe(0)
  expect(await page.locator('pre', { hasText: '<img src=x onerror' }).count()).toBe(2)
  await page.close()
})

describe.each([390, 1280])('at a width of %d', (width) => {
  test.each(['light', 'dark'] as const)('nothing is cut off, in %s', async (colorScheme) => {
    const page = await open(width, colorScheme)
    await page.locator('#list > li:visible summary').first().click()
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(ground).toBe(colorScheme === 'light' ? 'rgb(251, 251, 250)' : 'rgb(20, 21, 23)')
    await page.close()
  })
})

test('on paper every case that is shown is open, and there are no buttons', async () => {
  const page = await open()
  await page.evaluate("dispatchEvent(new Event('beforeprint'))")
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator('#list > li:visible details[open]').count()).toBe(1)
  expect(await page.getByRole('button', { name: 'Copy as curl' }).first().isVisible()).toBe(false)
  await page.close()
})

test('shows whatever a server has sent as text, in every place', async () => {
  const markup = `"'></pre></script><script>alert(1)</script><img src=x onerror=alert(1)>`
  const hostile = {
    ...exchange,
    method: markup,
    url: `https://app.example.com/${markup}`,
    requestHeaders: { [markup]: markup },
    requestBody: markup,
    headers: { [markup]: markup },
    text: markup,
  }
  const texts = { message: markup, expected: markup, contradiction: markup, source: markup, name: markup }
  const page = await asReport({
    ...summary,
    baseUrl: markup,
    cases: [result(markup, { ...failed, ...texts, exchanges: [hostile], wrong: 0 })],
    observations: [{ point: markup, answer: markup, suits: markup, against: markup }],
    dropped: { names: [markup], cases: [markup] },
    leftOver: [{ path: markup, reason: markup }],
  })
  expect(page.split('<script>')).toHaveLength(2)
  expect(page).not.toMatch(/<img|"'>/)
  expect(page.match(/&lt;img src=x/g)?.length).toBeGreaterThan(15)
})
