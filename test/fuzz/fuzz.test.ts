import { expect, test } from 'vitest'
import { fuzz } from './fuzz.js'
import type { FuzzRequest } from './requests.js'
import { check } from './service.js'

// Whatever is sent: no 5xx, no rejection that nobody handles, no reply after more than a second, nothing changed
// after an error, Object.prototype as it was, SCIM JSON in every reply, and no token or password in a reply, an event,
// a trace or an error.

const seconds = process.env.CI ? 60 : 10

test(`what is changed at random keeps every promise, for ${seconds} s`, {
  timeout: seconds * 3000 + 30_000,
}, async () => {
  expect(await fuzz(seconds * 1000)).toBeGreaterThan(10)
})

// What was found and mended.
test.each<[string, readonly FuzzRequest[]]>([
  ['a path of nothing', [{ method: 'GET', path: '', query: {}, headers: {} }]],
])('%s', async (_, requests) => {
  await check(requests)
})
