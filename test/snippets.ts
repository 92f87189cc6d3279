import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8')

export const readme = read('README.md')
export const rulesReadme = read('src/idp/README.md')
/** The README of the example that continues it. */
export const exampleReadme = read('examples/hono-okta/README.md')

const blocksOf = (text: string) =>
  [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, code = '']) => ({
    language,
    code,
  }))
/** The TypeScript of both, and the README's commands; the example's own test runs the example's. */
export const snippets = [readme, exampleReadme]
  .flatMap(blocksOf)
  .filter(({ language }) => language === 'ts')
  .map(({ code }) => code)
export const commands = blocksOf(readme)
  .filter(({ language }) => language === 'sh')
  .map(({ code }) => code.trim())

/** Writes each snippet to a file of its own, with what the README leaves to the host: its own connections. */
export function writeSnippets(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const pool = 'new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })'
  writeFileSync(join(folder, 'database.ts'), `import pg from 'pg'\nexport const pool = ${pool}\n`)
  for (const [index, code] of snippets.entries()) writeFileSync(join(folder, `snippet-${index}.ts`), code)
}
