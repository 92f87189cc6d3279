import { expect, test } from 'vitest'
import { check } from './check.js'
import { deviations } from './deviations.js'
import { fuzz } from './fuzz.js'
import { eachShape } from './hostile.js'
import type { FuzzRequest } from './request.js'

// Whatever is sent: no 5xx, no rejection that nobody handles, no body of a MiB that keeps others waiting for more than
// 200 ms, nothing changed after an error, Object.prototype as it was, SCIM JSON in every reply, and no token or
// password in a reply, an event, a trace or an error.

const seconds = 10

test(`what is changed at random keeps every promise, for ${seconds} s`, {
  timeout: seconds * 3000 + 120_000,
}, async () => {
  expect((await fuzz({ time: seconds * 1000 })).series).toBeGreaterThan(10)
})

// What was found and mended.
test.each<[string, readonly FuzzRequest[]]>([
  ['a path of nothing', [{ method: 'GET', path: '', query: {}, headers: {} }]],
])('%s', async (_, requests) => {
  await check(requests)
})

test('what clients send that bends the protocol, one after the other', async () => {
  await check(deviations)
})

// Bodies of about a MiB.
test.each(eachShape(600))('hostile: %s', { timeout: 120_000 }, async (_, requests) => {
  await check(requests)
})
