import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { expressHandler } from '../../src/adapters/express.js'
import { scimPlugin } from '../../src/adapters/fastify.js'
import { fetchHandler } from '../../src/adapters/fetch.js'
import { honoHandler } from '../../src/adapters/hono.js'
import { nextRoute } from '../../src/adapters/next.js'
import { nodeHandler } from '../../src/adapters/node.js'
import type { Portal } from '../../src/portal/index.js'
import { formsOf, makeService, mount } from './service.js'

type Ask = (path: string, init?: RequestInit) => Promise<Response>

/** Each adapter, as something that answers requests for a while. */
const adapters: Readonly<Record<string, (portal: Portal) => Promise<{ ask: Ask; close?: () => unknown }>>> = {
  async handler(portal) {
    return { ask: (path, init) => portal.handler(new Request(`http://localhost${path}`, init)) }
  },
  async fetch(portal) {
    const handle = fetchHandler(portal, { basePath: mount })
    return { ask: (path, init) => handle(new Request(`http://localhost${path}`, init)) }
  },
  async hono(portal) {
    const app = new Hono()
    app.all(`${mount}/*`, honoHandler(portal))
    return { ask: async (path, init) => app.request(`http://localhost${path}`, init) }
  },
  async next(portal) {
    const { GET, POST } = nextRoute(portal)
    return {
      ask(path, init) {
        const route = path
          .slice(mount.length + 1)
          .split('/')
          .filter(Boolean)
        const request = new Request(`http://localhost${path}`, {
          ...init,
          headers: { host: 'localhost', ...init?.headers },
        })
        const context = { params: Promise.resolve(route.length > 0 ? { path: route } : {}) }
        return init?.method === 'POST' ? POST(request, context) : GET(request, context)
      },
    }
  },
  node: (portal) => listening(nodeHandler(portal, { basePath: mount })),
  express: (portal) => listening(express().use(mount, expressHandler(portal))),
  'express, after its own parsers': (portal) =>
    listening(
      express()
        .use(express.urlencoded({ extended: true }), express.json())
        .use(mount, expressHandler(portal)),
    ),
  async fastify(portal) {
    const app = fastify()
    app.register(scimPlugin(portal), { prefix: mount })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
    return {
      ask: (path, init) => fetch(url + path, { redirect: 'manual', ...init }),
      close: () => app.close(),
    }
  },
}

async function listening(listener: Parameters<typeof createServer>[1]) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    ask: ((path, init) => fetch(url + path, { redirect: 'manual', ...init })) satisfies Ask,
    close: () => server.close(),
  }
}

it.each(Object.keys(adapters))('runs through the adapter of %s, with its forms', async (name) => {
  const { portal, connections } = makeService({ knowsAddress: false })
  const { id } = await connections.create({ tenant: 'acme', name: 'Okta production', provider: 'okta' })
  const { ask, close } = (await adapters[name]?.(portal)) ?? { ask: undefined }
  if (!ask) throw new Error(name)
  const session = { 'x-session': 'acme manage ada' }
  try {
    const list = await (await ask(`${mount}/`, { headers: session })).text()
    expect(list).toContain(`href="${mount}/idp/${id}/set-up"`)
    const reply = await ask(`${mount}/idp/${id}/set-up`, { headers: session })
    const [cookie = ''] = reply.headers.getSetCookie()[0]?.split(';') ?? []
    const form = formsOf(await reply.text()).find(({ action }) => action.endsWith('/token'))
    const issued = await ask(form?.action ?? '', {
      method: 'POST',
      body: new URLSearchParams(form?.fields).toString(),
      headers: {
        ...session,
        cookie,
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
      },
    })
    expect(await issued.text()).toContain('<textarea id="secret"')
    expect(issued.headers.get('content-security-policy')).toContain("default-src 'none'")
  } finally {
    await close?.()
  }
})
