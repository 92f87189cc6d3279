import { describe, expect, it, vi } from 'vitest'
import { ScimError, strict, urns } from '../../src/index.js'
import { serve } from '../http/service.js'

// A hundred thousand names in one search took eight seconds, and one name of nine megabytes was a 500.

const many = (count: number) => Array.from({ length: count }, (_, at) => `name${at}`)
const search = (more: object) => ({ schemas: [urns.searchRequest], ...more })
const post = (path: string, more: object) => (scim: Service) => scim.post(path, search(more))
const get = (path: string) => (scim: Service) => scim.get(path)

type Service = ReturnType<typeof serve>

async function filled(options = {}) {
  const scim = serve(options)
  const { id } = await scim.createUser({ userName: 'ada', title: 'Countess' })
  await scim.createGroup({ displayName: 'Team' })
  return { scim, id }
}

/** Every place in which a client can name attributes. */
function places(id: string, parameter: 'attributes' | 'excludedAttributes', names: readonly string[]) {
  const text = encodeURIComponent(names.join(','))
  const query = `?${parameter}=${text}`
  const user = { schemas: [urns.user], userName: 'ada' }
  return {
    list: get(`/Users${query}`),
    read: get(`/Users/${id}${query}`),
    root: get(`/${query}`),
    'search by array': post('/Users/.search', { [parameter]: names }),
    'search by text': post('/Users/.search', { [parameter]: names.join(',') }),
    'search of everything': post('/.search', { [parameter]: names }),
    'search of everything by text': post('/.search', { [parameter]: names.join(',') }),
    PUT: (scim: Service) => scim.put(`/Users/${id}${query}`, user),
    PATCH: (scim: Service) =>
      scim.patch(`/Users/${id}${query}`, [{ op: 'replace', path: 'title', value: 'x' }]),
    POST: (scim: Service) => scim.post(`/Users${query}`, { ...user, userName: `new-${parameter}` }),
  }
}

describe.each(['attributes', 'excludedAttributes'] as const)('%s', (parameter) => {
  it('takes two hundred names and refuses more, naming the limit, wherever it is given', async () => {
    const { scim, id } = await filled()
    for (const [place, send] of Object.entries(places(id, parameter, ['userName', ...many(199)]))) {
      expect((await send(scim)).status, place).toBeLessThan(300)
    }
    for (const [place, send] of Object.entries(places(id, parameter, many(201)))) {
      const { status, body } = await send(scim)
      expect([status, body.scimType], place).toEqual([400, 'invalidValue'])
      expect(body.detail, place).toBe(`${parameter} has more names than maxAttributeNames (200)`)
    }
    expect(scim.errors).toEqual([])
  })

  it('refuses a text that is too long before it is split', async () => {
    const { scim, id } = await filled()
    for (const text of ['x'.repeat(60_000), ','.repeat(60_000), '['.repeat(60_000), '"\\'.repeat(30_000)]) {
      for (const path of ['/Users/.search', '/.search']) {
        for (const names of [text, [text]]) {
          const { status, body } = await scim.post(path, search({ [parameter]: names }))
          expect([status, body.scimType]).toEqual([400, 'invalidValue'])
          expect(body.detail).toContain('maxAttributeNames (200)')
        }
      }
    }
    const long = `?${parameter}=${'x'.repeat(60_000)}`
    expect((await scim.get(`/Users/${id}${long}`)).body.scimType).toBe('invalidValue')
    const huge = await scim.post('/.search', search({ [parameter]: 'x'.repeat(9_000_000) }))
    expect([huge.status, huge.body.scimType]).toEqual([400, 'invalidValue'])
    expect(scim.errors).toEqual([])
  })

  it('has the limit that the host sets', async () => {
    const { scim, id } = await filled({ limits: { maxAttributeNames: 2 } })
    expect((await scim.get(`/Users/${id}?${parameter}=title,userName`)).status).toBe(200)
    const { body } = await scim.get(`/Users/${id}?${parameter}=title,userName,name`)
    expect(body.detail).toBe(`${parameter} has more names than maxAttributeNames (2)`)
  })

  it('makes no error for each name that no type has', async () => {
    const { scim } = await filled({ limits: { maxAttributeNames: 100_000 } })
    const made = vi.spyOn(ScimError, 'invalidPath')
    const names = [...many(3000), ...many(500).map((name) => `${name} and more`), 'emails]']
    expect((await scim.post('/.search', search({ [parameter]: names }))).status).toBe(200)
    expect(made.mock.calls.length).toBe(0)
    made.mockRestore()
  })

  it('has as many conditions in its value filters as a filter, at most', async () => {
    const { scim, id } = await filled()
    const filters = (count: number, names: number) =>
      Array.from(
        { length: names },
        () => `emails[${Array.from({ length: count }, () => 'type pr').join(' or ')}]`,
      ).join(',')
    const query = (text: string) => `/Users/${id}?${parameter}=${encodeURIComponent(text)}`
    expect((await scim.get(query(filters(64, 4)))).status).toBe(200)
    const { body } = await scim.get(query(filters(65, 4)))
    expect(body.detail).toBe(`${parameter} has more than 256 conditions`)
  })
})

describe('names of attributes', () => {
  it('are split at the commas outside brackets and quotes', async () => {
    const { scim, id } = await filled()
    const shown = async (names: string) => {
      const { body } = await scim.get(`/Users/${id}?attributes=${encodeURIComponent(names)}`)
      return Object.keys(body).filter((name) => name !== 'schemas' && name !== 'id')
    }
    expect(await shown(' title , ,userName,')).toEqual(['userName', 'title'])
    expect(await shown('emails[value eq "a,]\\",b"],title')).toEqual(['title'])
    expect(await shown('x"a,b",title')).toEqual(['title'])
    expect(await shown(',')).toEqual([])
  })

  it('that are wrong are still told to a client that must know', async () => {
    const { scim, id } = await filled({ profile: strict() })
    for (const [names, detail] of [
      ['nope', 'User has no attribute "nope"'],
      ['title,a b', 'The path is not valid: expected "[" or the end at character 3'],
    ]) {
      const { status, body } = await scim.get(`/Users/${id}?attributes=${encodeURIComponent(names ?? '')}`)
      expect([status, body.scimType, body.detail]).toEqual([400, 'invalidPath', detail])
    }
  })
})

describe('the other parameters of a search', () => {
  it('may be nine megabytes, and are an error of the client', async () => {
    const { scim } = await filled()
    const texts = [
      'x'.repeat(9_000_000),
      '.'.repeat(9_000_000),
      '"'.repeat(4_500_000),
      ' eq '.repeat(2_000_000),
    ]
    for (const name of ['sortBy', 'sortOrder', 'filter', 'cursor']) {
      for (const text of texts) {
        for (const path of ['/Users/.search', '/.search']) {
          const { status } = await scim.post(path, search({ [name]: text }))
          expect([name, text.slice(0, 4), status]).toEqual([name, text.slice(0, 4), 400])
        }
      }
    }
    expect(scim.errors).toEqual([])
  })
})
