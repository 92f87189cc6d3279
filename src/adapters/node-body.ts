import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { RequestBody } from '../http/index.js'
import type { ScimError } from '../protocol/index.js'
import { HostFault } from '../protocol/index.js'
import { bodyOf, cutOff, overLimit, within } from './body.js'

/**
 * The body that a middleware has read before. The stream tells whether one did: Express 4's `json()` sets `body` to
 * `{}` also where it leaves the stream alone because of the media type.
 */
export function readBefore(req: IncomingMessage & { body?: unknown }, limit: number): RequestBody {
  const { body } = req
  if (body === undefined) {
    if (!Number(req.headers['content-length']) && !req.headers['transfer-encoding']) return { kind: 'none' }
    throw new HostFault('A middleware has read the request body before and has not left it in req.body')
  }
  return toBody(body, limit)
}

/** A body that was read already: text, bytes or JSON. @throws ScimError 413 for text and bytes over the limit. */
export function toBody(body: unknown, limit: number): RequestBody {
  if (typeof body === 'string') return bodyOf(within(limit, Buffer.from(body)))
  if (body instanceof Uint8Array) return bodyOf(within(limit, body))
  return { kind: 'json', json: body }
}

/** Reads the stream, and stops where it goes over the limit or the signal is aborted. */
export function readAll(
  stream: Readable,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (stream.destroyed) return reject(cutOff())
    const chunks: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer | string) => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, stream.readableEncoding ?? 'utf8') : chunk
      size += bytes.byteLength
      if (size <= limit) return void chunks.push(bytes)
      stop(overLimit(limit))
    }
    const stop = (error: ScimError) => {
      stream.off('data', onData).pause()
      reject(error)
    }
    signal?.addEventListener('abort', () => stop(cutOff()), { once: true })
    stream.on('data', onData)
    stream.on('end', () => {
      const [first] = chunks
      resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks, size))
    })
    stream.on('error', (error) => reject(cutOff(error)))
    stream.on('close', () => {
      if (!stream.readableEnded) reject(cutOff())
    })
  })
}
