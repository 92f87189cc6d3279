import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  AggregationTemporality,
  type HistogramMetricData,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Group, Instrumentation, ResourceStore, StoredType, User } from '../../src/index.js'
import { memoryRateLimit, memoryStore, ScimError, urns } from '../../src/index.js'
import { instrument } from '../../src/otel/index.js'
import { type Options, serve } from '../http/service.js'

// What a service reports to OpenTelemetry, read from the SDK's exporters in memory.

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
})
// Other suites run in the same process.
afterAll(() => {
  context.disable()
  propagation.disable()
})

function observed(options: Options = {}) {
  const spanExporter = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] })
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 2 ** 30,
  })
  const meterProvider = new MeterProvider({ readers: [reader] })
  const instrumentation = instrument({ tracerProvider, meterProvider })
  const service = serve({ ...options, instrumentation })
  return {
    ...service,
    tracer: tracerProvider.getTracer('host'),
    /** The spans that have ended since the last call: that of a request first, which ends last. */
    spans(): readonly ReadableSpan[] {
      const spans = [...spanExporter.getFinishedSpans()]
      spanExporter.reset()
      const isRequest = (span: ReadableSpan) => Number(span.kind === SpanKind.SERVER)
      return spans.sort((a, b) => isRequest(b) - isRequest(a))
    },
    async metrics(): Promise<readonly MetricData[]> {
      await reader.forceFlush()
      const [scope] = metricExporter.getMetrics().at(-1)?.scopeMetrics ?? []
      expect(scope?.scope.name).toBe('scimkit')
      return scope?.metrics ?? []
    },
  }
}

const nameOf = ({ name }: ReadableSpan) => name

