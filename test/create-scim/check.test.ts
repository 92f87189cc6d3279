import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Finding, ResourceStore, ScimOptions, User } from '../../src/index.js'
import { memoryStore, ScimError, urns } from '../../src/index.js'
import { serve } from '../http/service.js'

// The check of a mapping was a call of its own, and nobody made it.

const fault: Finding = {
  code: 'missing-column',
  severity: 'error',
  message: 'the table "people" has no column "org"',
  where: 'option tenant',
  why: 'Every statement that names it fails',
  fix: 'alter table "people" add column "org" text;',
}
const advice: Finding = { ...fault, code: 'not-indexed', severity: 'warning', where: 'mapping of userName' }

/** A service over a store that finds what it is told to, one answer after the other. */
function service(answers: readonly (readonly Finding[] | Error)[], options: Partial<ScimOptions> = {}) {
  const left = [...answers]
  const asked: boolean[] = []
  const warnings: Finding[] = []
  const users: ResourceStore<User> = {
    ...memoryStore<User>(),
    async check({ mayReuse }) {
      asked.push(mayReuse)
      const answer = left.length > 1 ? left.shift() : left[0]
      if (answer instanceof Error) throw answer
      return answer ?? []
    },
  }
  const onWarning = (warning: Finding) => {
    warnings.push(warning)
  }
  return { ...serve({ users, onWarning, ...options }), asked, warnings }
}

const told = /^The service is not set up as it must be; its log has what to do under [\da-f-]{36}$/

describe('the check of the stores', () => {
  it('comes with the first request, once for those that come meanwhile, and never again', async () => {
    const { get, asked, warnings, errors } = service([[]])
    const replies = await Promise.all([1, 2, 3].map(() => get('/Users')))
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await get('/Users')).status).toBe(200)
    expect(asked).toEqual([true])
    expect([warnings, errors]).toEqual([[], []])
  })

  it('lets no request reach a store that an error is found in, and tells the host once', async () => {
    const { get, post, patch, delete: remove, errors, asked } = service([[fault, advice]])
    const replies = [
      await get('/Users'),
      await get('/Users/1'),
      await get('/Groups'),
      await post('/Users', { schemas: [urns.user], userName: 'ada' }),
      await patch('/Users/1', [{ op: 'replace', path: 'title', value: 'x' }]),
      await remove('/Users/1'),
      await post('/Bulk', {
        schemas: [urns.bulkRequest],
        Operations: [{ method: 'DELETE', path: '/Users/1' }],
      }),
      await get('/?filter=id%20pr'),
    ]
    for (const { status, body, text } of replies) {
      expect([status, body.detail]).toEqual([500, expect.stringMatching(told)])
      expect(text).not.toMatch(/people|org/)
    }
    // What has been read before is not believed without a look.
    expect(asked).toEqual([true, false])
    expect(errors).toHaveLength(1)
    const [{ error, context } = { error: undefined, context: undefined }] = errors
    expect(error).toMatchObject({
      name: 'CheckError',
      findings: [{ ...fault, where: 'users: option tenant' }],
      message: expect.stringContaining(
        '- users: option tenant: the table "people" has no column "org". Every statement that names it fails. alter table "people" add column "org" text;',
      ),
    })
    for (const { body } of replies) expect(body.detail).toContain(context?.errorId)
    for (const path of ['/Schemas', '/ServiceProviderConfig', '/ResourceTypes/User'])
      expect((await get(path)).status).toBe(200)
  })

  it('asks nothing before the caller is known', async () => {
    const { get, asked } = service([[fault]])
    expect((await get('/Users', { token: 'wrong' })).status).toBe(401)
    expect(asked).toEqual([])
  })

  it('says each warning once, and serves', async () => {
    const { get, scim, warnings } = service([[advice, advice]])
    expect((await get('/Users')).status).toBe(200)
    await scim.ready()
    await scim.ready()
    expect(warnings).toEqual([{ ...advice, where: 'users: mapping of userName' }])
  })

  it('tries again where it cannot tell, and no failure stays', async () => {
    const away = ScimError.unavailable('The database is not available', { cause: new Error('ECONNREFUSED') })
    const { get, errors, asked } = service([away, away, []])
    for (const status of [503, 503, 200, 200]) expect((await get('/Users')).status).toBe(status)
    expect(errors).toHaveLength(2)
    expect(asked).toEqual([true, true, true])
  })

  it('shows nothing where the check itself fails', async () => {
    const { get, errors } = service([new RangeError('a bug'), []])
    const reply = await get('/Users')
    expect([reply.status, reply.text.includes('bug')]).toEqual([500, false])
    expect(errors).toMatchObject([{ error: { message: 'a bug' } }])
    expect((await get('/Users')).status).toBe(200)
  })

  it('does not hold up discovery', async () => {
    let isDone = false
    const users: ResourceStore<User> = {
      ...memoryStore<User>(),
      async check() {
        await new Promise((resolve) => setTimeout(resolve, 100))
        isDone = true
        return []
      },
    }
    const { get } = serve({ users })
    expect((await get('/ServiceProviderConfig')).status).toBe(200)
    expect(isDone).toBe(false)
  })

  it('is left to the host with check: false', async () => {
    const { get, scim, asked, errors, warnings } = service([[fault, advice]], { check: false })
    expect((await get('/Users')).status).toBe(200)
    expect([asked, errors, warnings]).toEqual([[], [], []])
    expect(await scim.check()).toHaveLength(2)
    await expect(scim.ready()).rejects.toMatchObject({ name: 'CheckError' })
  })

  it('costs a service nothing whose stores have nothing to check', async () => {
    const { scim, get } = serve()
    expect(await scim.check()).toEqual([])
    await scim.ready()
    expect((await get('/Users')).status).toBe(200)
  })
})

