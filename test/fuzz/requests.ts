import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { urns } from '../../src/index.js'
import { readFlow } from '../fixtures/flow.js'
import { deviations } from './deviations.js'
import { type FuzzRequest, get, send } from './request.js'

/** What no reply, trace or error may hold. */
export const secrets = {
  token: 'fuzz-token-0f3a9c',
  password: 'fuzz-pa55word-77',
  /** What is stored of every password. */
  hash: 'fuzz-ha5h-d41d8c',
} as const

/** Names in paths and bodies for what is there; see `service.ts`. */
export const places = ['user', 'group', 'door', 'cursor'] as const

function forPlaces(text: string): string {
  return text.replace(/\{\{([\w.]+)\}\}/g, (_, name: string) =>
    /group/.test(name) ? '{{group}}' : '{{user}}',
  )
}

/** What identity providers send, with this service's ids in the place of theirs. */
function recorded(): readonly FuzzRequest[] {
  const files = readdirSync(join(import.meta.dirname, '../fixtures'))
  const flows = files.filter((name) => /^(okta|entra)-.*\.json$/.test(name)).map((name) => name.slice(0, -5))
  return flows.flatMap(readFlow).map(({ request }) => {
    const {
      method,
      path,
      query = {},
      headers = {},
      body,
    } = JSON.parse(
      forPlaces(JSON.stringify(request)).replace(/"password": ?"[^"]*"/g, `"password":"${secrets.password}"`),
    ) as FuzzRequest
    const { Authorization, ...others } = headers
    return { method, path, query, headers: others, ...(body !== undefined && { body }) }
  })
}

