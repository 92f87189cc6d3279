import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express5, { type Express } from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { expressHandler } from '../../src/adapters/express.js'
import { scimPlugin } from '../../src/adapters/fastify.js'
import { fetchHandler } from '../../src/adapters/fetch.js'
import { honoHandler } from '../../src/adapters/hono.js'
import { lambdaHandler } from '../../src/adapters/lambda.js'
import { nextRoute } from '../../src/adapters/next.js'
import { nodeHandler } from '../../src/adapters/node.js'
import type { ScimHandler } from '../../src/http/index.js'
import type { Scim } from '../../src/index.js'
import { functionUrl, loadBalancer, type Platform, platformListener, restApi } from './lambda-platforms.js'

/** Express 4 has no types of its own here; what these tests use of it is the same. */
export const express4 = createRequire(import.meta.url)('express4') as typeof express5

/** Mounts one service at `/scim/v2`, in the way of one framework. */
export interface Host {
  readonly name: string
  /** Whether the framework parses `application/json` before the service sees it. */
  readonly parses?: boolean
  /** Whether the bridge for `node:http` answers, rather than the platform's own Fetch. */
  readonly bridge?: boolean
  /** Whether the platform reads a whole body before it asks, sends whole replies, and does not tell when a client goes. */
  readonly buffers?: boolean
  listener(scim: ScimHandler): RequestListener
}

function expressHost(name: string, express: typeof express5, parses: boolean): Host {
  return {
    name: parses ? `${name} after json()` : name,
    parses,
    bridge: true,
    listener: (scim) => {
      const app: Express = express()
      if (parses) app.use(express.json())
      app.use('/scim/v2', expressHandler(scim))
      return app
    },
  }
}

function fastifyListener(scim: ScimHandler): RequestListener {
  const app = fastify()
  app.register(scimPlugin(scim), { prefix: '/scim/v2' })
  return (req, res) => void app.ready().then(() => app.routing(req, res))
}

function nestListener(platform: 'Express' | 'Fastify', scim: ScimHandler): RequestListener {
  // Loaded where it is used: the other suites that have hosts have no need of Nest.
  const routing = import('./nest-app.js').then(async ({ nestApp, nestModule, nestRouting }) => {
    const { ScimModule } = await import('../../src/adapters/nest.js')
    const app = await nestApp(platform, nestModule({ imports: [ScimModule.forRoot({ path: 'v2', scim })] }))
    return nestRouting(app.setGlobalPrefix('scim'))
  })
  return (req, res) => void routing.then((listener) => listener(req, res))
}

/** The recipes of the README, which are loaded where they are used, like Nest. */
const recipes = {
  Koa: async (scim: Scim) => (await import('./recipes/koa.js')).createApp(scim).callback(),
  Elysia: async (scim: Scim) => {
    const listener = getRequestListener((await import('./recipes/elysia.js')).createApp(scim).fetch)
    return (req: IncomingMessage, res: ServerResponse) => {
      // Elysia does not find the path of a URL whose host has less than four characters.
      if (req.headers.host === 'a') req.headers.host = 'a.example.com'
      return listener(req, res)
    }
  },
  h3: async (scim: Scim) =>
    (await import('h3')).toNodeHandler((await import('./recipes/h3.js')).createApp(scim)),
}

function recipeHost(name: keyof typeof recipes): Host {
  return {
    name: `${name} (recipe)`,
    bridge: name === 'Koa',
    listener: (scim) => {
      // The recipes say Scim, as hosts do, and use what is a handler of it.
      const listener = recipes[name](scim as Scim)
      return (req, res) => void listener.then((answer) => answer(req, res))
    },
  }
}

function lambdaHost(platform: Platform): Host {
  return {
    name: platform.name,
    buffers: true,
    listener: (scim) => platformListener(platform, lambdaHandler(scim)),
  }
}

/** What Next.js does around a route handler, as far as the adapter can tell. */
export function nextApp(scim: ScimHandler, folder: string): (request: Request) => Promise<Response> {
  const route = nextRoute(scim)
  return (request) => {
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const below = new URL(request.url).pathname.slice(folder.length + 1)
    const params = Promise.resolve({ path: below.replace(/\/$/, '').split('/').map(decodeURIComponent) })
    return route[method as keyof typeof route](request, { params })
  }
}

/** Those that send a reply while it is made. */
export const hosts: readonly Host[] = [
  { name: 'node:http', bridge: true, listener: (scim) => nodeHandler(scim) },
  {
    name: 'node:http with basePath',
    bridge: true,
    listener: (scim) => nodeHandler(scim, { basePath: '/scim/v2/' }),
  },
  expressHost('Express 5', express5, false),
  expressHost('Express 5', express5, true),
  expressHost('Express 4', express4, false),
  expressHost('Express 4', express4, true),
  { name: 'Fastify', bridge: true, listener: fastifyListener },
  {
    name: 'Nest on Express',
    parses: true,
    bridge: true,
    listener: (scim) => nestListener('Express', scim),
  },
  { name: 'Nest on Fastify', bridge: true, listener: (scim) => nestListener('Fastify', scim) },
  {
    name: 'Hono',
    listener: (scim) => getRequestListener(new Hono().all('/scim/v2/*', honoHandler(scim)).fetch),
  },
  { name: 'Next.js', listener: (scim) => getRequestListener(nextApp(scim, '/scim/v2')) },
  { name: 'Fetch', listener: (scim) => getRequestListener(fetchHandler(scim)) },
  {
    name: 'Fetch with basePath',
    listener: (scim) => getRequestListener(fetchHandler(scim, { basePath: 'scim/v2' })),
  },
  recipeHost('Koa'),
  recipeHost('Elysia'),
  recipeHost('h3'),
]

export const allHosts: readonly Host[] = [
  ...hosts,
  lambdaHost(restApi),
  lambdaHost(functionUrl),
  lambdaHost(loadBalancer(false)),
  lambdaHost(loadBalancer(true)),
]

/** A server that runs, and where. */
export interface Running {
  readonly url: string
  readonly port: number
  readonly server: Server
  [Symbol.asyncDispose](): Promise<void>
}

export async function listen(listener: RequestListener): Promise<Running> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    server,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
