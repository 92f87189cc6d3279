import {
  Body,
  type CanActivate,
  Controller,
  type DynamicModule,
  type INestApplication,
  type MiddlewareConsumer,
  type ModuleMetadata,
  type NestApplicationOptions,
  Post,
} from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { describe, expect, it, test, vi } from 'vitest'
import { expressHandler } from '../../src/adapters/express.js'
import { type NestMiddlewareConsumer, ScimModule } from '../../src/adapters/nest.js'
import { bearerTokens, createScim, memoryStore, urns } from '../../src/index.js'
import { echo } from './echo.js'
import { listen } from './hosts.js'
import { type NestPlatform, nestApp, nestModule, nestRouting } from './nest-app.js'

test('the types fit Nest', () => {
  const module: DynamicModule = ScimModule.forRoot({ path: 'scim', scim: echo() })
  const configure: (consumer: MiddlewareConsumer) => void = ScimModule.prototype.configure
  const consumer = (from: MiddlewareConsumer): NestMiddlewareConsumer => from
  expect([module.module, configure, consumer]).toEqual([
    ScimModule,
    expect.any(Function),
    expect.any(Function),
  ])
})

/** A route of the host's own. */
class Own {
  create(body: unknown) {
    return { parsed: body }
  }
}
Controller('own')(Own)
Post()(Own.prototype, 'create', Object.getOwnPropertyDescriptor(Own.prototype, 'create') ?? {})
Body()(Own.prototype, 'create', 0)

