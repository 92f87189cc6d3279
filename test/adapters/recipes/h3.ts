import { H3 } from 'h3'
import { fetchHandler, type Scim } from '../../../src/index.js'

export function createApp(scim: Scim): H3 {
  const handler = fetchHandler(scim, { basePath: '/scim/v2' })
  return new H3().all('/scim/v2/**', (event) => handler(event.req))
}
