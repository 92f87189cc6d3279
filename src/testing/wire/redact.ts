import { urns } from '../../protocol/index.js'
import { isJsonObject, type JsonObject } from './json.js'

const discoverySchemas: ReadonlySet<unknown> = new Set([
  urns.schema,
  urns.resourceType,
  urns.serviceProviderConfig,
])

const placeholder = '(not made by this run)'
/** A page of a broken framework can be long. */
const maxShown = 20_000
/** Enough for every text of some thousand resources; what is dropped beyond it is still redacted where it stands. */
const maxTexts = 50_000

/** Words that say nothing about a person, so that a report stays readable. */
const harmless =
  /^(?:|User|Group|direct|indirect|work|home|other|mobile|fax|pager|true|false|urn:.*|[\d.-]{1,3})$/

/** Keeps the token and the resources that a run did not make out of all that is reported. */
export class Redactor {
  private readonly texts = new Set<string>()
  private readonly own = new Set<string>()
  private readonly foreign = new Set<string>()
  private pattern: readonly string[] | undefined

  constructor(
    private readonly token: string,
    private readonly isMarked: (name: unknown) => boolean,
  ) {}

  /** Tells that the run has made a resource. */
  keep(id: string): void {
    this.own.add(id)
  }

  isForeign(id: string): boolean {
    return this.foreign.has(id)
  }

  /** Notes which resources in a reply are not the run's. */
  observe(json: unknown): void {
    this.value(json)
  }

  /** Notes what is in a reply, and gives back its text without the resources that are not the run's. */
  body(text: string, json: unknown): string {
    if (json === undefined) return this.text(text.slice(0, 500))
    const shown = JSON.stringify(this.value(json)) ?? ''
    return this.text(shown.length > maxShown ? `${shown.slice(0, maxShown)}… (cut)` : shown)
  }

  /** A text without the token and without what is known of the resources that are not the run's. */
  text(text: string): string {
    this.pattern ??= [...this.texts].sort((one, other) => other.length - one.length)
    let shown = this.token === '' ? text : text.replaceAll(this.token, '(token)')
    for (const one of this.pattern) {
      if (shown.includes(one)) shown = shown.replaceAll(one, '(redacted)')
    }
    return shown
  }

  private value(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.value(one))
    if (!isJsonObject(value)) return value
    if (this.isForeignResource(value)) return { id: placeholder }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.value(inner)]))
  }

  private isForeignResource(value: JsonObject): boolean {
    const { id, schemas, userName, displayName, meta } = value
    const isDiscovery = Array.isArray(schemas) && schemas.some((one) => discoverySchemas.has(one))
    const isResource = typeof id === 'string' || typeof id === 'number'
    // A schema inside of a list need not name its own schema.
    if (!isResource || isDiscovery || 'attributes' in value || 'endpoint' in value) return false
    if (userName === undefined && meta === undefined && schemas === undefined) return false
    if (this.own.has(String(id)) || this.isMarked(userName) || this.isMarked(displayName)) return false
    this.foreign.add(String(id))
    this.note(value)
    return true
  }

  /** Notes every text of a resource, to be found again in messages. */
  private note(value: unknown): void {
    if (typeof value === 'string' && value.length > 2 && !harmless.test(value)) {
      if (this.texts.size < maxTexts && !this.isMarked(value)) {
        this.texts.add(value)
        this.pattern = undefined
      }
    } else if (typeof value === 'object' && value !== null)
      for (const one of Object.values(value)) this.note(one)
  }
}
