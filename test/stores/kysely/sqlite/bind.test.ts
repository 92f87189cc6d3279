import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bind } from '../../../../src/stores/kysely/dialect/sqlite/driver/bind.js'

// A driver ends the whole process at a boolean: what binds values is tried in one of its own.

async function run(name: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const file = join(import.meta.dirname, name)
  const child = spawn(process.execPath, ['--import', 'tsx', file], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}

describe('what SQLite is given', () => {
  it('never ends the process, and comes back as it was or is refused', { timeout: 120_000 }, async () => {
    const { code, output } = await run('bind-anything.ts')
    expect([code, output.trim()]).toEqual([0, 'bound 2000 values, and those of a host'])
  })

  it('is whole numbers, instants and JSON as SQLite has them', () => {
    expect([true, false, 7, -0, 1.5, 2 ** 53, 9007199254740993n].map(bind)).toEqual([
      1n,
      0n,
      7n,
      0n,
      1.5,
      2 ** 53,
      9007199254740993n,
    ])
    expect(bind(new Date(0))).toBe('1970-01-01T00:00:00.000Z')
    expect([{ a: [true] }, ['x'], undefined, null].map(bind)).toEqual(['{"a":[true]}', '["x"]', null, null])
    expect(bind(new Uint16Array([1, 256]))).toEqual(new Uint8Array([1, 0, 0, 1]))
    expect(bind('a\ud800b')).toBe('a\ufffdb')
  })

  it('has no NUL, which a driver would cut the text at', () => {
    for (const value of ['a\0b', Symbol('x'), () => 1, Number.NaN, new Date(Number.NaN), 2n ** 63n])
      expect(() => bind(value), String(value)).toThrow(
        expect.objectContaining({ name: 'UnstorableValueError' }),
      )
  })
})
