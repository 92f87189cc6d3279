import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readme } from '../snippets.js'

/** A recipe as a host writes it: with the package in place of its sources. */
function recipe(name: string): string {
  return readFileSync(join(import.meta.dirname, 'recipes', `${name}.ts`), 'utf8')
    .replace("'../../../src/index.js'", "'scimkit'")
    .replace(/'\.\.\/\.\.\/\.\.\/src\/adapters\/(\w+)\.js'/, "'scimkit/$1'")
}

describe.each(['koa', 'elysia', 'h3'])('the recipe for %s', (name) => {
  it('needs nothing but the framework and the package', () => {
    const imported = [...recipe(name).matchAll(/ from '([^']+)'/g)].map(([, from]) => from)
    expect(imported).toContain(name)
    expect(imported.filter((from) => from !== name && !from?.startsWith('scimkit'))).toEqual([])
  })

  // What it does is tried by the suites of all hosts.
  it.skipIf(!readme.includes(` from '${name}'`))('is what the README shows', () => {
    expect(readme).toContain(recipe(name))
  })
})
