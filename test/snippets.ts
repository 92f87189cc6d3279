import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')

const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, code = '']) => ({
  language,
  code,
}))
/** The README's TypeScript, and its commands. */
export const snippets = blocks.filter(({ language }) => language === 'ts').map(({ code }) => code)
export const commands = blocks.filter(({ language }) => language === 'sh').map(({ code }) => code.trim())

/** Writes each snippet to a file of its own, with what the README leaves to the host: its own connections. */
export function writeSnippets(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const pool = 'new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })'
  writeFileSync(join(folder, 'database.ts'), `import pg from 'pg'\nexport const pool = ${pool}\n`)
  for (const [index, code] of snippets.entries()) writeFileSync(join(folder, `snippet-${index}.ts`), code)
}
