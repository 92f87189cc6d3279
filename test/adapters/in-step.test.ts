import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { inStep } from '../../src/adapters/in-step.js'
import { nodeHandler } from '../../src/adapters/node.js'
import { echo } from './echo.js'
import { listen } from './hosts.js'

test('all that have come go on together, stage by stage', async () => {
  const done: string[] = []
  const walk = async (name: string) => {
    await inStep()
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