describe.each(['Express', 'Fastify'] as const)('Nest on %s', (platform: NestPlatform) => {
  interface Given extends ModuleMetadata {
    readonly configure?: (consumer: MiddlewareConsumer) => void
    readonly prepare?: ((app: INestApplication) => void) | undefined
    readonly options?: NestApplicationOptions
  }

  async function run({ configure, prepare, options, ...metadata }: Given) {
    const app = await nestApp(platform, nestModule({ controllers: [Own], ...metadata }, configure), options)
    prepare?.(app)
    return listen(await nestRouting(app))
  }

  const mounted = (path = 'scim/v2') => [ScimModule.forRoot({ path, scim: echo() })]

  async function ask(given: Given, path: string, init?: RequestInit) {
    await using host = await run(given)
    const response = await fetch(host.url + path, init)
    const json = (await response.json()) as Record<string, string>
    return { status: response.status, json, baseUrl: json.baseUrl?.replace(host.url, '') }
  }

  async function see(given: Given, path: string, init?: RequestInit) {
    const { json, baseUrl } = await ask(given, path, init)
    return { ...json, path: json.path, baseUrl }
  }

  const post = (body: string, type = 'application/json', headers = {}) =>
    ({ method: 'POST', body, headers: { 'content-type': type, ...headers } }) as RequestInit

  it('is mounted below the global prefix, which may have parameters and slashes', async () => {
    for (const [prefix, path, mount] of [
      ['api', 'scim/v2', '/api/scim/v2'],
      ['/api/v1/', '/scim/', '/api/v1/scim'],
      ['orgs/:org', 'tenants/:tenant/scim', '/orgs/a%20b/tenants/Users/scim'],
    ] as const) {
      const given = {
        imports: mounted(path),
        prepare: (app: INestApplication) => app.setGlobalPrefix(prefix),
      }
      const seen = await see(given, `${mount}/Users/a%2Fb?x=/Users`)
      expect(seen, mount).toMatchObject({ path: '/Users/a%2Fb', query: 'x=/Users', baseUrl: mount })
    }
  })

  it('is mounted where it says without a global prefix', async () => {
    for (const path of ['/scim/v2', '/scim/v2/', '/scim/v2?x=1']) {
      expect(await see({ imports: mounted() }, path), path).toMatchObject({ path: '/', baseUrl: '/scim/v2' })
    }
    expect(await see({ imports: mounted() }, '/scim/v2/Users/')).toMatchObject({
      path: '/Users/',
      baseUrl: '/scim/v2',
    })
  })

  it('can be excluded from the global prefix', async () => {
    const excluding = (...exclude: string[]): Given => ({
      imports: mounted(),
      prepare: (app) => app.setGlobalPrefix('api', { exclude }),
    })
    for (const exclude of ['scim/v2', 'scim/v2{/*path}']) {
      expect(await see(excluding(exclude), '/scim/v2/Users/1'), exclude).toMatchObject({
        path: '/Users/1',
        baseUrl: '/scim/v2',
      })
    }
    await using under = await run(excluding('scim'))
    expect((await fetch(`${under.url}/scim/v2/Users/1`)).status).toBe(404)
    await expect(run(excluding('scim/v2/*path'))).rejects.toThrow(
      'the global prefix excludes what is below "scim/v2"; exclude "scim/v2" itself',
    )
  })

  it('is made from what Nest injects', async () => {
    class Employees {
      readonly store = memoryStore()
    }
    const token = Symbol('token')
    const database = nestModule({
      providers: [Employees, { provide: token, useValue: 'injected' }],
      exports: [Employees, token],
    })
    const module = ScimModule.forRootAsync({
      path: 'scim/v2',
      imports: [database],
      inject: [Employees, token, { token: 'absent', optional: true }],
      useFactory: async ({ store }: Employees, secret: string, absent: undefined) => {
        expect(absent).toBeUndefined()
        return createScim({ authenticate: bearerTokens([{ token: secret }]), users: store })
      },
    })
    await using host = await run({ imports: [module] })
    const users = `${host.url}/scim/v2/Users`
    const headers = { authorization: 'Bearer injected' }
    const created = await fetch(
      users,
      post(JSON.stringify({ schemas: [urns.user], userName: 'ada' }), 'application/scim+json', headers),
    )
    expect([created.status, created.headers.get('location')]).toEqual([
      201,
      expect.stringContaining(`${users}/`),
    ])
    expect((await fetch(users)).status).toBe(401)
  })

  it('refuses a factory that returns no service, while the application starts', async () => {
    const module = ScimModule.forRootAsync({ path: 'scim', useFactory: () => ({ users: [] }) as never })
    await expect(run({ imports: [module] })).rejects.toThrow(
      'ScimModule.forRootAsync: useFactory must return what createScim returns',
    )
  })

  it('leaves the rest to the host', async () => {
    await using host = await run({ imports: mounted() })
    const own = await fetch(`${host.url}/own`, post('{"a":1}'))
    expect([own.status, await own.json()]).toEqual([201, { parsed: { a: 1 } }])
    const broken = await fetch(`${host.url}/own`, post('{"a"'))
    expect([broken.status, await broken.json()]).toMatchObject([400, { statusCode: 400 }])
    for (const path of ['/scim', '/scim/v22/Users', '/Users']) {
      const elsewhere = await fetch(host.url + path)
      expect([elsewhere.status, await elsewhere.json()], path).toMatchObject([404, { statusCode: 404 }])
    }
  })

  it('is not seen by guards, and runs after the middleware of the host', async () => {
    const guard = vi.fn(() => false)
    const calls: string[] = []
    const seen = await see(
      {
        imports: mounted(),
        providers: [{ provide: APP_GUARD, useValue: { canActivate: guard } satisfies CanActivate }],
        prepare: (app) => {
          app.use((_req: unknown, _res: unknown, next: () => void) => {
            calls.push('app.use')
            next()
          })
        },
        configure: (consumer) => {
          const middleware = (_req: unknown, _res: unknown, next: () => void) => {
            calls.push('configure')
            next()
          }
          consumer.apply(middleware).forRoutes('*path')
        },
      },
      '/scim/v2/Users',
      post('{"a":1}', 'application/scim+json'),
    )
    expect(seen).toMatchObject({ path: '/Users', body: { kind: 'text', text: '{"a":1}' } })
    expect(calls).toEqual(['app.use', 'configure'])
    expect(guard).not.toHaveBeenCalled()
  })

  it('lets middleware of the host refuse a request', async () => {
    const configure = (consumer: MiddlewareConsumer) => {
      const refuse = (_req: unknown, _res: unknown, next: (error: Error) => void) =>
        next(new Error('not this address'))
      consumer.apply(refuse).forRoutes('*path')
    }
    const { status, json } = await ask({ imports: mounted(), configure }, '/scim/v2/Users')
    expect([status, json]).toMatchObject([500, { statusCode: 500 }])
  })

  it('keeps two mounts apart', async () => {
    const imports = [...mounted('a/scim'), ...mounted('b/scim')]
    await using host = await run({ imports })
    const paths = Array.from({ length: 20 }, (_, index) => (index % 2 ? '/a/scim' : '/b/scim'))
    const seen = await Promise.all(
      paths.map(async (path) => (await fetch(`${host.url}${path}/Users/1`)).json()),
    )
    expect(seen).toEqual(
      paths.map((path) => expect.objectContaining({ baseUrl: host.url + path, path: '/Users/1' })),
    )
  })

  it('shows authenticate the request of the platform', async () => {
    const scim = echo()
    await see({ imports: [ScimModule.forRoot({ path: 'scim', scim })] }, '/scim/Users')
    const raw = scim.requests[0]?.raw
    expect(raw).toHaveProperty(platform === 'Express' ? 'app' : 'raw')
  })

  describe('a body', () => {
    const service = () => {
      const errors: string[] = []
      const scim = createScim({
        authenticate: bearerTokens([{ token: 't' }]),
        users: memoryStore(),
        onError: (error) => errors.push(String(error)),
        limits: { maxTextLength: 1_000_000, maxResourceBytes: 2_000_000 },
      })
      return { errors, imports: [ScimModule.forRoot({ path: 'scim/v2', scim })] }
    }
    const headers = { authorization: 'Bearer t' }
    const large = JSON.stringify({ schemas: [urns.user], userName: 'ada', title: 'x'.repeat(200_000) })

    it('that cannot be parsed is a SCIM error, once the client is known', async () => {
      const { imports, errors } = service()
      await using host = await run({ imports })
      for (const type of ['application/json', 'application/scim+json']) {
        const refused = await fetch(`${host.url}/scim/v2/Users`, post('{"userName', type, headers))
        expect([refused.status, await refused.json()], type).toMatchObject([
          400,
          { schemas: [urns.error], scimType: 'invalidSyntax', detail: expect.stringContaining('JSON') },
        ])
        expect((await fetch(`${host.url}/scim/v2/Users`, post('{"userName', type))).status).toBe(401)
      }
      const charset = 'application/json; charset=koi8-r'
      const unknown = await fetch(`${host.url}/scim/v2/Users`, post('{}', charset, headers))
      expect(await unknown.json()).toMatchObject({ schemas: [urns.error] })
      expect(errors).toEqual([])
    })

    it('of application/json is as large as the host’s parser takes, and of SCIM’s own type as the service', async () => {
      const { imports, errors } = service()
      await using host = await run({ imports })
      const scimType = await fetch(`${host.url}/scim/v2/Users`, post(large, 'application/scim+json', headers))
      expect(scimType.status).toBe(201)
      const other = large.replace('ada', 'bob')
      const json = await fetch(`${host.url}/scim/v2/Users`, post(other, 'application/json', headers))
      // Fastify's parsers are of scopes, and the service has one of its own.
      if (platform === 'Fastify') return expect(json.status).toBe(201)
      expect([json.status, await json.json()]).toMatchObject([413, { schemas: [urns.error], status: '413' }])
      expect(errors).toEqual([
        expect.stringMatching(/^HostFault: .* 102400 bytes; app\.useBodyParser\('json'/),
      ])
      expect((await fetch(`${host.url}/scim/v2/Users`, post(other, 'application/json'))).status).toBe(401)
    })

    const sized = (app: INestApplication) => {
      if (platform === 'Express') (app as NestExpressApplication).useBodyParser('json', { limit: '1mb' })
      else (app as NestFastifyApplication).useBodyParser('application/json', { bodyLimit: 1_000_000 })
    }
    it.each<[string, NestApplicationOptions, typeof sized?]>([
      ['with a larger limit', {}, sized],
      ['without parsers', { bodyParser: false }],
      ['with raw bodies', { rawBody: true }, sized],
    ])('comes whole %s', async (_, options, prepare) => {
      const { imports } = service()
      await using host = await run({ imports, options, prepare })
      const created = await fetch(`${host.url}/scim/v2/Users`, post(large, 'application/json', headers))
      expect([created.status, await created.json()]).toMatchObject([201, { userName: 'ada' }])
    })
  })

  // Mounted so, the whole path was taken off the target, and every request was one for the mount itself.
  it('answers rightly where a host applies expressHandler to a wildcard', async () => {
    for (const route of ['b/scim/v2/*path', 'b/scim/v2{/*path}']) {
      const configure = (consumer: MiddlewareConsumer) => {
        consumer.apply(expressHandler(echo())).forRoutes(route)
      }
      const prepare = (app: INestApplication) => app.setGlobalPrefix('api')
      for (const path of ['/Users/1', '/Users', '/Users/a%2Fb%20c', '/Users/']) {
        const seen = await see({ configure, prepare }, `/api/b/scim/v2${path}?x=/1`)
        // Express takes a slash at the end for part of the mount.
        expect({ ...seen, path: seen.path?.replace(/\/$/, '') }, route + path).toMatchObject({
          path: path.replace(/\/$/, ''),
          query: 'x=/1',
          baseUrl: '/api/b/scim/v2',
        })
      }
    }
  })
})

it('is refused on another platform', () => {
  const config = { getGlobalPrefix: () => '', getGlobalPrefixOptions: () => ({}) }
  const httpAdapter = { getType: () => 'restify', getInstance: () => ({}), use: () => undefined }
  const module = new ScimModule({ path: 'scim', scim: echo() }, config, { httpAdapter })
  expect(() => module.configure({ apply: () => ({ forRoutes: () => undefined }) })).toThrow(
    'ScimModule runs on Express and Fastify, and this application on "restify"',
  )
})

it('does nothing in an application without HTTP', async () => {
  const root = nestModule({ imports: [ScimModule.forRoot({ path: 'scim', scim: echo() })] })
  const context = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false })
  await context.close()
})

it('refuses what it cannot mount', () => {
  const scim = echo()
  for (const path of ['b/scim/v2/*path', 'scim{/*path}', 'scim/:tenant?', '(.*)', 'a b', 'a//b']) {
    expect(() => ScimModule.forRoot({ path, scim }), path).toThrow(
      /^ScimModule\.forRoot: path can not have the segment ".*": .* without a wildcard$/,
    )
  }
  for (const path of ['', '/', undefined]) {
    const options = { path, useFactory: () => scim } as never
    expect(() => ScimModule.forRootAsync(options)).toThrow('path must say where the service is mounted')
  }
  expect(() => ScimModule.forRoot({ path: 'scim', scim: {} as never })).toThrow(
    'ScimModule.forRoot: scim must be what createScim returns',
  )
  expect(() => ScimModule.forRootAsync({ path: 'scim', useFactory: scim as never })).toThrow(
    'ScimModule.forRootAsync: useFactory must be a function',
  )
})