/** What no recording has. */
const written: readonly FuzzRequest[] = [
  get('/Users', {
    filter: 'emails[type eq "work" and value co "@"] or not (active eq true)',
    sortBy: 'name.familyName',
  }),
  get('/Users', { filter: 'groups.display sw "F" and meta.created gt "2020-01-01T00:00:00Z"', count: '2' }),
  get('/Users', { cursor: '', count: '1', sortBy: 'userName', sortOrder: 'descending' }),
  get('/Users', {
    attributes: 'userName,emails.value,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  }),
  get('/Doors', { filter: 'floor ge -1 and keys[primary eq true].value pr', excludedAttributes: 'keys' }),
  get('/Me'),
  get('/ServiceProviderConfig'),
  get('/ResourceTypes/User'),
  get(`/Schemas/${urns.user}`),
  send('POST', '/Doors', {
    schemas: ['urn:example:Door'],
    label: 'Front',
    floor: 1,
    keys: [{ value: 'k', primary: true }],
  }),
  send('PUT', '/Doors/{{door}}', { schemas: ['urn:example:Door'], label: 'Front', open: false, weight: 1.5 }),
  send('PATCH', '/Users/{{user}}', {
    schemas: [urns.patchOp],
    Operations: [{ op: 'replace', value: { password: secrets.password, active: false } }],
  }),
  send('PATCH', '/Users/{{user}}', {
    Operations: [
      { op: 'add', path: 'companyName', value: 'A' },
      {
        op: 'replace',
        value: { [urns.user]: { active: false }, 'manager.displayName': 'B', department: 'C' },
      },
      {
        op: 'add',
        path: 'urn:scim:schemas:extension:enterprise:1.0:manager',
        value: { managerId: '{{user}}' },
      },
    ],
  }),
  send('POST', '/Users', {
    schemas: ['urn:scim:schemas:core:2.0', 'urn:scim:schemas:extension:enterprise:2.0'],
    userName: 'old',
    'urn:scim:schemas:extension:enterprise:2.0': { department: 'A' },
    division: 'B',
  }),
  send('POST', '/Users/.search', { schemas: null, startIndex: '1', count: '2', sortOrder: 'desc' }),
  send('PATCH', '/Groups/{{group}}', {
    schemas: [urns.patchOp],
    Operations: [
      { op: 'add', path: 'members', value: [{ value: '{{user}}' }, { value: '{{group}}' }] },
      { op: 'remove', path: 'members[value eq "{{user}}"]' },
    ],
  }),
  send('POST', '/Users/.search', {
    schemas: [urns.searchRequest],
    filter: 'userName pr',
    attributes: ['userName'],
  }),
  send('POST', '/.search', {
    schemas: [urns.searchRequest],
    filter: 'meta.resourceType eq "User"',
    count: 2,
  }),
  send('POST', '/Bulk', {
    schemas: [urns.bulkRequest],
    failOnErrors: 1,
    Operations: [
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'g',
        data: { schemas: [urns.group], displayName: 'B', members: [{ value: 'bulkId:u' }] },
      },
      {
        method: 'POST',
        path: '/Users',
        bulkId: 'u',
        data: { schemas: [urns.user], userName: 'bulk', password: secrets.password },
      },
      {
        method: 'PATCH',
        path: '/Users/bulkId:u',
        data: { schemas: [urns.patchOp], Operations: [{ op: 'add', path: 'title', value: 'x' }] },
      },
      { method: 'DELETE', path: '/Users/{{user}}' },
    ],
  }),
]

const seeds = [...recorded(), ...written, ...deviations]

const oddText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '"',
    '\\',
    '\u0000',
    '\ud800',
    'x\udfff',
    '\u202e',
    '💥',
    '{{user}}',
    '{{group}}',
    'bulkId:u',
    'true',
    '-1',
    '1e309',
    '\ud800',
    'x\udc00',
    'a\u0000b',
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '$ref',
    'id',
    'meta',
    'schemas',
  ),
  fc.constantFrom(
    'members',
    'emails',
    'name',
    'groups',
    'active',
    'password',
    'urn:x:y',
    urns.enterpriseUser,
    urns.user,
    urns.patchOp,
  ),
  fc.constantFrom(
    'urn:scim:schemas:core:1.0',
    'urn:scim:schemas:core:2.0',
    'urn:scim:schemas:extension:enterprise:1.0',
    'urn:scim:schemas:extension:enterprise:1.0:manager.managerId',
    'urn:ietf:params:scim:schemas:core:2.0:PatchOp',
    `${urns.user}:active`,
    'manager.displayName',
    'meta.lastModified',
    'department',
    'companyName',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const oddFilter = fc.oneof(
  fc.constantFrom(
    'userName eq',
    'emails[type eq "work"',
    'not (userName pr)',
    'password eq "x"',
    '$ref pr',
    'members.$ref co "/"',
    'userName eq "\\u00e9\\"" and (title ne null)',
    'meta.created lt 2020',
    'userName eq "\\ud800"',
    'emails[value eq "\\u0000"].type',
    'active gt true',
    'groups eq "x" or groups pr',
    `${'('.repeat(60)}userName pr${')'.repeat(60)}`,
  ),
  fc
    .array(
      fc.constantFrom(
        'userName',
        'emails',
        'eq',
        'pr',
        'and',
        'or',
        'not',
        '(',
        ')',
        '[',
        ']',
        '"a"',
        '1',
        'true',
        'null',
        '.',
        ' ',
        'co',
        ':',
      ),
      { maxLength: 14 },
    )
    .map((parts) => parts.join(' ')),
)
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e21, [], {}, [[]], [null], [{}], { value: null }),
  fc.jsonValue({ maxDepth: 2 }),
  fc
    .constantFrom('__proto__', 'constructor', 'value', 'members', 'primary')
    .map((key) => JSON.parse(`{"${key}":{"x":1}}`)),
)

/** One thing that is done to a request. */
type Mutation = (request: FuzzRequest) => FuzzRequest

/** Every place in a JSON value, as the keys that lead there. */
function placesIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))]
}

/** The same JSON with another value at a place; `undefined` takes out what is there. */
function withValue(json: unknown, path: readonly string[], change: (value: unknown) => unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined || typeof json !== 'object' || json === null) return change(json)
  const inner = withValue((json as Readonly<Record<string, unknown>>)[key], rest, change)
  if (Array.isArray(json)) return json.map((one, index) => (String(index) === key ? inner : one))
  return Object.fromEntries(Object.entries(json).map(([name, one]) => [name, name === key ? inner : one]))
}

/** Something is done at one place of the body. A password stays where it is: elsewhere it is no secret. */
function inBody(nth: number, change: (value: unknown) => unknown): Mutation {
  return (request) => {
    if (request.body === undefined || typeof request.body === 'string') return request
    const all = placesIn(request.body)
    const path = all[nth % all.length] ?? []
    return { ...request, body: withValue(request.body, path, change) }
  }
}

