import type { ServerResponse } from 'node:http'

/** The part of a response of `node:http2` that one of `node:http` lacks. */
interface Http2Stream {
  readonly destroyed: boolean
  /** Whether the request has no body. */
  readonly endAfterHeaders: boolean
  once(event: 'finish', listener: () => void): unknown
  close(): void
}

function isHttp2Stream(value: unknown): value is Http2Stream {
  return typeof value === 'object' && value !== null && 'endAfterHeaders' in value && 'close' in value
}

/** The stream of a response where that is one of `node:http2`'s compatibility API. */
export function http2StreamOf(res: ServerResponse): Http2Stream | undefined {
  return 'stream' in res && isHttp2Stream(res.stream) ? res.stream : undefined
}

/** Whether nothing can be sent any more. */
export function isGone(res: ServerResponse): boolean {
  return res.destroyed || (http2StreamOf(res)?.destroyed ?? false)
}
