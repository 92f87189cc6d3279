import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const src = join(import.meta.dirname, '..', 'src')

/** The rooms, each of which imports from itself and from lower numbers only. */
const rooms: Readonly<Record<string, number>> = {
  protocol: 0,
  schema: 1,
  filter: 2,
  patch: 3,
  idp: 4,
  mapping: 5,
  auth: 6,
  events: 6,
  translate: 6,
  stores: 7,
  operations: 8,
  http: 9,
  adapters: 10,
  otel: 10,
  'create-scim': 11,
  connections: 11,
  log: 11,
  'index.ts': 12,
  guide: 12,
  oauth: 12,
  portal: 13,
  testing: 13,
  cli: 14,
}

/**
 * What rooms are divided into, by folder or by file: each imports from itself and from lower numbers of its room only.
 * Files that are not named here are the ground of their room: they import from each other only.
 */
const subRooms: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  operations: {
    groups: 0,
    list: 1,
    'modify.ts': 2,
    'remove.ts': 2,
    'replace.ts': 2,
    'conflict.ts': 3,
    'create.ts': 4,
    'operation.ts': 5,
    bulk: 6,
    'written-on-request.ts': 6,
    'index.ts': 7,
  },
  http: {
    'rate-limit': 0,
    request: 0,
    telemetry: 0,
    response: 1,
    'discovery.ts': 2,
    'route.ts': 3,
    bulk: 4,
    handlers: 4,
    'routes.ts': 5,
    'router.ts': 6,
    openapi: 6,
    'handler.ts': 7,
    'index.ts': 8,
  },
  'stores/kysely': {
    sql: 0,
    dialect: 1,
    database: 2,
    search: 2,
    connections: 3,
    outbox: 3,
    'request-log': 3,
    statements: 3,
    walks: 3,
    store: 4,
    tables: 5,
    'index.ts': 6,
  },
}

/** Imports inside a room that point up all the same. */
const upward: readonly string[] = [
  // The context holds the service's cursors, whose type is beside what makes them.
  'operations/context.ts imports operations/list/cursor.ts',
  // Members are resolved where a group is written, and written where a resource leaves its groups.
  'operations/write.ts imports operations/groups/members.ts',
  'operations/write.ts imports operations/groups/rename-member.ts',
]

interface Import {
  readonly from: string
  readonly to: string
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => normalize(name))
}

/** Every import and re-export of a file, also those of types alone. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(src, file), 'utf8')
  return [
    ...text.matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

const files = filesIn(src)
const imports: readonly Import[] = files.flatMap((from) => importsOf(from).map((to) => ({ from, to })))
const internal = imports
  .filter(({ to }) => to.startsWith('.'))
  .map(({ from, to }) => ({ from, to: relative(src, join(src, dirname(from), to.replace(/\.js$/, '.ts'))) }))

/** Without comments. */
function codeOf(file: string): string {
  return readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
}

function roomOf(file: string): string {
  return file.split('/')[0] ?? file
}

/** What of a divided room a file belongs to; undefined where it is in another one. */
function subRoomOf(room: string, file: string): string | undefined {
  return file.startsWith(`${room}/`) ? file.slice(room.length + 1).split('/')[0] : undefined
}

function show(list: readonly Import[]): readonly string[] {
  return list.map(({ from, to }) => `${from} imports ${to}`)
}

