import Koa from 'koa'
import { nodeHandler } from '../../../src/adapters/node.js'
import type { Scim } from '../../../src/index.js'

export function createApp(scim: Scim): Koa {
  const app = new Koa()
  const handler = nodeHandler(scim, { basePath: '/scim/v2' })
  // Before a body parser of the app's own.
  app.use(async (context, next) => {
    if (context.path.startsWith('/scim/v2/')) {
      // The service answers, and Koa does not.
      context.respond = false
      handler(context.req, context.res)
    } else await next()
  })
  return app
}