describe('ready', () => {
  it('throws one error with all errors, and tells nobody else', async () => {
    const { scim, errors, warnings } = service([[fault, { ...fault, where: 'option id' }, advice]])
    const error = await scim.ready().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({
      findings: [{ where: 'users: option tenant' }, { where: 'users: option id' }],
    })
    expect((error as Error).message.split('\n')).toHaveLength(3)
    expect([errors.length, warnings.length]).toEqual([0, 1])
  })

  it('is the only check where it succeeds', async () => {
    const { scim, get, asked } = service([[]])
    await scim.ready()
    expect((await get('/Users')).status).toBe(200)
    expect(asked).toEqual([false])
  })

  it('fails with 503 while the database is away, and can be called again', async () => {
    const { scim } = service([ScimError.unavailable('The database is not available'), []])
    await expect(scim.ready()).rejects.toMatchObject({ status: 503 })
    await scim.ready()
  })
})

describe('a table that is mended', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is found to be without a restart', async () => {
    const { get, asked, errors } = service([[fault], [fault], [fault], [fault], []])
    expect((await get('/Users')).status).toBe(500)
    vi.advanceTimersByTime(11_000)
    expect((await get('/Users')).status).toBe(500)
    expect((await get('/Users')).status).toBe(500)
    vi.advanceTimersByTime(11_000)
    expect((await get('/Users')).status).toBe(200)
    expect(asked).toEqual([true, false, true, false, true])
    expect(errors).toHaveLength(1)
  })
})

describe('the default of onWarning', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('is a line on the console, once for all services of a process', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const options = { onWarning: undefined } as unknown as Partial<ScimOptions>
    const warning = { ...advice, message: 'the table "staff" has\nno index' }
    for (const { get } of [service([[warning]], options), service([[warning]], options)])
      expect((await get('/Users')).status).toBe(200)
    expect(warn.mock.calls).toEqual([
      [
        'scimkit: not-indexed: users: mapping of userName: the table "staff" has no index. alter table "people" add column "org" text;',
      ],
    ])
  })
})

describe('createScim', () => {
  it('refuses a check or an onWarning of another kind', () => {
    expect(() => serve({ check: 'no' } as never)).toThrow('createScim: check must be a boolean')
    expect(() => serve({ onWarning: true } as never)).toThrow('createScim: onWarning must be a function')
  })
})