describe('the direction of imports', () => {
  it('knows every room', () => {
    expect(files.map(roomOf).filter((room) => rooms[room] === undefined)).toEqual([])
    expect(internal.filter(({ to }) => !files.includes(to))).toEqual([])
    expect(internal.length).toBeGreaterThan(100)
  })

  it('points down, and never at a room of the same height', () => {
    const up = internal.filter(({ from, to }) => {
      const [a, b] = [roomOf(from), roomOf(to)]
      return a !== b && (rooms[b] ?? 0) >= (rooms[a] ?? 0)
    })
    expect(show(up)).toEqual([])
  })

  it.each(Object.entries(subRooms))('points down inside %s too', (room, heights) => {
    const inside = files.flatMap((file) => subRoomOf(room, file) ?? [])
    // Each folder has its height, and each height is that of something.
    expect(inside.filter((name) => !name.endsWith('.ts') && heights[name] === undefined)).toEqual([])
    expect(Object.keys(heights).filter((name) => !inside.includes(name))).toEqual([])
    const up = internal.filter(({ from, to }) => {
      const [a, b] = [subRoomOf(room, from), subRoomOf(room, to)]
      if (a === undefined || b === undefined || a === b || heights[b] === undefined) return false
      return heights[b] >= (heights[a] ?? -1)
    })
    expect(show(up)).toEqual(upward.filter((line) => line.startsWith(`${room}/`)))
  })

  it('goes round in no circle', () => {
    const next = new Map(
      files.map((file) => [file, internal.filter(({ from }) => from === file).map(({ to }) => to)]),
    )
    const done = new Set<string>()
    const circles: string[] = []
    function visit(file: string, path: readonly string[]): void {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      if (done.has(file) || path.includes(file)) return
      for (const one of next.get(file) ?? []) visit(one, [...path, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
    expect(circles).toEqual([])
  })

  it('enters a room through its index', () => {
    const inside = internal.filter(({ from, to }) => {
      if (roomOf(from) === roomOf(to) || to.endsWith('index.ts') || !to.includes('/')) return false
      // The command line opens databases of its own, and prints their tables, which nobody else can.
      if (roomOf(from) === 'cli' && /^stores\/kysely\/tables\/(?:open|print-sql)\.ts$/.test(to)) return false
      // Each adapter is an entry of the package, and the port is all that operations know of stores.
      return !to.startsWith('adapters/') && !(roomOf(from) === 'operations' && to === 'stores/store.ts')
    })
    expect(show(inside)).toEqual([])
  })

  it('shows operations the port of the stores and nothing else of them', () => {
    const seen = internal.filter(({ from, to }) => roomOf(from) === 'operations' && roomOf(to) === 'stores')
    expect(new Set(seen.map(({ to }) => to))).toEqual(new Set(['stores/store.ts']))
  })

  it('brings each package in at one place', () => {
    const outside = imports.filter(({ to }) => !to.startsWith('.'))
    const users = (name: RegExp) => [
      ...new Set(outside.filter(({ to }) => name.test(to)).map(({ from }) => from)),
    ]
    expect(users(/^scim2-parse-filter$/)).toEqual(['filter/parse.ts'])
    expect(users(/^zod/)).toEqual(['schema/validate.ts', 'schema/validators.ts'])
    const bridges = ['adapters/node-bridge.ts', 'adapters/express-request.ts']
    const isOnNode = (file: string) =>
      /^(?:cli\/|adapters\/node)/.test(file) ||
      internal.some(({ from, to }) => from === file && bridges.includes(to))
    expect(
      users(/^node:/).filter((file) => !isOnNode(file)),
      'only the command line and adapters over node-bridge.ts import modules of Node.js',
    ).toEqual([])
    expect(users(/^kysely/).filter((file) => !file.startsWith('stores/kysely/'))).toEqual([])
    // Bundled, for its template that escapes what it is given.
    expect(users(/^hono/)).toEqual(['portal/escape.ts', 'cli/verify/report.ts'])
    // Needed for tokens only, and by its ESM alone.
    expect(users(/^jose/)).toEqual(['oauth/jwt.ts'])
    expect(users(/^@nestjs/)).toEqual(['adapters/nest.ts'])
    expect(users(/^@opentelemetry/).filter((file) => !file.startsWith('otel/'))).toEqual([])
    expect(users(/^(?:pg|libsql|@electric-sql\/pglite)$/).filter((file) => !file.startsWith('cli/'))).toEqual(
      [],
    )
    const known =
      /^(?:scim2-parse-filter|zod|type-fest|jose|pg|libsql|@electric-sql\/pglite|@nestjs\/(?:common|core)|@opentelemetry\/api|hono\/html|kysely(?:\/migration)?|node:.*)$/
    expect(show(outside.filter(({ to }) => !known.test(to)))).toEqual([])
  })

  it('names vendors in the rooms that know them', () => {
    const named = files.filter(
      // The guide is about their consoles, and what reviewers ask is told by their names.
      (file) =>
        !/^(?:idp\/|guide\/|index\.ts|testing\/|cli\/(?:guide|verify\/))/.test(file) &&
        /\b(?:okta|entra)/i.test(codeOf(file)),
    )
    expect(named).toEqual([])
  })

  it('speaks the SQL of one database in its dialect only', () => {
    const words =
      /::[a-z]\w*|\bjsonb|\bxmin\b|\bilike\b|= any\(|\bskip locked\b|\bcollate "C"|(['"`])(?=[A-Z]*\d)[\dA-Z]{5}\1/gi
    const spoken = files
      .filter((file) => !file.startsWith('stores/kysely/dialect/') && file !== 'translate/sql-dialect.ts')
      .flatMap((file) => [...codeOf(file).matchAll(words)].map(([word]) => `${file}: ${word}`))
    expect(spoken).toEqual([])
  })
})

describe('a file', () => {
  it('has less than 300 lines', () => {
    const long = files.filter(
      (file) => readFileSync(join(src, file), 'utf8').trimEnd().split('\n').length >= 300,
    )
    expect(long).toEqual([])
  })
})

describe('an exported name', () => {
  it('is defined once', () => {
    const definition =
      /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const|let|enum) (\w+)/gm
    const places = new Map<string, Set<string>>()
    for (const file of files) {
      for (const [, name = ''] of readFileSync(join(src, file), 'utf8').matchAll(definition)) {
        places.set(name, (places.get(name) ?? new Set()).add(file))
      }
    }
    expect(places.size).toBeGreaterThan(300)
    const several = [...places].filter(([, files]) => files.size > 1)
    expect(several.map(([name, files]) => `${name}: ${[...files].join(', ')}`)).toEqual([])
  })
})
