import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8')

export const readme = read('README.md')
export const rulesReadme = read('src/idp/README.md')
/** The README of the example that continues it. */
export const exampleReadme = read('examples/hono-okta/README.md')
/** The guide to tables of one's own. */
const guide = read('src/stores/kysely/README.md')

const blocksOf = (text: string) =>
  [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, code = '']) => ({
    language,
    code,
  }))
const codeIn = (text: string, language: string) =>
  blocksOf(text)
    .filter((block) => block.language === language)
    .map(({ code }) => code)
export const guideSnippets = codeIn(guide, 'ts')
/** The tables of the guide, section by section. */
export const guideTables = codeIn(guide, 'sql')
/** The TypeScript of all three, and the README's commands; the example's own test runs the example's. */
export const snippets = [readme, exampleReadme, guide].flatMap((text) => codeIn(text, 'ts'))
export const commands = blocksOf(readme)
  .filter(({ language }) => language === 'sh')
  .map(({ code }) => code.trim())

/** Writes what the snippets leave to the host: its connections, and the client that Prisma generates. */
export function writeHostModules(folder: string): void {
  const pool = 'new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })'
  writeFileSync(join(folder, 'database.ts'), `import pg from 'pg'\nexport const pool = ${pool}\n`)
  const client = join(import.meta.dirname, '../examples/prisma-express/src/generated/prisma/client.js')
  const generated = join(folder, 'generated/prisma')
  mkdirSync(generated, { recursive: true })
  writeFileSync(
    join(generated, 'client.ts'),
    `export * from ${JSON.stringify(relative(generated, client))}\n`,
  )
}

/** Writes each snippet to a file of its own, with what the documents leave to the host. */
export function writeSnippets(folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeHostModules(folder)
  for (const [index, code] of snippets.entries()) writeFileSync(join(folder, `snippet-${index}.ts`), code)
}
