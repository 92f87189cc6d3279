import { describe, expect, it } from 'vitest'
import { Turns } from '../../../src/operations/bulk/turns.js'

// Atomic bulk requests wait for each other without a connection, and not for ever.

const request = { tenant: 'acme' as string | undefined, max: 2, timeout: 60_000, signal: undefined }

async function settled(): Promise<void> {
  for (let count = 0; count < 10; count++) await Promise.resolve()
}

describe('turns', () => {
  it('come one at a time for each tenant, and a few at a time in all, in their order', async () => {
    const turns = new Turns()
    const log: string[] = []
    const ends = new Map<string, () => void>()
    const ask = async (name: string, tenant: string | undefined) => {
      const end = await turns.take({ ...request, tenant })
      log.push(name)
      ends.set(name, end)
    }
    const all = [ask('a1', 'a'), ask('a2', 'a'), ask('b1', 'b'), ask('none', undefined), ask('a3', 'a')]
    await settled()
    expect(log).toEqual(['a1', 'b1'])
    ends.get('b1')?.()
    await settled()
    expect(log).toEqual(['a1', 'b1', 'none'])
    ends.get('a1')?.()
    ends.get('none')?.()
    await settled()
    expect(log).toEqual(['a1', 'b1', 'none', 'a2'])
    ends.get('a2')?.()
    await Promise.all(all)
    expect(log).toEqual(['a1', 'b1', 'none', 'a2', 'a3'])
  })

  it('are given up after the time that the request waits, and when its signal is aborted', async () => {
    const turns = new Turns()
    const end = await turns.take(request)
    await expect(turns.take({ ...request, timeout: 1 })).rejects.toMatchObject({ status: 503, retryAfter: 1 })
    const controller = new AbortController()
    const waiting = turns.take({ ...request, signal: controller.signal })
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ status: 503 })
    await expect(turns.take({ ...request, signal: controller.signal })).rejects.toMatchObject({ status: 503 })
    // Nobody who has gone keeps the turn from the next.
    const next = turns.take(request)
    end()
    ;(await next)()
    ;(await turns.take(request))()
  })

  it('are refused at once where a hundred of the tenant wait, and others still get theirs', async () => {
    const turns = new Turns()
    const ends = [await turns.take(request)]
    let refused = 0
    const all = Array.from({ length: 120 }, () =>
      turns.take(request).then(
        (end) => end(),
        () => {
          refused += 1
        },
      ),
    )
    await settled()
    expect(refused).toBe(20)
    ends.push(await turns.take({ ...request, tenant: 'globex' }))
    for (const end of ends) end()
    await Promise.all(all)
    expect(refused).toBe(20)
  })
})
