import type {
  ExternalUrl,
  RequestBody,
  ScimHandler,
  ScimRequest,
  ScimResponse,
} from '../../src/http/index.js'
import { isScimError, mediaType } from '../../src/protocol/index.js'

/** What the echo service saw of a request. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly baseUrl: string
  readonly accept?: string
  readonly body: RequestBody | undefined
}

export const bodyLimit = 64 * 1024

/**
 * A service that answers with what reached it, so that the adapters are tested apart from SCIM. `/None` answers 204,
 * `/Wait` answers when the client has gone, and a body that cannot be read is answered with its error.
 */
export function echo(
  external: Partial<ExternalUrl> = {},
): ScimHandler & { readonly requests: ScimRequest[] } {
  const requests: ScimRequest[] = []
  return {
    requests,
    externalUrl: {
      baseUrl: undefined,
      trustProxy: false,
      endpoints: new Set(['users', 'wait', 'none']),
      ...external,
    },
    async handle(request) {
      requests.push(request)
      if (request.path === '/None') return reply(204, undefined)
      if (request.path === '/Wait') await gone(request)
      const reads = request.method !== 'GET' && request.method !== 'HEAD'
      try {
        const body = reads ? await request.body(bodyLimit) : undefined
        const { method, path, query, baseUrl } = request
        const accept = request.header('accept')
        const seen: Seen = { method, path, query, baseUrl, body, ...(accept !== undefined && { accept }) }
        return reply(200, request.method === 'HEAD' ? undefined : seen)
      } catch (error) {
        return isScimError(error) ? reply(error.status, error.toMessage()) : reply(500, String(error))
      }
    },
  }
}

function reply(status: number, body: unknown): ScimResponse {
  return {
    status,
    headers: { 'content-type': mediaType },
    body: body === undefined ? undefined : JSON.stringify(body),
  }
}

/** Resolves when the client has gone. */
export function gone({ signal }: ScimRequest): Promise<void> {
  return new Promise((resolve) => {
    if (!signal || signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })
}
