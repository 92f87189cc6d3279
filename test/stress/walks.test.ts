import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { urns } from '../../src/protocol/index.js'
import { allDatabases, type TestDatabase } from '../stores/kysely/databases.js'
import { send } from './load.js'
import { type Served, serveProcess } from './servers.js'

// A balancer spreads the pages of each client over two processes, while users come and go in all parts of the list.

const [lasting, clients, pageSize] = [200, 4, 7]

interface Shown {
  readonly totalResults: number
  readonly Resources?: readonly { readonly id: string }[]
}

describe.each(allDatabases)('walks spread over two processes over $database', ({ open }) => {
  let database: TestDatabase
  let servers: readonly Served[] = []
  const staying: string[] = []
  const passing: string[] = []
  let number = 0
  const any = () => servers[Math.floor(Math.random() * servers.length)]?.base ?? ''

  async function come(): Promise<string> {
    number += 1
    // In any part of a list by name.
    const userName = `${Math.random().toString(36).slice(2)}-${number}`
    const { status, json } = await send(any(), 'POST', '/Users', { schemas: [urns.user], userName })
    expect(status).toBe(201)
    return String(json.id)
  }

  async function walk(more: string): Promise<ReadonlySet<string>> {
    const seen = new Set<string>()
    for (let startIndex = 1, pages = 0; ; pages++) {
      expect(pages).toBeLessThan(500)
      const query = `/Users?startIndex=${startIndex}&count=${pageSize}${more}`
      const { status, json } = await send(any(), 'GET', query)
      expect(status).toBe(200)
      const { totalResults, Resources = [] } = json as unknown as Shown
      for (const { id } of Resources) seen.add(id)
      startIndex += Resources.length
      if (startIndex > totalResults) return seen
      // Clients work with what they are given, and some repeat a page whose reply was lost.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 30))
      if (Math.random() < 0.1) await send(any(), 'GET', query)
    }
  }

  beforeAll(async () => {
    database = await open()
    // One after the other: both would create the tables.
    servers = [await serveProcess(database, 'walks'), await serveProcess(database, 'walks')]
    for (let index = 0; index < lasting; index++) {
      staying.push(await come())
      if (index % 2 === 0) passing.push(await come())
    }
  }, 120_000)
  afterAll(async () => {
    await Promise.all(servers.map(({ program }) => program[Symbol.asyncDispose]()))
    await database.close()
  })

  it.each([
    ['by id', ''],
    ['by name', '&sortBy=userName'],
  ])('miss none that stays, and end: %s', { timeout: 120_000 }, async (_, more) => {
    let isOver = false
    const changes = (async () => {
      while (!isOver) {
        if (Math.random() < 0.5) passing.push(await come())
        else {
          const [id] = passing.splice(Math.floor(Math.random() * passing.length), 1)
          if (id !== undefined) await send(any(), 'DELETE', `/Users/${id}`)
        }
      }
    })()
    const all = await Promise.all(Array.from({ length: clients }, () => walk(more)))
    isOver = true
    await changes
    for (const seen of all) expect(staying.filter((id) => !seen.has(id))).toEqual([])
  })
})
