import type { Service } from '../../operations/index.js'
import type { OptionNames } from '../../protocol/index.js'
import { assertKnownOptions } from '../../protocol/index.js'
import type { Capabilities } from '../discovery.js'
import type { RouteMatch } from '../route.js'
import { describeService } from './describe.js'
import type { OpenApiDocument, OpenApiOptions, OpenApiPathItem } from './document.js'
import { failureResponses, headers, parameters, toFailures } from './parts.js'
import { securitySchemes } from './security.js'

const optionNames = { baseUrl: true, title: true, version: true } satisfies OptionNames<OpenApiOptions>

/** What the document is made from. */
export interface OpenApiSource {
  readonly service: Service
  readonly capabilities: Capabilities
  /** The document has the paths that lead somewhere. */
  readonly route: (path: string) => RouteMatch
  /** Whether discovery is answered without a credential. */
  readonly publicDiscovery: boolean
  /** Whether a tenant may send too many requests. */
  readonly isRateLimited: boolean
}

/** The methods that the service answers at a path. */
function methodsAt(route: OpenApiSource['route'], path: string): readonly string[] {
  try {
    const { unavailable, entry } = route(path)
    return unavailable === undefined ? Object.keys(entry.methods) : []
  } catch {
    // A path that leads nowhere.
    return []
  }
}

/** The components that are referred to, directly or through others. */
function used<T>(
  kind: string,
  components: Readonly<Record<string, T>>,
  from: unknown,
): Readonly<Record<string, T>> {
  const found = new Set<string>()
  for (let text = JSON.stringify(from); text !== ''; ) {
    const isFresh = (name: string) => !found.has(name) && text.includes(`"#/components/${kind}/${name}"`)
    const fresh = Object.keys(components).filter(isFresh)
    for (const name of fresh) found.add(name)
    text = fresh.map((name) => JSON.stringify(components[name])).join('')
  }
  return Object.fromEntries(Object.entries(components).filter(([name]) => found.has(name)))
}

/** Describes a service in OpenAPI 3.1, from the route table and the registry by which it answers. */
export function openapi(source: OpenApiSource, options: OpenApiOptions): OpenApiDocument {
  assertKnownOptions('openapi', options, optionNames)
  const { service, capabilities, route, publicDiscovery, isRateLimited } = source
  const { baseUrl, title = 'SCIM', version = '2.0' } = options
  const { schemas, placed } = describeService(service, publicDiscovery)
  const answered = placed.filter(({ path, method }) => methodsAt(route, path).includes(method.toUpperCase()))
  const paths: Record<string, OpenApiPathItem> = {}
  for (const { path, method, operation } of answered) {
    // Nobody's quota is used where no credential is needed.
    const isLimited = isRateLimited && operation.security === undefined
    const responses = { ...operation.responses, ...(isLimited && toFailures([429])) }
    paths[path] = { ...paths[path], [method]: { ...operation, responses } }
  }
  const tags = new Set(answered.flatMap(({ operation }) => operation.tags))
  const responses = used('responses', failureResponses(), paths)
  const schemes = securitySchemes(capabilities.authenticationSchemes)
  const { documentationUri } = capabilities
  return {
    openapi: '3.1.0',
    info: { title, version, description: 'Provisioning by SCIM 2.0 (RFC 7643, RFC 7644).' },
    ...(baseUrl !== undefined && { servers: [{ url: baseUrl }] }),
    ...(documentationUri !== undefined && { externalDocs: { url: documentationUri } }),
    security: Object.keys(schemes).map((name) => ({ [name]: [] as const })),
    tags: [...tags].map((name) => ({ name })),
    paths,
    components: {
      schemas: used('schemas', schemas, [paths, responses]),
      parameters: used('parameters', parameters(service.limits), paths),
      headers: used('headers', headers, [paths, responses]),
      responses,
      securitySchemes: schemes,
    },
  }
}
