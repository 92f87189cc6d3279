import { HostFault } from '../protocol/index.js'
import type { StoredPosition, WalkStore } from '../stores/store.js'
import { CircuitBreaker } from './circuit-breaker.js'
import { MemoryWalks } from './memory-walks.js'
import { randomId, Seal } from './seal.js'
import type { Continuation, PageEnd, WalkKey, Walks } from './walks.js'
import { listText, maxPositions, placesOf, validFor } from './walks.js'

/** What a text of the store says. */
interface Payload {
  readonly id: string
  readonly place: string
  readonly total: number
  readonly countedAt: number
  readonly trail: readonly string[]
  readonly madeAt: number
}

/** Walks that all processes of a service know, in a store of the host's. */
export class SharedWalks implements Walks {
  private readonly breaker = new CircuitBreaker()
  private readonly seal: Seal
  /** What is left where the store fails. */
  private readonly own = new MemoryWalks()

  /** @param report is told when failures of the store begin. */
  constructor(
    private readonly store: WalkStore,
    secret: string | undefined,
    private readonly report: (error: unknown) => void,
  ) {
    this.seal = new Seal('walk', secret)
  }

  async find(key: WalkKey, startIndex: number): Promise<Continuation | undefined> {
    const own = this.own.find(key, startIndex)
    const name = await this.nameOf(key, startIndex)
    const texts = await this.ask<readonly string[]>('find', () => this.store.find(name), readTexts)
    if (!texts) return own && { ...own, isInDoubt: true }
    const found = await this.open(name, texts)
    const [oldest] = found
    const newest = found.at(-1)
    // Where it has failed lately, it may not know all of them.
    const isWhole = this.breaker.sinceFailure > validFor
    if (!oldest || !newest) return own && !isWhole ? { ...own, isInDoubt: true } : undefined
    const known = isWhole ? [] : (own?.places.map((place) => ({ place })) ?? [])
    const places = placesOf([...found, ...known])
    return {
      places,
      counted: { total: newest.total, countedAt: newest.countedAt },
      isInDoubt: !isWhole,
      trail: places.length > 1 ? [] : [...oldest.trail, refOf(name, oldest.id)].slice(-maxPositions),
      walk: own?.walk ?? 0,
    }
  }

  async add(key: WalkKey, page: PageEnd): Promise<void> {
    this.own.add(key, page)
    const { startIndex, place, counted, behind } = page
    const name = await this.nameOf(key, startIndex)
    const trail = behind?.trail ?? []
    const payload: Payload = { id: randomId(), place, ...counted, trail, madeAt: Date.now() }
    const position: StoredPosition = {
      key: name,
      id: payload.id,
      text: await this.seal.seal(JSON.stringify(payload), name),
      seconds: validFor / 1000,
      replaces: trail.length === maxPositions ? positionAt(trail[0]) : undefined,
    }
    await this.ask<unknown>(
      'add',
      () => this.store.add(position),
      (answer) => answer,
    )
  }

  /** Those that are valid, the newest last. */
  private async open(name: string, texts: readonly string[]): Promise<readonly Payload[]> {
    const now = Date.now()
    const opened = await Promise.all(texts.map((text) => this.seal.open(text, name)))
    return opened
      .flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as Payload]))
      .filter(({ madeAt }) => Math.abs(now - madeAt) <= validFor)
      .sort((a, b) => a.madeAt - b.madeAt)
  }

  private nameOf(key: WalkKey, startIndex: number): Promise<string> {
    return this.seal.nameOf(`${startIndex} ${listText(key)}`)
  }

  private ask<T>(
    method: string,
    ask: () => T | PromiseLike<T>,
    read: (answer: T) => T,
  ): Promise<T | undefined> {
    const onFailure = (error: unknown, isFirst: boolean) => {
      if (isFirst) this.report(error)
    }
    return this.breaker.ask({ name: `walks.${method}`, ask, read, onFailure })
  }
}

/** @throws HostFault */
function readTexts(answer: readonly string[]): readonly string[] {
  if (Array.isArray(answer) && answer.every((text) => typeof text === 'string')) return answer
  throw new HostFault('walks.find must return a list of texts')
}

function refOf(key: string, id: string): string {
  return `${key}.${id}`
}

function positionAt(ref = ''): Pick<StoredPosition, 'key' | 'id'> {
  const [key = '', id = ''] = ref.split('.')
  return { key, id }
}
