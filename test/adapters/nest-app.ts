import type { RequestListener } from 'node:http'
import type {
  DynamicModule,
  INestApplication,
  MiddlewareConsumer,
  ModuleMetadata,
  NestApplicationOptions,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'

export type NestPlatform = 'Express' | 'Fastify'

/** A module of Nest, without the decorators that this compiler does not know. */
export function nestModule(
  metadata: ModuleMetadata,
  configure: (consumer: MiddlewareConsumer) => void = () => {},
): DynamicModule {
  return {
    module: class {
      configure(consumer: MiddlewareConsumer) {
        configure(consumer)
      }
    },
    ...metadata,
  }
}

/** An application of Nest on one of its platforms, not yet initialised. */
export function nestApp(
  platform: NestPlatform,
  root: DynamicModule,
  options: NestApplicationOptions = {},
): Promise<INestApplication> {
  const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter()
  return NestFactory.create(root, adapter, { logger: false, abortOnError: false, ...options })
}

/** Initialises an application of Nest and returns what answers its requests. */
export async function nestRouting(app: INestApplication): Promise<RequestListener> {
  await app.init()
  const instance = app.getHttpAdapter().getInstance()
  if (!('routing' in instance)) return instance
  await instance.ready()
  return instance.routing
}