function renamed(value: unknown, nth: number, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const keys = Object.keys(value)
  const old = keys[nth % Math.max(keys.length, 1)]
  if (old === undefined || old === 'password') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key === old ? name : key, inner]))
}

function splice(text: string, at: number, cut: number, insert: string): string {
  const from = at % (text.length + 1)
  return text.slice(0, from) + insert + text.slice(from + cut)
}

const place = fc.nat({ max: 200 })
const cut = fc.nat({ max: 5 })

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, oddValue).map(([nth, value]) => inBody(nth, () => value)),
  fc
    .tuple(place, oddText, oddValue)
    .map(([nth, key, value]) =>
      inBody(nth, (was) =>
        typeof was === 'object' && was !== null && !Array.isArray(was)
          ? { ...was, ...JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value) ?? 'null'}}`) }
          : Array.isArray(was)
            ? [...was, value]
            : [was],
      ),
    ),
  fc.tuple(place, place, oddText).map(([nth, key, name]) => inBody(nth, (was) => renamed(was, key, name))),
  place.map((nth) => inBody(nth, (was) => (typeof was === 'string' ? was.toUpperCase() : [was, was]))),
  fc.tuple(place, place, cut, oddText).map(([nth, at, length, text]) =>
    // Paths of operations and values alike.
    inBody(nth, (was) =>
      typeof was === 'string' && was !== secrets.password ? splice(was, at, length, text) : was,
    ),
  ),
  fc.tuple(place, cut, oddText).map(
    ([at, length, text]): Mutation =>
      (request) =>
        request.body === undefined
          ? request
          : {
              ...request,
              body: splice(
                typeof request.body === 'string' ? request.body : JSON.stringify(request.body),
                at,
                length,
                text,
              ),
            },
  ),
  fc.tuple(place, cut, oddText).map(
    ([at, length, text]): Mutation =>
      (request) => ({
        ...request,
        path: splice(request.path, at, length, text),
      }),
  ),
  fc
    .constantFrom(
      '/Users',
      '/Groups',
      '/Doors',
      '/Users/{{user}}',
      '/Groups/{{group}}',
      '/Me',
      '/Bulk',
      '/.search',
      '/',
      '/Users/.search',
      '/Schemas',
    )
    .map(
      (path): Mutation =>
        (request) => ({ ...request, path }),
    ),
  fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'QUERY').map(
    (method): Mutation =>
      (request) => ({ ...request, method }),
  ),
  fc
    .tuple(
      fc.constantFrom(
        'filter',
        'sortBy',
        'sortOrder',
        'startIndex',
        'count',
        'cursor',
        'attributes',
        'excludedAttributes',
      ),
      fc.oneof(oddFilter, oddText),
    )
    .map(
      ([name, value]): Mutation =>
        (request) => ({ ...request, query: { ...request.query, [name]: value } }),
    ),
  fc.tuple(place, cut, oddText).map(
    ([at, length, text]): Mutation =>
      (request) => ({
        ...request,
        query: Object.fromEntries(
          Object.entries(request.query).map(([name, value]) => [name, splice(value, at, length, text)]),
        ),
      }),
  ),
  fc
    .tuple(
      fc.constantFrom(
        'content-type',
        'accept',
        'if-match',
        'if-none-match',
        'x-forwarded-host',
        'accept-encoding',
      ),
      fc.oneof(
        oddText,
        fc.constantFrom('W/"1"', '*', '"', 'text/plain', 'application/json; charset=latin1', '*/*;q=0'),
      ),
    )
    .map(
      ([name, value]): Mutation =>
        (request) => ({ ...request, headers: { ...request.headers, [name]: value } }),
    ),
)

/** One request: a recorded or written one, to which up to four things are done. */
export const request: fc.Arbitrary<FuzzRequest> = fc
  .tuple(fc.constantFrom(...seeds), fc.array(mutation, { maxLength: 4 }))
  .map(([seed, mutations]) => mutations.reduce((changed, mutate) => mutate(changed), seed))

/** A few requests that follow one another. */
export const mutated: fc.Arbitrary<readonly FuzzRequest[]> = fc.array(request, { minLength: 1, maxLength: 6 })
