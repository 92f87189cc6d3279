import fc from 'fast-check'
import { urns } from '../../src/index.js'
import { type FuzzRequest, get, send } from './request.js'

// Requests of someone who wants the service to stop: as large, as deep, as many, or as odd as a reader may not expect.

/** A series of requests, by a size of its own. */
type Shape = (size: number) => readonly FuzzRequest[]

const user = (attributes: object) => ({ schemas: [urns.user], userName: 'hostile', ...attributes })
const patch = (operations: readonly unknown[]) => ({ schemas: [urns.patchOp], Operations: operations })
const bulk = (operations: readonly unknown[]) => ({ schemas: [urns.bulkRequest], Operations: operations })
const patchUser = (operations: readonly unknown[]) => send('PATCH', '/Users/{{user}}', patch(operations))
const list = <T>(length: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length }, (_, i) => make(i))

/** An object with keys that no object literal can have. */
function withKeys(keys: readonly string[], value: unknown): object {
  return JSON.parse(`{${keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`)
}

/** Layers of groups, each of which holds all of the layer below; then everyone who asks for the user's groups. */
function layers(count: number, width: number): readonly FuzzRequest[] {
  const operations = list(count * width, (index) => {
    const layer = Math.floor(index / width)
    const below = list(width, (nth) => ({ value: `bulkId:g${(layer - 1) * width + nth}` }))
    const members = layer === 0 ? [{ value: '{{user}}' }] : below
    const data = { schemas: [urns.group], displayName: `Layer ${index}`, members }
    return { method: 'POST', path: '/Groups', bulkId: `g${index}`, data }
  })
  return [
    send('POST', '/Bulk', bulk(operations)),
    get('/Users'),
    get('/Users/{{user}}'),
    get('/Users', { filter: 'groups.value pr', attributes: 'groups' }),
    send('DELETE', '/Users/{{user}}', undefined),
  ]
}

/** References between new resources that lead back to where they began. */
function circle(length: number): readonly FuzzRequest[] {
  const next = (index: number) => `bulkId:c${(index + 1) % length}`
  const group = (index: number) => ({
    method: 'POST',
    path: '/Groups',
    bulkId: `c${index}`,
    data: { schemas: [urns.group], displayName: `c${index}`, members: [{ value: next(index) }] },
  })
  const managed = (index: number) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `c${index}`,
    data: user({ userName: `c${index}`, [urns.enterpriseUser]: { manager: { value: next(index) } } }),
  })
  const own = { method: 'PATCH', path: '/Groups/bulkId:c0', bulkId: 'c0', data: patch([]) }
  return [
    send('POST', '/Bulk', bulk(list(length, group))),
    send('POST', '/Bulk', bulk(list(length, managed))),
    send('POST', '/Bulk', bulk([own])),
  ]
}

