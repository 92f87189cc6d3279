import { isObject } from '../../protocol/index.js'

/** Which id of a recording is which id here, and which version. */
export class IdMap {
  private readonly ids = new Map<string, string>()

  /** Learns from a reply as it was recorded, and as it is: resources of a list are told by their names. */
  learn(recorded: unknown, actual: unknown): void {
    if (!isObject(recorded) || !isObject(actual)) return
    this.pair(recorded.id, actual.id)
    if (isObject(recorded.meta) && isObject(actual.meta))
      this.pair(recorded.meta.version, actual.meta.version)
    const [before, now] = [recorded.Resources, actual.Resources]
    if (!Array.isArray(before) || !Array.isArray(now)) return
    for (const [index, one] of before.entries()) {
      const twin =
        now.find((other) => isNamedLike(one, this, other)) ??
        (before.length === now.length ? now[index] : undefined)
      this.learn(one, twin)
    }
  }

  private pair(recorded: unknown, actual: unknown): void {
    if (typeof recorded === 'string' && typeof actual === 'string') this.ids.set(recorded, actual)
  }

  mapText(text: string): string {
    return this.ids.get(text) ?? text
  }

  /** A path whose segments and literals may be ids. */
  mapPath(path: string): string {
    const [before = '', query] = path.split('?', 2)
    const plain = before
      .split('/')
      .map((segment) => encodeURIComponent(this.mapText(decode(segment))))
      .join('/')
    if (query === undefined) return plain
    const parts = [...new URLSearchParams(query)].map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(this.mapLiterals(value))}`,
    )
    return `${plain}?${parts.join('&')}`
  }

  mapHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, this.mapText(value)]))
  }

  mapBody(value: unknown): unknown {
    if (typeof value === 'string')
      return value.startsWith('/') ? this.mapPath(value) : this.mapLiterals(this.mapText(value))
    if (Array.isArray(value)) return value.map((element) => this.mapBody(element))
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, this.mapBody(of)]))
  }

  /** Literals of a filter, as in `members[value eq "…"]`. */
  private mapLiterals(text: string): string {
    return text.replace(/"([^"\\]*)"/g, (all, id: string) =>
      this.ids.has(id) ? `"${this.mapText(id)}"` : all,
    )
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function isNamedLike(recorded: unknown, ids: IdMap, actual: unknown): boolean {
  if (!isObject(recorded) || !isObject(actual)) return false
  if (typeof recorded.id === 'string' && ids.mapText(recorded.id) === actual.id) return true
  const name = recorded.userName ?? recorded.displayName
  return (
    name !== undefined && name === (recorded.userName === undefined ? actual.displayName : actual.userName)
  )
}
