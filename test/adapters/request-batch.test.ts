import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { nodeHandler } from '../../src/adapters/node.js'
import { nextBatch } from '../../src/adapters/request-batch.js'
import { bearerTokens, createScim, memoryStore, urns } from '../../src/index.js'
import { echo } from './echo.js'
import { listen } from './hosts.js'
import { wire } from './wire.js'

test('all that have come go on together, stage by stage', async () => {
  const done: string[] = []
  const walk = async (name: string) => {
    await nextBatch()
    for (const stage of [1, 2]) {
      done.push(`${name}${stage}`)
      await undefined
    }
  }
  const late = walk('a').then(() => walk('d'))
  await Promise.all([walk('b'), walk('c'), late])
  expect(done).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'd1', 'd2'])
})

test('each request keeps the asynchronous context that the host gave it', async () => {
  const current = new AsyncLocalStorage<string | undefined>()
  const { externalUrl } = echo()
  const scim = nodeHandler({
    externalUrl,
    handle: async ({ path }) => ({ status: 200, headers: {}, body: `${path} ${current.getStore()}` }),
  })
  await using host = await listen((req, res) => current.run(req.url, () => scim(req, res)))
  const paths = Array.from({ length: 50 }, (_, index) => `/Users/${index}`)
  const seen = await Promise.all(paths.map(async (path) => (await fetch(host.url + path)).text()))
  expect(seen).toEqual(paths.map((path) => `${path} ${path}`))
})

test('no more than a few go at once', async () => {
  let here = 0
  let most = 0
  const walk = async () => {
    await nextBatch()
    most = Math.max(most, ++here)
    await undefined
    here -= 1
  }
  await Promise.all(Array.from({ length: 100 }, walk))
  expect(most).toBe(16)
})

test('pipelined requests take effect in their order', async () => {
  const scim = createScim({ authenticate: bearerTokens([{ token: 't' }]), users: memoryStore() })
  await using host = await listen(nodeHandler(scim, { basePath: '/scim/v2' }))
  const connection = wire(host.port)
  const request = (method: string, path: string, body: object) => {
    const text = JSON.stringify(body)
    return [
      `${method} /scim/v2${path} HTTP/1.1`,
      'Host: a',
      'Authorization: Bearer t',
      'Content-Type: application/scim+json',
      `Content-Length: ${text.length}`,
      '',
      text,
    ].join('\r\n')
  }
  const users = { schemas: [urns.user], userName: 'ada', active: false }
  connection.send(request('POST', '/Users', users))
  const created = await connection.received((text) => text.includes('"version"'))
  const path = `/Users/${/"id":"([^"]+)"/.exec(created)?.[1]}`
  const patch = (active: boolean) =>
    request('PATCH', path, { schemas: [urns.patchOp], Operations: [{ op: 'replace', value: { active } }] })
  connection.send(patch(true) + patch(false) + patch(true) + patch(false))
  const all = await connection.received((text) => text.split('HTTP/1.1 200').length === 5)
  expect(all.match(/"version":"W\/\\"\d\\""/g)).toEqual(
    [1, 2, 3, 4, 5].map((version) => `"version":"W/\\"${version}\\""`),
  )
  connection.socket.destroy()
})

test('a request that the host has answered meanwhile is left alone', async () => {
  let handled = 0
  const { externalUrl } = echo()
  const scim = nodeHandler({
    externalUrl,
    handle: async () => ({ status: 200, headers: {}, body: `${++handled}` }),
  })
  await using host = await listen((req, res) => {
    scim(req, res)
    res.end('the host')
  })
  expect(await (await fetch(`${host.url}/Users/1`)).text()).toBe('the host')
  expect(handled).toBe(0)
})