const shapes: Readonly<Record<string, Shape>> = {
  layers: (size) => layers(Math.min(size, 13), 4),
  circle: (size) => circle(Math.min(size + 1, 900)),
  'a path of quotes': (size) => {
    const quotes = `bulkId:"${'\\"'.repeat(size * 80)}`
    return [
      send('POST', '/Bulk', bulk([{ method: 'POST', path: quotes, bulkId: 'q', data: {} }])),
      send(
        'POST',
        '/Bulk',
        bulk([{ method: 'POST', path: '/Users', bulkId: 'q', data: withKeys([quotes], quotes) }]),
      ),
      patchUser([{ op: 'add', path: `emails[value eq ${quotes}]`, value: 1 }]),
      get('/Users', { filter: `userName eq ${quotes.slice(0, 8000)}` }),
    ]
  },
  'many operations on many elements': (size) => {
    const emails = list(size * 20, (index) => ({ value: `e${index}` }))
    const add = list(Math.min(size, 1000), (index) => ({
      op: 'add',
      path: 'emails',
      value: [{ value: `n${index}` }],
    }))
    const filters = list(Math.min(size, 1000), (index) => ({
      op: 'replace',
      path: `emails[value eq "e${index}"].type`,
      value: 'x',
    }))
    const remove = list(Math.min(size, 1000), (index) => ({
      op: 'remove',
      path: `emails[value eq "e${index}"]`,
    }))
    return [
      send('PUT', '/Users/{{user}}', user({ emails })),
      patchUser(add),
      patchUser(filters),
      patchUser(remove),
    ]
  },
  'elements without a value': (size) => {
    const value = list(size * 20, (index) => ({ type: `t${index}` }))
    return [
      patchUser([{ op: 'add', path: 'emails', value }]),
      patchUser([{ op: 'add', path: 'addresses', value }]),
    ]
  },
  'members by the thousand': (size) => {
    const members = list(size * 10, (index) => ({ value: `nobody-${index}` }))
    const operations = list(Math.min(size, 1000), (index) => ({
      op: index % 2 === 0 ? 'add' : 'remove',
      path: 'members',
      value: [{ value: index % 3 === 0 ? '{{user}}' : `nobody-${index}` }],
    }))
    return [
      send('PATCH', '/Groups/{{group}}', patch([{ op: 'add', path: 'members', value: members }])),
      send('PATCH', '/Groups/{{group}}', patch(operations)),
    ]
  },
  'names of attributes': (size) => {
    const names = list(size * 50, (index) => `x${index}`)
    const search = { schemas: [urns.searchRequest], attributes: names }
    return [
      send('POST', '/.search', search),
      send('POST', '/Users/.search', { ...search, excludedAttributes: names }),
      get('/Users', { attributes: names.slice(0, 2000).join() }),
    ]
  },
  'a long name': (size) => {
    const name = 'n'.repeat(size * 4500)
    const message = { schemas: [urns.searchRequest] }
    return [
      send('POST', '/.search', { ...message, attributes: [name] }),
      send('POST', '/Users/.search', { ...message, sortBy: name }),
      send('POST', '/Users/.search', { ...message, filter: `${name} pr` }),
      send('POST', '/Users/.search', { ...message, excludedAttributes: [`${name}.${name}`] }),
      patchUser([{ op: 'replace', path: name, value: 1 }]),
      patchUser([{ op: 'replace', value: withKeys([name], 1) }]),
    ]
  },
  'a long text': (size) => {
    const text = 't'.repeat(size * 500)
    return [
      send('POST', '/Users', user({ userName: text })),
      send('PUT', '/Users/{{user}}', user({ displayName: text, title: text })),
      send('POST', '/Groups', { schemas: [urns.group], displayName: text }),
      patchUser([{ op: 'replace', path: 'nickName', value: text }]),
      get('/Users'),
    ]
  },
  'ill-formed text': () => {
    const half = '\ud800'
    const manager = { value: half }
    return [
      send('POST', '/Users', user({ userName: `a${half}` })),
      send('PUT', '/Users/{{user}}', user({ [urns.enterpriseUser]: { manager } })),
      send('PUT', '/Users/{{user}}', user(withKeys([half, `urn:x:${half}`], half))),
      patchUser([{ op: 'add', path: half, value: half }]),
      patchUser([{ op: 'add', path: `emails[value eq "${half}"].type`, value: 'work' }]),
      send('PATCH', '/Groups/{{group}}', patch([{ op: 'add', path: 'members', value: [{ value: half }] }])),
      send(
        'POST',
        '/Bulk',
        bulk([{ method: 'POST', path: '/Users', bulkId: half, data: user({ title: half }) }]),
      ),
      send('POST', '/Users/.search', { schemas: [urns.searchRequest], filter: `userName eq "${half}"` }),
      get('/Users/%ED%A0%80'),
      get('/Users', { filter: 'userName eq "\\ud800"', sortBy: half }),
      get('/Users'),
    ]
  },
  'zero bytes': () => [
    send('POST', '/Users', user({ userName: 'a\u0000b', 'x\u0000': '\u0000' })),
    send('PATCH', '/Groups/{{group}}', patch([{ op: 'add', path: 'members', value: [{ value: '\u0000' }] }])),
    get('/Users/%00'),
    get('/Users', { filter: 'userName eq "\u0000"' }),
  ],
  'many clauses': (size) => {
    const filter = (clause: (index: number) => string, word: string) =>
      send('POST', '/Users/.search', {
        schemas: [urns.searchRequest],
        filter: list(size, clause).join(word),
      })
    return [
      filter((index) => `userName eq "u${index}"`, ' or '),
      filter((index) => `not (emails[type eq "w${index}" and value co "x"])`, ' and '),
      filter((index) => `groups.display sw "${index}"`, ' or '),
      get('/Users', { filter: list(Math.min(size, 300), () => 'title pr').join(' or ') }),
    ]
  },
  'deep nesting': (size) => {
    const depth = size * 20
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`
    const objects = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
    const filter = `${'not ('.repeat(depth)}title pr${')'.repeat(depth)}`
    return [
      send('POST', '/Users', nested),
      send('POST', '/Users', `{"schemas":["${urns.user}"],"userName":"deep","name":${objects}}`),
      send('POST', '/Users/.search', { schemas: [urns.searchRequest], filter }),
      patchUser([{ op: 'remove', path: `emails[${filter}]` }]),
    ]
  },
  'names of prototypes': () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']
    const operations = names.map((method) => ({ method, path: '/Users', bulkId: method, data: user({}) }))
    const paths = names.flatMap((name) => [
      { op: 'add', path: name, value: { polluted: 1 } },
      { op: 'add', path: `name.${name}`, value: 1 },
      { op: 'replace', value: withKeys([name, `name.${name}`, `${urns.user}:${name}`], { polluted: 1 }) },
    ])
    return [
      send('POST', '/Bulk', bulk(operations)),
      ...paths.map((operation) => patchUser([operation])),
      ...names.flatMap((name) => [
        send('POST', '/Users', user(withKeys([name], withKeys([name], 1)))),
        send(name, '/Users', user({})),
        get(`/${name}`),
        get(`/Users/${name}`),
        get('/Users', { sortBy: name, attributes: name, filter: `${name} eq "x"` }),
        send('POST', '/Bulk', bulk([{ method: 'POST', path: `/${name}`, bulkId: name, data: user({}) }])),
      ]),
    ]
  },
  'many keys': (size) => {
    const keys = list(size * 100, (index) => `k${index}`)
    return [
      send('POST', '/Users', user(withKeys(keys, 1))),
      send('POST', '/Users', user({ name: withKeys(keys, 1) })),
      patchUser([{ op: 'replace', value: withKeys(keys, 1) }]),
      patchUser([
        {
          op: 'replace',
          value: withKeys(
            keys.map((key) => `name.${key}`),
            1,
          ),
        },
      ]),
      patchUser([
        {
          op: 'replace',
          value: withKeys(
            keys.map((key) => `emails[type eq "${key}"].value`),
            'v',
          ),
        },
      ]),
      send(
        'POST',
        '/Bulk',
        bulk([{ method: 'POST', path: '/Users', bulkId: 'k', data: user(withKeys(keys, 1)) }]),
      ),
      send('POST', '/Users', withKeys(keys, 1)),
    ]
  },
  'many versions': (size) => {
    const tags = list(size * 10, (index) => `W/"${index + 2}"`).join(', ')
    const quotes = `"${'\\"'.repeat(size * 5)}`
    return ['if-match', 'if-none-match'].flatMap((name) =>
      [tags, quotes, ','.repeat(size * 10), `W/${'"'.repeat(size * 10)}`].map((value) => ({
        ...patchUser([{ op: 'replace', path: 'title', value: 'versioned' }]),
        headers: { 'content-type': 'application/scim+json', [name]: value },
      })),
    )
  },
  'odd headers': (size) =>
    ['accept', 'content-type', 'authorization', 'x-forwarded-host', 'accept-encoding'].flatMap((name) =>
      [',', ';', ' ', '"', 'a;q=', '*/*,', '\\"'].map((part) => ({
        ...patchUser([{ op: 'replace', path: 'title', value: 'odd' }]),
        headers: { 'content-type': 'application/scim+json', [name]: `a${part.repeat(size * 5)}b` },
      })),
    ),
  'odd cursors': (size) =>
    [
      '{{cursor}}A',
      'A{{cursor}}',
      '{{cursor}}{{cursor}}',
      '{{cursor}}'.repeat(Math.min(size, 50)),
      '{{cursor}}=',
      'A'.repeat(Math.min(size * 5, 4000)),
      '____',
      '\u0000',
    ].flatMap((cursor) => [
      get('/Users', { cursor, count: '1' }),
      send('POST', '/Users/.search', { schemas: [urns.searchRequest], cursor, count: 1 }),
      get('/Groups', { cursor: '{{cursor}}', count: '1' }),
    ]),
  'many operations in bulk': (size) => [
    send(
      'POST',
      '/Bulk',
      bulk(
        list(size, (index) => ({
          method: 'PATCH',
          path: index % 2 === 0 ? '/Users/{{user}}' : '/Groups/{{group}}',
          data: patch([{ op: 'add', path: index % 2 === 0 ? 'title' : 'displayName', value: `${index}` }]),
        })),
      ),
    ),
    send(
      'POST',
      '/Bulk',
      bulk(list(size, (index) => ({ method: 'DELETE', path: `/Users/bulkId:b${index}` }))),
    ),
  ],
}

/** Small ones often, so that most requests cost little; a few as large as a service reads. */
const size = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 6, arbitrary: fc.integer({ min: 20, max: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 400, max: 2000 }) },
)

/** A series that wants to stop the service. */
export const hostile: fc.Arbitrary<readonly FuzzRequest[]> = fc
  .tuple(fc.constantFrom(...Object.keys(shapes)), size)
  .map(([name, chosen]) => shapes[name]?.(chosen) ?? [])

/** Every shape at a size. */
export function eachShape(chosen: number): readonly (readonly [string, readonly FuzzRequest[]])[] {
  return Object.entries(shapes).map(([name, shape]) => [name, shape(chosen)])
}
