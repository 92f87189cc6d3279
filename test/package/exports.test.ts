import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

describe('package.json', () => {
  it('leads moduleResolution node10 to the declarations of every entry', () => {
    const entries = Object.entries<{ import: { types: string } }>(manifest.exports)
    const expected = entries.flatMap(([name, entry]) =>
      name === '.' || name === './package.json'
        ? []
        : [[name.slice(2), [entry.import.types.replace('./', '')]]],
    )
    expect(manifest.typesVersions).toEqual({ '*': Object.fromEntries(expected) })
  })
})
