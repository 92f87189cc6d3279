import { describe, expect, it } from 'vitest'
import {
  attribute,
  defineExtension,
  defineResourceType,
  defineSchema,
  userResourceType,
} from '../../src/index.js'
import type { Selection } from '../../src/schema/index.js'
import {
  compileResourceType,
  defaultProjection,
  excludeFrom,
  findAttribute,
  includeOnly,
} from '../../src/schema/index.js'

const Thing = defineResourceType({
  name: 'Thing',
  endpoint: '/Things',
  schema: defineSchema('urn:example:Thing', {
    always: attribute.string({ returned: 'always' }),
    plain: attribute.string(),
    hidden: attribute.string({ returned: 'never' }),
    asked: attribute.string({ returned: 'request' }),
    part: attribute.complex({
      shown: attribute.string(),
      asked: attribute.string({ returned: 'request' }),
      hidden: attribute.string({ returned: 'never' }),
      always: attribute.string({ returned: 'always' }),
    }),
    parts: attribute.complex({ value: attribute.string(), type: attribute.string() }, { multiValued: true }),
  }),
  extensions: [defineExtension('urn:example:ext', { code: attribute.string(), note: attribute.string() })],
})
const type = compileResourceType(Thing)

const thing = {
  schemas: ['urn:example:Thing', 'urn:example:ext'],
  id: '1',
  always: 'a',
  plain: 'p',
  hidden: 'h',
  asked: 'q',
  part: { shown: 's', asked: 'q', hidden: 'h', always: 'a' },
  parts: [
    { value: '1', type: 'work' },
    { value: '2', type: 'home' },
  ],
  'urn:example:ext': { code: 'c', note: 'n' },
  meta: { created: 'then', version: '1' },
}

function paths(...names: readonly string[]): readonly Selection[] {
  return names.map((name) => {
    const found = findAttribute(type, name)
    if (!found) throw new Error(name)
    return { attribute: found }
  })
}

const core = { schemas: thing.schemas, id: '1', always: 'a' }

describe('what a reply shows', () => {
  it('is what is returned by default, unless told', () => {
    expect(defaultProjection(type).apply(thing)).toEqual({
      ...core,
      plain: 'p',
      part: { shown: 's', always: 'a' },
      parts: thing.parts,
      'urn:example:ext': { code: 'c', note: 'n' },
      meta: thing.meta,
    })
  })

  it('is in the order of the registry, whatever the order of the resource', () => {
    const reversed = Object.fromEntries(Object.entries(thing).reverse())
    expect(Object.keys(defaultProjection(type).apply(reversed))).toEqual(
      Object.keys(defaultProjection(type).apply(thing)),
    )
  })

  it.each([
    [['plain'], { plain: 'p' }],
    [['asked'], { asked: 'q' }],
    [['hidden'], {}],
    [['part'], { part: { shown: 's', always: 'a' } }],
    [['part.shown'], { part: { shown: 's', always: 'a' } }],
    [['part.asked'], { part: { asked: 'q', always: 'a' } }],
    [['part', 'part.asked'], { part: { shown: 's', asked: 'q', always: 'a' } }],
    [['parts.type'], { parts: [{ type: 'work' }, { type: 'home' }] }],
    [['urn:example:ext'], { 'urn:example:ext': { code: 'c', note: 'n' } }],
    [['urn:example:ext:code'], { 'urn:example:ext': { code: 'c' } }],
    [['meta.version'], { meta: { version: '1' } }],
  ])('with attributes=%s is those, and what is always returned', (names, expected) => {
    expect(includeOnly(type, paths(...names)).apply(thing)).toEqual({ ...core, ...expected })
  })

  it('can be some of the elements', () => {
    const [parts] = paths('parts')
    const filter = { matches: (element: unknown) => (element as { type: string }).type === 'work' }
    expect(includeOnly(type, [{ ...(parts as Selection), filter }]).apply(thing)).toEqual({
      ...core,
      parts: [{ value: '1', type: 'work' }],
    })
    expect(excludeFrom(type, [{ ...(parts as Selection), filter }]).apply(thing)).toMatchObject({
      parts: [{ value: '2', type: 'home' }],
    })
  })

  it.each([
    [['plain'], 'plain'],
    [['parts'], 'parts'],
    [['urn:example:ext'], 'urn:example:ext'],
    [['meta'], 'meta'],
  ])('without what excludedAttributes=%s names', (names, gone) => {
    const shown = excludeFrom(type, paths(...names)).apply(thing)
    expect(shown).not.toHaveProperty([gone])
    expect(shown).toMatchObject(core)
  })

  it('keeps what is always returned, even when it is excluded', () => {
    expect(excludeFrom(type, paths('id', 'always', 'schemas')).apply(thing)).toMatchObject(core)
    expect(excludeFrom(type, paths('part.always', 'part.shown')).apply(thing)).toMatchObject({
      part: { always: 'a' },
    })
  })

  it('excludes a sub-attribute alone', () => {
    expect(excludeFrom(type, paths('parts.value')).apply(thing)).toMatchObject({
      parts: [{ type: 'work' }, { type: 'home' }],
    })
  })

  it('tells a store what it need not load', () => {
    const [parts, plain] = paths('parts', 'plain').map(({ attribute }) => attribute)
    if (!parts || !plain) throw new Error('not there')
    expect(excludeFrom(type, paths('parts')).includes(parts)).toBe(false)
    expect(excludeFrom(type, paths('parts.value')).includes(parts)).toBe(true)
    expect(includeOnly(type, paths('plain')).includes(parts)).toBe(false)
    expect(includeOnly(type, paths('plain')).includes(plain)).toBe(true)
  })

  it('never has a password', () => {
    const user = compileResourceType(userResourceType)
    const password = findAttribute(user, 'password')
    if (!password) throw new Error('not there')
    const resource = { schemas: [], id: '1', userName: 'a', password: 'secret' }
    for (const projection of [defaultProjection(user), includeOnly(user, [{ attribute: password }])]) {
      expect(JSON.stringify(projection.apply(resource))).not.toContain('secret')
    }
  })
})