describe('a request', () => {
  it('is a span with its operation, above one for each store call', async () => {
    const service = observed()
    const { id } = await service.createUser()
    service.spans()
    const { event } = await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Guide' }])
    const spans = service.spans()
    const calls = ['scim.store.get', 'scim.store.replace', 'scim.store.groupsOf']
    expect(spans.map(nameOf)).toEqual(['PATCH /Users/{id}', ...calls])
    const [request, ...children] = spans
    expect(request?.parentSpanContext).toBeUndefined()
    expect(request?.status.code).toBe(SpanStatusCode.UNSET)
    expect(request?.attributes).toEqual({
      'http.request.method': 'PATCH',
      'http.response.status_code': 200,
      'http.route': '/Users/{id}',
      'url.path': `/Users/${id}`,
      'url.scheme': 'https',
      'scim.operation': 'modify',
      'scim.resource_type': 'User',
      'scim.request_id': event.requestId,
      'scim.tenant': 'acme',
    })
    for (const child of children) {
      expect(child.parentSpanContext?.spanId).toBe(request?.spanContext().spanId)
      expect(child.kind).toBe(SpanKind.INTERNAL)
    }
    const types = children.map(({ attributes }) => attributes)
    const [user, group] = ['User', 'Group'].map((type) => ({ 'scim.resource_type': type }))
    expect(types).toEqual([user, user, group])
  })

  it('is called by its route, whatever its path', async () => {
    const service = observed({ identify: () => ({ id: 'nobody' }) })
    const requests = [
      ['GET', '/Users', 'GET /Users'],
      ['GET', '/users/ada@example.com', 'GET /Users/{id}'],
      ['HEAD', '/Groups/1', 'HEAD /Groups/{id}'],
      ['POST', '/Users/.search', 'POST /Users/.search'],
      ['GET', '/', 'GET /'],
      ['GET', '/Me', 'GET /Me'],
      ['POST', '/Bulk', 'POST /Bulk'],
      ['GET', `/Schemas/${urns.user}`, 'GET /Schemas/{id}'],
      ['GET', '/nothing/at/all', 'GET'],
      ['BREW', '/Users', 'HTTP /Users'],
    ] as const
    for (const [method, path, name] of requests) {
      await service.send(method, path, method === 'POST' ? { body: {} } : {})
      expect(service.spans()[0]?.name, path).toBe(name)
    }
  })

  it('belongs to the trace of its client', async () => {
    const service = observed()
    const [traceId, parentId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']
    await service.get('/Users', { headers: { traceparent: `00-${traceId}-${parentId}-01` } })
    const spans = service.spans()
    expect(spans.map((span) => span.spanContext().traceId)).toEqual([traceId, traceId])
    expect(spans[0]?.parentSpanContext).toMatchObject({ spanId: parentId, isRemote: true })
  })

  it('belongs to the span of the host that is active, where there is one', async () => {
    const service = observed()
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const outer = await service.tracer.startActiveSpan('host', async (span: Span) => {
      await service.get('/Users', { headers: { traceparent } })
      span.end()
      return span
    })
    const request = service.spans().find(({ name }) => name === 'GET /Users')
    expect(request?.parentSpanContext?.spanId).toBe(outer.spanContext().spanId)
    expect(request?.kind).toBe(SpanKind.INTERNAL)
  })

  it('has its span active in the callbacks of the host', async () => {
    const active: (string | undefined)[] = []
    const note = () => void active.push(trace.getActiveSpan()?.spanContext().spanId)
    const service = observed({ on: { 'user.created': note }, onRequest: note })
    await service.createUser()
    const id = service.spans()[0]?.spanContext().spanId
    expect(active).toEqual([id, id])
  })

  it('fails where the service does, and not where the client does', async () => {
    const broken: ResourceStore<User> = {
      ...memoryStore<User>(),
      get: () => Promise.reject(new Error('away')),
    }
    const service = observed({ users: broken, rateLimit: memoryRateLimit({ limit: 4, window: 86_400 }) })
    const outcomes: unknown[] = []
    for (const [path, token] of [
      ['/Users/1', 'acme-token'],
      ['/Users?filter=nonsense', 'acme-token'],
      ['/Users', 'wrong'],
      ['/Groups/1', 'acme-token'],
      ['/nothing', 'acme-token'],
      ['/Users', 'acme-token'],
    ] as const) {
      await service.get(path, { token })
      const [span] = service.spans()
      outcomes.push([
        span?.attributes['http.response.status_code'],
        span?.status.code,
        span?.attributes['error.type'],
      ])
    }
    const { ERROR, UNSET } = SpanStatusCode
    expect(outcomes).toEqual([
      [500, ERROR, '500'],
      [400, UNSET, undefined],
      [401, UNSET, undefined],
      [404, UNSET, undefined],
      [404, UNSET, undefined],
      [429, UNSET, undefined],
    ])
  })
})

describe('a store call', () => {
  it('that fails says so without the message, and a refusal is no failure', async () => {
    const failures: Error[] = [
      new TypeError('the row of ada'),
      ScimError.unavailable('away'),
      ScimError.notFound(),
    ]
    const broken: ResourceStore<User> = {
      ...memoryStore<User>(),
      get: () => Promise.reject(failures.shift()),
    }
    const service = observed({ users: broken })
    const told: unknown[] = []
    for (let left = failures.length; left > 0; left--) {
      await service.get('/Users/1')
      const span = service.spans()[1]
      told.push([span?.name, span?.status, span?.attributes['error.type'], span?.events])
    }
    expect(told).toEqual([
      ['scim.store.get', { code: SpanStatusCode.ERROR }, 'TypeError', []],
      ['scim.store.get', { code: SpanStatusCode.ERROR }, '503', []],
      ['scim.store.get', { code: SpanStatusCode.UNSET }, '404', []],
    ])
  })

  it('that gives its result, or throws, without a promise has its span too', async () => {
    const plain = {
      ...memoryStore<User>(),
      list: () => ({ resources: [], totalResults: 0 }),
      get: () => {
        throw ScimError.notFound()
      },
    } as unknown as ResourceStore<User>
    const service = observed({ users: plain })
    expect((await service.get('/Users')).status).toBe(200)
    expect(service.spans().map(nameOf)).toEqual(['GET /Users', 'scim.store.list'])
    expect((await service.get('/Users/1')).status).toBe(404)
    expect(service.spans().map(nameOf)).toEqual(['GET /Users/{id}', 'scim.store.get'])
  })

  it('reaches a store that is an instance of a class, or frozen', async () => {
    class OwnStore {
      #inner = memoryStore<User>()
      get(...args: Parameters<ResourceStore<User>['get']>) {
        return this.#inner.get(...args)
      }
      list(...args: Parameters<ResourceStore<User>['list']>) {
        return this.#inner.list(...args)
      }
      create(...args: Parameters<ResourceStore<User>['create']>) {
        return this.#inner.create(...args)
      }
      replace(...args: Parameters<ResourceStore<User>['replace']>) {
        return this.#inner.replace(...args)
      }
      delete(...args: Parameters<ResourceStore<User>['delete']>) {
        return this.#inner.delete(...args)
      }
    }
    const service = observed({
      users: Object.freeze(new OwnStore()),
      groups: Object.freeze(memoryStore<Group>()),
    })
    const { id } = await service.createUser()
    const group = await service.createGroup({ members: [{ value: id }] })
    expect((await service.get(`/Users/${id}`)).body.groups).toMatchObject([{ value: group.id }])
    expect((await service.delete(`/Users/${id}`)).status).toBe(204)
  })

  // Stores find each other's rows by the stores themselves.
  it('shows other stores as the host has made them', async () => {
    const [users, groups] = [memoryStore<User>(), memoryStore<Group>()]
    const seen: unknown[] = []
    const look = (types: readonly StoredType[] = []) => seen.push(...types.map(({ store }) => store))
    const watching: ResourceStore<User> = {
      ...users,
      checksReferencesTo(target) {
        look([target])
        return users.checksReferencesTo?.(target) ?? false
      },
      async check({ types }) {
        look(types)
        return []
      },
      create(draft, storeContext) {
        look(storeContext.types)
        for (const { targets } of storeContext.references ?? []) look(targets)
        return users.create(draft, storeContext)
      },
    }
    const service = observed({ users: watching, groups, unknownReferences: 'reject' })
    const manager = await service.createUser()
    await service.createUser({
      schemas: [urns.user, urns.enterpriseUser],
      [urns.enterpriseUser]: { manager: { value: manager.id } },
    })
    await service.scim.check()
    expect(seen.length).toBeGreaterThan(6)
    expect(seen.filter((store) => store !== watching && store !== groups)).toEqual([])
  })

  it('of a group’s members is one span until the last of them, or until its client has gone', async () => {
    let closed = 0
    const long: ResourceStore<Group> = {
      ...memoryStore<Group>(),
      async *members() {
        try {
          for (let page = 0; page < 5; page++)
            yield Array.from({ length: 1000 }, (_, index) => ({ value: `${page * 1000 + index}` }))
        } finally {
          closed += 1
        }
      },
    }
    const service = observed({ groups: long })
    const { id } = await service.createGroup()
    service.spans()
    const { body } = await service.get(`/Groups/${id}`)
    expect(body.members).toHaveLength(5000)
    const spans = service.spans()
    expect(spans.map(nameOf)).toEqual(['GET /Groups/{id}', 'scim.store.get', 'scim.store.members'])
    expect(spans[2]?.parentSpanContext?.spanId).toBe(spans[0]?.spanContext().spanId)

    const headers = { authorization: 'Bearer acme-token' }
    const url = `https://app.example.com/scim/v2/Groups/${id}`
    const response = await service.scim.fetch(new Request(url, { headers }))
    const stream = response.body?.getReader()
    await stream?.read()
    expect(service.spans().map(nameOf)).toEqual(['scim.store.get'])
    await stream?.cancel()
    const rest = service.spans()
    expect(rest.map(nameOf)).toEqual(['GET /Groups/{id}', 'scim.store.members'])
    expect(rest[0]?.attributes['error.type']).toBe('aborted')
    expect(closed).toBe(2)
  })
})

describe('nothing personal', () => {
  it('is in a span or a metric', async () => {
    const service = observed({ hashPassword: (clear) => `hash of ${clear}` })
    const mail = 'barbara.jensen@example.com'
    const user = { userName: mail, externalId: 'barbara', password: 'hunter2', title: 'Guidebook' }
    const { id } = await service.createUser(user)
    const filter = encodeURIComponent(`userName eq "${mail}"`)
    await service.get(`/Users?filter=${filter}`)
    await service.get(`/Users?filter=${filter}%20and`)
    await service.get(`/Users/${mail}`)
    await service.get(`/${mail}`)
    await service.get(`/Users/${id}?attributes=barbara`)
    await service.post('/Users', { schemas: [urns.user], ...user })
    await service.patch(`/Users/${id}`, [
      { op: 'replace', path: `emails[value eq "${mail}"].type`, value: mail },
    ])
    await service.send('JENSEN', '/Users')
    await service.post('/Bulk', {
      schemas: [urns.bulkRequest],
      Operations: [{ method: 'DELETE', path: `/Users/${mail}` }],
    })
    const spans = service
      .spans()
      .map(({ name, attributes, events, status }) => [name, attributes, events, status])
    expect(spans.length).toBeGreaterThan(15)
    const told = JSON.stringify([spans, await service.metrics()])
    expect(told).not.toMatch(/barbara|jensen|hunter2|guidebook|acme-token|okta/i)
  })
})

describe('metrics', () => {
  it('are those of the HTTP semantic conventions', async () => {
    const service = observed()
    const { id } = await service.createUser()
    await service.get(`/Users/${id}`)
    await service.get('/Users/00000000-0000-4000-8000-000000000000')
    await service.get('/Users', { token: 'wrong' })
    const metrics = await service.metrics()
    const duration = metrics.find(({ descriptor }) => descriptor.name === 'http.server.request.duration')
    expect(duration?.descriptor).toMatchObject({ unit: 's', type: 'HISTOGRAM' })
    const points = (duration as HistogramMetricData).dataPoints
    expect(points[0]?.value.buckets.boundaries).toEqual([
      0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ])
    const read = { 'http.request.method': 'GET', 'url.scheme': 'https', 'http.route': '/Users/{id}' }
    const operation = { 'scim.operation': 'read', 'scim.resource_type': 'User' }
    expect(points.map(({ attributes }) => attributes).slice(1)).toEqual([
      { ...read, ...operation, 'http.response.status_code': 200 },
      { ...read, ...operation, 'http.response.status_code': 404 },
      { ...read, 'http.route': '/Users', 'http.response.status_code': 401 },
    ])
    for (const { value } of points) {
      expect(value.count).toBe(1)
      expect(value.sum).toBeLessThan(60)
    }
    const active = metrics.find(({ descriptor }) => descriptor.name === 'http.server.active_requests')
    expect(active?.descriptor.unit).toBe('{request}')
    expect(active?.dataPoints.map(({ value }) => value)).toEqual([0, 0])
  })
})

describe('a service', () => {
  it('is instrumented with the global providers by default, also where there are none', async () => {
    const service = serve({ instrumentation: instrument() })
    const { id } = await service.createUser()
    expect((await service.get(`/Users/${id}`)).status).toBe(200)
  })

  it('takes any other instrumentation', async () => {
    const told: unknown[] = []
    const instrumentation: Instrumentation = {
      begin: ({ method }) => ({
        run: (work) => work(),
        end: ({ status }, route) => void told.push([method, status, route]),
      }),
      store: (store) => store,
    }
    await serve({ instrumentation }).get('/Users')
    expect(told).toEqual([['GET', 200, '/Users']])
  })
})
