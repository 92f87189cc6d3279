import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { expressHandler } from '../../src/adapters/express.js'
import { scimPlugin } from '../../src/adapters/fastify.js'
import { honoHandler } from '../../src/adapters/hono.js'
import { lambdaHandler } from '../../src/adapters/lambda.js'
import { nextRoute } from '../../src/adapters/next.js'
import { nodeHandler } from '../../src/adapters/node.js'
import { fetchHandler } from '../../src/index.js'
import type { TokenEndpoint } from '../../src/oauth/index.js'
import { express4, nextApp } from '../adapters/hosts.js'
import { functionUrl, platformListener } from '../adapters/lambda-platforms.js'
import { answerOf, basic, makeService, tokenRequest } from './service.js'

/** Serves the endpoint at /oauth/token, and its metadata where there is room for both. */
const hosts: readonly (readonly [string, boolean, (tokens: TokenEndpoint) => RequestListener])[] = [
  ['node:http', true, (tokens) => nodeHandler(tokens)],
  ['node:http with basePath', false, (tokens) => nodeHandler(tokens, { basePath: '/oauth' })],
  [
    'Express under a folder',
    true,
    (tokens) =>
      express()
        .use('/oauth', expressHandler(tokens))
        .use('/.well-known/oauth-authorization-server/oauth', expressHandler(tokens)),
  ],
  [
    'Express at its own path, after the parsers',
    true,
    (tokens) =>
      express()
        .use(express.json(), express.urlencoded())
        .use('/oauth/token', expressHandler(tokens))
        .get('/.well-known/oauth-authorization-server/oauth', expressHandler(tokens)),
  ],
  [
    'Express as a route, after a parser of nested forms',
    false,
    (tokens) =>
      express().post('/oauth/token', express.urlencoded({ extended: true }), expressHandler(tokens)),
  ],
  [
    'Express 4, after the parsers',
    true,
    (tokens) =>
      express4()
        .use(express4.json(), express4.urlencoded({ extended: false }))
        .use('/oauth', expressHandler(tokens))
        .use('/.well-known', expressHandler(tokens)),
  ],
  [
    'Hono under a folder',
    true,
    (tokens) =>
      getRequestListener(
        new Hono()
          .all('/oauth/*', honoHandler(tokens))
          .get('/.well-known/oauth-authorization-server/*', honoHandler(tokens)).fetch,
      ),
  ],
  [
    'Hono at its own path',
    false,
    (tokens) => getRequestListener(new Hono().post('/oauth/token', honoHandler(tokens)).fetch),
  ],
  ['Next.js under a folder', false, (tokens) => getRequestListener(nextApp(tokens, '/oauth'))],
  [
    'Next.js at its own path',
    false,
    (tokens) => {
      const { POST } = nextRoute(tokens)
      return getRequestListener((request) => POST(request, { params: Promise.resolve({}) }))
    },
  ],
  [
    'Fastify',
    true,
    (tokens) => {
      const app = fastify()
      app.register(scimPlugin(tokens), { prefix: '/oauth' })
      app.register(scimPlugin(tokens), { prefix: '/.well-known/oauth-authorization-server/oauth' })
      return (req, res) => void app.ready().then(() => app.routing(req, res))
    },
  ],
  ['AWS Lambda', true, (tokens) => platformListener(functionUrl, lambdaHandler(tokens))],
  ['Fetch', true, (tokens) => getRequestListener(fetchHandler(tokens))],
  ['Fetch by itself', true, (tokens) => getRequestListener((request) => tokens.fetch(request))],
]

async function serve<T>(listener: RequestListener, use: (origin: string) => Promise<T>): Promise<T> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe.each(hosts)('a token endpoint in %s', (_, hasMetadata, listener) => {
  it('answers as it does everywhere', async () => {
    const service = await makeService()
    const { id, secret = '' } = await service.connections.addClient(service.connection)
    const grant = { grant_type: 'client_credentials' }
    await serve(listener(service.tokens), async (origin) => {
      const post = async (fields: Parameters<typeof tokenRequest>[0], headers = {}) =>
        answerOf(await fetch(tokenRequest(fields, headers, `${origin}/oauth/token`)))
      for (const answer of [
        await post({ ...grant, client_id: id, client_secret: secret }),
        await post(grant, basic(id, secret)),
      ]) {
        expect(answer.status).toBe(200)
        expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'scim' })
        expect(answer.headers.get('cache-control')).toBe('no-store')
      }
      const wrong = await post({ ...grant, client_id: id, client_secret: secret.slice(1) })
      expect([wrong.status, wrong.body.error]).toEqual([401, 'invalid_client'])
      expect(wrong.headers.get('www-authenticate')).toBe('Basic realm="OAuth", charset="UTF-8"')
      const twice = await post(`grant_type=client_credentials&grant_type=client_credentials&client_id=${id}`)
      expect([twice.status, twice.body.error]).toEqual([400, 'invalid_request'])
      const url = `${origin}/.well-known/oauth-authorization-server/oauth`
      if (hasMetadata) expect((await answerOf(await fetch(url))).body.token_endpoint).toBe(service.tokens.url)
    })
    expect(service.errors).toEqual([])
  })
})
