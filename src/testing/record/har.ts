import { isObject } from '../../protocol/index.js'
import type { RecordedExchange } from './exchange.js'
import { belowMount } from './exchange.js'

/** A file of HTTP exchanges as browsers and proxies save them (HAR 1.2), as far as it is read. */
export interface HarFile {
  readonly log: { readonly entries: readonly HarEntry[] }
}

export interface HarEntry {
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers?: readonly { readonly name: string; readonly value: string }[]
    readonly postData?: { readonly text?: string }
  }
  readonly response: {
    readonly status: number
    readonly content?: { readonly text?: string; readonly encoding?: string }
  }
}

export function isHar(value: unknown): value is HarFile {
  return isObject(value) && isObject(value.log) && Array.isArray(value.log.entries)
}

function jsonOf(text: string | undefined): { body?: unknown } {
  if (!text) return {}
  try {
    return { body: JSON.parse(text) }
  } catch {
    return {}
  }
}

/** The exchanges of a HAR file. Of its headers only the kind of content is used: never tokens, cookies or hosts. */
export function readHar({ log }: HarFile): readonly RecordedExchange[] {
  return log.entries.map(({ request, response }) => {
    const { pathname, search } = new URL(request.url)
    const { text, encoding } = response.content ?? {}
    const decoded = text && encoding === 'base64' ? new TextDecoder().decode(bytesOf(text)) : text
    const type = request.headers?.find(({ name }) => name.toLowerCase() === 'content-type')?.value
    return {
      method: request.method,
      path: `${belowMount(pathname, undefined)}${search}`,
      headers: type === undefined ? {} : { 'content-type': type },
      ...jsonOf(request.postData?.text),
      reply: { status: response.status, headers: {}, ...jsonOf(decoded) },
    }
  })
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
