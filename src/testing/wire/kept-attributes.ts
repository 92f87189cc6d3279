import { urns } from '../../protocol/index.js'
import { enterpriseUserExtension, userSchema } from '../../schema/index.js'
import { saysNothing } from './expect.js'
import { isJsonObject, type JsonObject } from './json.js'

/** Attributes of users that a server is known to drop, by what it has shown. */
export interface DroppedAttributes {
  /** For people: each by its path, and what is dropped as a whole by its name alone. */
  readonly names: readonly string[]
  /** Whether a value at a path is dropped, such as `name.givenName`. */
  has(path: string): boolean
}

/** What RFC 7643 has of users, that a reply shows without being asked. */
const known: ReadonlyMap<string, string> = new Map(
  [
    'externalId',
    ...Object.keys(userSchema.attributes).filter((name) => name !== 'password' && name !== 'groups'),
    ...Object.keys(enterpriseUserExtension.attributes).map((name) => `${urns.enterpriseUser}:${name}`),
  ].map((path) => [path.toLowerCase(), path]),
)

/** The attribute that a path is of: `name` for `name.givenName`, and for `urn:…:User:manager.value` what is before the dot. */
function rootOf(path: string): string {
  const start = path.startsWith('urn:') ? path.lastIndexOf(':') : 0
  const end = /[.[]/.exec(path.slice(start))?.index
  return end === undefined ? path : path.slice(0, start + end)
}

/** What a run has sent of users and seen of them afterwards. */
export class KeptAttributes {
  private readonly sent = new Set<string>()
  private readonly kept = new Set<string>()
  /** Attributes of which several values were sent and fewer came back. */
  private readonly shortened = new Set<string>()
  private readonly whole = new Set<string>()
  /** Attributes with several values, whose parts are not compared. */
  private readonly lists = new Set<string>()
  /** As paths were written, by the same in small letters. */
  private readonly written = new Map<string, string>()

  /** A user as it was sent in a POST or a PUT, or what a PATCH sent of one, and as the reply shows it. */
  observe(sent: unknown, shown: JsonObject): void {
    const after = new Map(valuesOf(shown).map(([path, value]) => [path.toLowerCase(), value]))
    for (const [name, value] of valuesOf(sent)) {
      const path = name.toLowerCase()
      this.written.set(path, name)
      this.sent.add(path)
      const found = after.get(path)
      if (Array.isArray(value) && value.length > 1 && Array.isArray(found))
        (found.length < value.length ? this.shortened : this.whole).add(path)
    }
    for (const [path, value] of after) {
      this.kept.add(path)
      if (Array.isArray(value)) this.lists.add(path)
    }
  }

  dropped(): DroppedAttributes {
    const isKept = (path: string) => this.kept.has(path)
    const isPartOfList = (path: string) => path !== rootOf(path) && this.lists.has(rootOf(path))
    const lost = [...this.sent].filter(
      (path) => !isKept(path) && !isPartOfList(path) && known.has(rootOf(path)),
    )
    const keptRoots = new Set([...this.kept].map(rootOf))
    const several = [...this.shortened].filter((path) => !this.whole.has(path) && known.has(path))
    const names = lost.map((path) => (keptRoots.has(rootOf(path)) ? path : rootOf(path)))
    const all = new Set([...names, ...several.filter((path) => keptRoots.has(path))])
    const wholes = new Set([...all].filter((path) => path === rootOf(path)))
    return {
      names: [...all].sort().map((path) => label(this.written.get(path) ?? path, several.includes(path))),
      has(path) {
        const one = path.toLowerCase()
        return all.has(one) || wholes.has(rootOf(one))
      },
    }
  }
}

function label(path: string, isSeveral: boolean): string {
  const root = rootOf(path)
  const name = `${known.get(root.toLowerCase()) ?? root}${path.slice(root.length)}`
  const short = name.startsWith('urn:') ? name.slice(name.lastIndexOf(':') + 1) : name
  return isSeveral ? `${short} (several values)` : short
}

/** The values of a user that say something, by their paths; of complex ones also the parts. */
function valuesOf(resource: unknown): readonly (readonly [path: string, value: unknown])[] {
  if (!isJsonObject(resource)) return []
  return Object.entries(resource).flatMap(([name, value]) =>
    name.startsWith('urn:') && isJsonObject(value)
      ? // A manager is shown with more or less than was sent.
        Object.entries(value).flatMap(([part, inner]) => saying(`${name}:${part}`, inner))
      : [...saying(name, value), ...partsOf(name, value)],
  )
}

function partsOf(name: string, value: unknown) {
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([part, inner]) => saying(`${name}.${part}`, inner))
}

function saying(path: string, value: unknown): readonly (readonly [string, unknown])[] {
  return saysNothing(value) || value === '' ? [] : [[path, value]]
}

function operationsIn(body: unknown): readonly JsonObject[] {
  return isJsonObject(body) && Array.isArray(body.Operations) ? body.Operations.filter(isJsonObject) : []
}

function pathsOfPatch(body: unknown): readonly string[] {
  return operationsIn(body).flatMap(({ path, value }) => {
    if (typeof path === 'string') return [path]
    return isJsonObject(value) ? Object.keys(value) : []
  })
}

/** What the operations of a PATCH give to a user, as if it were one. */
export function userOfPatch(body: unknown): JsonObject {
  const given = operationsIn(body).flatMap(({ op, path, value }) => {
    if (String(op).toLowerCase() === 'remove') return []
    if (path === undefined) return isJsonObject(value) ? Object.entries(value) : []
    // Of a part of a value, that the attribute has one is all that is looked for.
    return typeof path === 'string' ? [[rootOf(path), value] as const] : []
  })
  return Object.fromEntries(given)
}

/** The attributes that a request is about: those of a filter, of an order, or of the paths of a PATCH. */
export function attributesIn(url: string, body: string | undefined): readonly string[] {
  const query = new URL(url).searchParams
  const text = [query.get('filter') ?? '', query.get('sortBy') ?? ''].join(' ')
  const words = text.toLowerCase().split(/[\s()[\]"]+/)
  const patched = body?.includes('"Operations"') ? pathsOfPatch(parsed(body)) : []
  const core = `${urns.user.toLowerCase()}:`
  return [...words, ...patched]
    .map((word) => (word.toLowerCase().startsWith(core) ? word.slice(core.length) : word))
    .filter(isOfUsers)
}

/** Whether a path is one of users. */
export function isOfUsers(path: string): boolean {
  return known.has(rootOf(path.toLowerCase()))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
