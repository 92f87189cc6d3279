import { Inject, Module, RequestMethod } from '@nestjs/common'
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core'
import type { ScimHandler } from '../http/index.js'
import { type ExpressRequest, handleExpressRequest } from './express-request.js'
import { type FastifyScope, scimPlugin } from './fastify.js'
import { parserFailure } from './nest-body.js'
import {
  assertService,
  type NestScimAsyncOptions,
  type NestScimOptions,
  readAsyncOptions,
  readOptions,
} from './nest-options.js'

export type { NestScimAsyncOptions, NestScimOptions } from './nest-options.js'

/** The service of one mount, and where that is. */
const mountToken = Symbol('scimkit.nest')

/** What a module of this kind is given. */
export interface NestScimMount {
  readonly path: string
  readonly scim: ScimHandler
}

/** What this adapter needs of the configuration of an application of Nest. */
export interface NestConfig {
  getGlobalPrefix(): string
  getGlobalPrefixOptions(): {
    readonly exclude?: readonly { readonly pathRegex: RegExp; readonly requestMethod: number }[]
  }
}

/** What this adapter needs of Nest's adapter for Express or Fastify. */
export interface NestHttpAdapter {
  getType(): string
  getInstance(): unknown
  use(path: string, handler: (...args: never[]) => void): unknown
}

/** What this adapter needs of Nest's middleware consumer. */
export interface NestMiddlewareConsumer {
  apply(handler: (req: ExpressRequest, res: NestResponse) => void): { forRoutes(path: string): unknown }
}

type NestResponse = Parameters<typeof handleExpressRequest>[2]

/** A module of Nest, for the `imports` of another. */
export interface NestScimModule {
  readonly module: typeof ScimModule
}

/**
 * Mounts the service in an application of Nest 12 on Express or Fastify, under the global prefix and what is
 * excluded from it. Where it is mounted, parameters included, is where `meta.location` points.
 *
 * It is middleware: what `app.use` and the `configure` of modules nearer to the root have applied runs before it;
 * guards, interceptors, pipes and exception filters are for controllers and do not see it. `authenticate` sees the
 * request of Express or Fastify as `raw`. A body that Nest's own parser for Express cannot read, or that is larger
 * than it takes (100 kB of `application/json` unless `app.useBodyParser('json', { limit })` says more), is answered as
 * a SCIM error.
 *
 * @example
 * \@Module({
 *   imports: [ScimModule.forRoot({ path: 'scim/v2', scim })],
 * })
 * export class AppModule {}
 */
export class ScimModule {
  /** For Nest to call; applications call {@link ScimModule.forRoot} or {@link ScimModule.forRootAsync}. */
  constructor(
    private readonly mount: NestScimMount,
    private readonly config: NestConfig,
    private readonly host: { readonly httpAdapter: NestHttpAdapter },
  ) {}

  /**
   * Mounts a service that exists already.
   *
   * @throws TypeError for an option that there is not, a path with a wildcard, or what is no service.
   */
  static forRoot(options: NestScimOptions): NestScimModule {
    const mount = readOptions(options)
    return moduleOf({ provide: mountToken, useFactory: () => mount })
  }

  /**
   * Mounts a service that is made from what Nest injects.
   *
   * @throws TypeError for an option that there is not, or a path with a wildcard; while the application starts, for a
   * factory that does not return a service.
   * @example
   * ScimModule.forRootAsync({
   *   path: 'scim/v2',
   *   imports: [EmployeesModule],
   *   inject: [EmployeeStore],
   *   useFactory: (users: EmployeeStore) => createScim({ authenticate, users }),
   * })
   */
  static forRootAsync(options: NestScimAsyncOptions): NestScimModule {
    const { path, imports = [], inject = [], useFactory } = readAsyncOptions(options)
    const make = async (...dependencies: never[]): Promise<NestScimMount> => {
      const scim = await useFactory(...dependencies)
      return { path, scim: assertService('ScimModule.forRootAsync: useFactory must return', scim) }
    }
    return moduleOf({ provide: mountToken, useFactory: make, inject: [...inject] }, imports)
  }

  /** Called by Nest while the application starts. @throws TypeError for another platform than Express or Fastify. */
  configure(consumer: NestMiddlewareConsumer): void {
    const { httpAdapter } = this.host
    const { path, scim } = this.mount
    const mount = mountBelow(this.config, path)
    const type = httpAdapter.getType()
    if (type === 'fastify') {
      const app = httpAdapter.getInstance()
      if (!isFastify(app)) throw new TypeError('ScimModule: the adapter of Fastify has no instance of it')
      app.register(scimPlugin(scim), { prefix: mount })
    } else if (type === 'express') {
      httpAdapter.use(
        mount,
        (error: unknown, req: ExpressRequest, res: NestResponse, next: (error: unknown) => void) => {
          const body = parserFailure(error, scim)
          if (body === undefined) next(error)
          else handleExpressRequest(scim, req, res, body)
        },
      )
      consumer.apply((req, res) => handleExpressRequest(scim, req, res)).forRoutes(path)
    } else {
      throw new TypeError(`ScimModule runs on Express and Fastify, and this application on "${type}"`)
    }
  }
}

// What decorators would say, which TypeScript's own do not know for parameters.
Module({})(ScimModule)
Inject(mountToken)(ScimModule, undefined, 0)
Inject(ApplicationConfig)(ScimModule, undefined, 1)
Inject(HttpAdapterHost)(ScimModule, undefined, 2)

interface MountProvider {
  readonly provide: symbol
  readonly useFactory: (...dependencies: never[]) => NestScimMount | Promise<NestScimMount>
  readonly inject?: readonly (object | string | symbol)[]
}

function moduleOf(provider: MountProvider, imports: readonly object[] = []): NestScimModule {
  const module = { module: ScimModule, imports: [...imports], providers: [provider] }
  return module
}

function isFastify(
  app: unknown,
): app is { register(plugin: (scope: FastifyScope) => Promise<void>, options: { prefix: string }): unknown } {
  return typeof app === 'object' && app !== null && 'register' in app && typeof app.register === 'function'
}

/** Where a path is mounted: below the global prefix, unless it is excluded from it, as Nest decides for middleware. */
function mountBelow(config: NestConfig, path: string): string {
  const { exclude = [] } = config.getGlobalPrefixOptions()
  const isExcluded = (text: string) =>
    exclude.some(
      ({ pathRegex, requestMethod }) => requestMethod === RequestMethod.ALL && pathRegex.test(text),
    )
  if (isExcluded(`/${path}`)) return `/${path}`
  if (isExcluded(`/${path}/Users`)) {
    throw new TypeError(
      `ScimModule: the global prefix excludes what is below "${path}"; exclude "${path}" itself`,
    )
  }
  const prefix = config.getGlobalPrefix().split('/').filter(Boolean)
  return `/${[...prefix, path].join('/')}`
}
