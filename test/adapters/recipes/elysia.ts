import { Elysia } from 'elysia'
import { fetchHandler, type Scim } from '../../../src/index.js'

export function createApp(scim: Scim) {
  const handler = fetchHandler(scim, { basePath: '/scim/v2' })
  // The service reads the body, and Elysia does not.
  return new Elysia().all('/scim/v2/*', ({ request }) => handler(request), { parse: 'none' })
}
