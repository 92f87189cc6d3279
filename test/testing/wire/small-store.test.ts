import { describe, expect, test } from 'vitest'
import type { Draft, User, UserStore } from '../../../src/index.js'
import { bearerTokens, createScim, memoryStore, urns } from '../../../src/index.js'
import { VerifyRun, wireCases } from '../../../src/testing/wire/index.js'
import { answering, fetchOf, instead, isObject, type Server, serverOf } from './faults.js'

// A service that keeps little, and says in /Schemas that it keeps everything: what a first store of one's own does.

const basePath = '/scim/v2'
const baseUrl = `https://app.example.com${basePath}`

interface Small extends Record<string, unknown> {
  readonly emails?: readonly { readonly value?: string }[]
}

/** A server over a store that keeps these attributes, and of e-mail addresses the first. */
function keeping(...names: readonly string[]): Server {
  const inner = memoryStore<User>()
  const small = <T extends Draft<User>>(user: T): T => {
    const { id, meta, emails, ...others } = user as unknown as Small
    const kept = Object.fromEntries(Object.entries(others).filter(([name]) => names.includes(name)))
    const first = names.includes('emails') && emails?.[0] && { emails: [{ ...emails[0], type: 'work' }] }
    return { schemas: [urns.user], ...(id !== undefined && { id, meta }), ...kept, ...first } as unknown as T
  }
  const users: UserStore = {
    get: inner.get,
    list: inner.list,
    create: (user, context) => inner.create(small(user), context),
    replace: (id, user, expected, context) => inner.replace(id, small(user), expected, context),
    delete: inner.delete,
  }
  const scim = createScim({ authenticate: bearerTokens([{ token: 'secret', tenant: 'acme' }]), users })
  return serverOf((request) => scim.fetch(request), baseUrl)
}

const all = [...wireCases.rfc, ...wireCases.okta, ...wireCases.entra]

async function verify(server: Server, wanted: (id: string) => boolean) {
  const run = await VerifyRun.start({ baseUrl, token: 'secret', fetch: fetchOf(server, basePath) })
  const results = []
  for (const one of all.filter(({ id }) => wanted(id))) results.push(await run.run(one))
  const failed = results.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id)
  return { run, results, failed }
}

test('what is dropped is named once, with the cases that fail for it', async () => {
  const { run, failed } = await verify(keeping('userName', 'active', 'emails'), () => true)
  const { names, cases } = run.droppedAttributes()
  expect(names).toEqual(
    expect.arrayContaining(['displayName', 'name', 'externalId', 'department', 'manager']),
  )
  expect(names).toContain('emails (several values)')
  expect(names.filter((name) => /^(?:userName|active|emails|emails\..*|schemas)$/.test(name))).toEqual([])
  // It has no groups at all, which is something else.
  expect(failed.filter((id) => !cases.includes(id))).toEqual(['okta/spec-10', 'entra/has-groups'])
})

test('a part of a name is named by its path', async () => {
  const givenOnly = answering(async (said) => {
    if (!isObject(said.body) || !isObject(said.body.name)) return said
    const { givenName } = said.body.name
    return { ...said, body: { ...said.body, name: { givenName } } }
  })
  const server = givenOnly(keeping('userName', 'active', 'name', 'displayName'))
  const { run } = await verify(server, (id) => id === 'okta/spec-6' || id === 'rfc/create-full')
  const { names, cases } = run.droppedAttributes()
  expect(names).toContain('name.familyName')
  expect(names).not.toContain('name')
  expect(cases).toEqual(['rfc/create-full', 'okta/spec-6'])
})

test('a server that keeps everything drops nothing, and a failure for another reason is not put down to that', async () => {
  const scim = createScim({ authenticate: bearerTokens([{ token: 'secret' }]), users: memoryStore<User>() })
  const honest = serverOf((request) => scim.fetch(request), baseUrl)
  const faulty = answering((said) =>
    said.status === 200 && isObject(said.body) && 'displayName' in said.body
      ? { ...said, body: { ...said.body, displayName: 'someone else' } }
      : said,
  )(honest)
  const { run, failed } = await verify(faulty, (id) => id === 'rfc/patch-add' || id === 'rfc/create-full')
  expect(failed).toContain('rfc/patch-add')
  expect(run.droppedAttributes()).toEqual({ names: [], cases: [] })
})

describe('operations in capitals', () => {
  const isEntra = (id: string) => /^entra\/(?:update-user|disable-user|restore-user)/.test(id)
  const answerOf = (run: VerifyRun) =>
    run.observations().find(({ point }) => point.startsWith('Operations of PATCH in capitals'))?.answer

  test('are taken where they change what is kept, though every case fails', async () => {
    const { run, failed } = await verify(keeping('userName', 'active'), isEntra)
    expect(failed).toHaveLength(6)
    expect(answerOf(run)).toBe('taken')
  })

  const isPatch = (isFit: (op: string) => boolean) =>
    instead(
      ({ method, body }) => {
        const operations = isObject(body) && Array.isArray(body.Operations) ? body.Operations : []
        return method === 'PATCH' && operations.some((one) => isObject(one) && isFit(String(one.op)))
      },
      () => ({ status: 400, headers: new Headers({ 'content-type': 'application/scim+json' }), body: {} }),
    )

  test('are refused where the same in small letters is taken', async () => {
    const { run } = await verify(isPatch((op) => /^[A-Z]/.test(op))(keeping('userName', 'active')), isEntra)
    expect(answerOf(run)).toBe('refused')
  })

  test('are neither where every PATCH is refused', async () => {
    const { run } = await verify(isPatch(() => true)(keeping('userName', 'active')), isEntra)
    expect(answerOf(run)).toBe(undefined)
  })
})

describe('PATCHes at the same time', () => {
  const isParallel = (id: string) => id === 'rfc/patch-parallel'

  test('are tried with what the server keeps', async () => {
    for (const names of [
      ['userName', 'active', 'emails'],
      ['userName', 'phoneNumbers'],
      ['userName', 'title'],
    ]) {
      const { results } = await verify(keeping(...names), isParallel)
      expect(results, names.join()).toMatchObject([{ outcome: 'passed' }])
    }
  })

  test('are skipped, with what is missing, where it keeps one value only', async () => {
    const { results } = await verify(keeping('userName'), isParallel)
    expect(results).toMatchObject([
      {
        outcome: 'skipped',
        message: expect.stringMatching(/^the server was not seen to keep two values .*phoneNumbers .*title/),
      },
    ])
  })

  test('that lose an update are seen', async () => {
    // Of several that arrive together, only the first is done; each is answered as if it were.
    const losing: Server = (() => {
      const server = keeping('userName', 'active', 'title')
      let isBusy = false
      return async (heard) => {
        if (heard.method !== 'PATCH') return server(heard)
        if (isBusy) return { ...(await server({ ...heard, method: 'GET', body: undefined })), status: 200 }
        isBusy = true
        await new Promise((resolve) => setTimeout(resolve, 5))
        const said = await server(heard)
        isBusy = false
        return said
      }
    })()
    const { results } = await verify(losing, isParallel)
    expect(results).toMatchObject([{ outcome: 'failed' }])
  })
})