describe('selections of one attribute', () => {
  const parts = findAttribute(type, 'parts')!
  const sub = (name: string) => parts.subAttributes.get(name)!
  const work = { matches: (element: unknown) => (element as { type?: string }).type === 'work' }
  const shown = (...selections: readonly Selection[]) => includeOnly(type, selections).apply(thing).parts
  const left = (...selections: readonly Selection[]) => excludeFrom(type, selections).apply(thing).parts

  it('add up where they are named', () => {
    expect(shown({ attribute: parts, filter: work }, { attribute: parts })).toEqual(thing.parts)
    const ofWork = { attribute: parts, filter: work, subAttribute: sub('value') }
    expect(shown(ofWork)).toEqual([{ value: '1' }])
    expect(shown(ofWork, { attribute: sub('type') })).toEqual([
      { type: 'work', value: '1' },
      { type: 'home' },
    ])
  })

  it('add up where they are excluded', () => {
    expect(left({ attribute: parts, filter: work })).toEqual([{ value: '2', type: 'home' }])
    expect(left({ attribute: parts, filter: work }, { attribute: sub('type') })).toEqual([{ value: '2' }])
    const ofWork = { attribute: parts, filter: work, subAttribute: sub('value') }
    expect(left(ofWork)).toEqual([{ type: 'work' }, { value: '2', type: 'home' }])
    expect(left(ofWork, { attribute: sub('type') })).toEqual([{ value: '2' }])
  })
})

describe('an extension', () => {
  const extended = compileResourceType(
    defineResourceType({
      name: 'Thing',
      endpoint: '/Things',
      schema: defineSchema('urn:example:Thing', { plain: attribute.string() }),
      extensions: [
        defineExtension('urn:example:ext', {
          badge: attribute.string({ returned: 'always' }),
          note: attribute.string(),
          secret: attribute.string({ mutability: 'writeOnly' }),
        }),
      ],
    }),
  )
  const one = { id: '1', plain: 'p', 'urn:example:ext': { badge: 'b', note: 'n', secret: 's' } }
  const selection = (path: string) => [{ attribute: findAttribute(extended, path)! }]

  it('shows what is always returned, whatever is named', () => {
    const badge = { badge: 'b' }
    expect(includeOnly(extended, selection('plain')).apply(one)['urn:example:ext']).toEqual(badge)
    expect(excludeFrom(extended, selection('urn:example:ext')).apply(one)['urn:example:ext']).toEqual(badge)
    expect(excludeFrom(extended, selection('urn:example:ext:badge')).apply(one)['urn:example:ext']).toEqual({
      badge: 'b',
      note: 'n',
    })
  })

  it('never shows what is only written', () => {
    expect(defaultProjection(extended).apply(one)['urn:example:ext']).toEqual({ badge: 'b', note: 'n' })
    const named = includeOnly(extended, selection('urn:example:ext:secret')).apply(one)
    expect(named['urn:example:ext']).toEqual({ badge: 'b' })
    expect(findAttribute(extended, 'urn:example:ext:secret')?.returned).toBe('never')
  })
})
