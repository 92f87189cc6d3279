import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  // A test has one site: fewer processes for its pages.
  '--in-process-gpu',
  '--disable-site-isolation-trials',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser with a new, empty profile. */
export async function openBrowser(options: BrowserContextOptions = {}): Promise<{
  readonly context: BrowserContext
  close(): Promise<void>
}> {
  if (!existsSync(executablePath)) throw new Error('apt-get install chromium: pages are tried in it')
  const profile = mkdtempSync(join(tmpdir(), 'scimkit-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: flags,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    ...options,
  })
  return {
    context,
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
