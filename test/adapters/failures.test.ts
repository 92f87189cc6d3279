import { describe, expect, it } from 'vitest'
import { fetchHandler } from '../../src/adapters/fetch.js'
import { nodeHandler } from '../../src/adapters/node.js'
import { bearerTokens, createScim, memoryStore } from '../../src/index.js'
import { listen } from './hosts.js'

// What kept an adapter from sending a reply was a 500 of which the host never heard.

function serve() {
  const errors: string[] = []
  const scim = createScim({
    authenticate: bearerTokens([{ token: 'a-token' }]),
    users: memoryStore(),
    onError: (error) => errors.push(String(error)),
  })
  return { scim, errors }
}

describe('an adapter that cannot send a reply', () => {
  it('reports what the host has hooked into the response', async () => {
    const { scim, errors } = serve()
    const handle = nodeHandler(scim)
    await using host = await listen((req, res) => {
      res.writeHead = () => {
        throw new Error('a hook has failed')
      }
      handle(req, res)
    })
    await expect(fetch(`${host.url}/Users`)).rejects.toThrow()
    expect(errors).toEqual(['Error: a hook has failed'])
  })

  it('reports a request that it cannot read', async () => {
    const { scim, errors } = serve()
    const request = Object.create(new Request('http://localhost/Users'), { url: { value: 'nonsense' } })
    expect((await fetchHandler(scim)(request)).status).toBe(500)
    expect(errors).toEqual([expect.stringContaining('TypeError')])
  })
})
