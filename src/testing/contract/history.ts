import { isScimError } from '../../protocol/index.js'
import type { Shortcoming } from './failure.js'
import { fail, show } from './failure.js'

/** A call and its end, on a clock that counts what happens, so that no two times are equal. */
interface Call {
  readonly client: number
  readonly start: number
  readonly end: number
}

/** A read, and what it showed: undefined for nothing. */
export interface SeenState extends Call {
  readonly method: string
  readonly version: string | undefined
  readonly mark: string | undefined
}

/** A write of a mark that no other write has. */
export interface TriedWrite extends Call {
  readonly expected: string
  readonly mark: string
  /** The version that it made; undefined where it was refused. */
  readonly version: string | undefined
  /** The status that it was refused with. */
  readonly status: number | undefined
}

/** All that some clients did to one resource, side by side. */
export interface History {
  readonly first: { readonly version: string; readonly mark: string }
  readonly reads: readonly SeenState[]
  readonly writes: readonly TriedWrite[]
}

/** Records calls. */
export class Recorder {
  private clock = 0
  readonly reads: SeenState[] = []
  readonly writes: TriedWrite[] = []

  async read(
    client: number,
    method: string,
    call: () => Promise<{ readonly version: string; readonly mark: string } | undefined>,
  ): Promise<string | undefined> {
    const start = this.clock++
    const seen = await call()
    this.reads.push({ client, method, start, end: this.clock++, version: seen?.version, mark: seen?.mark })
    return seen?.version
  }

  async write(
    client: number,
    write: { readonly expected: string; readonly mark: string },
    call: () => Promise<string>,
  ): Promise<string | undefined> {
    const start = this.clock++
    let version: string | undefined
    let status: number | undefined
    try {
      version = await call()
    } catch (error) {
      if (!isScimError(error) || ![409, 412, 503].includes(error.status)) throw error
      status = error.status
    }
    this.writes.push({ client, start, end: this.clock++, ...write, version, status })
    return version
  }
}

const casFix =
  'compare the version and write in one statement or under one lock, so that each version is followed by one write only'
const readFix =
  'read what was committed last, id, version and attributes from one row at one moment: no cache and no replica that is behind'

/** The writes in the order of their versions, the first state at place 0. */
function chainOf({ first, writes }: History): readonly (TriedWrite | undefined)[] {
  const accepted = writes.filter(({ version }) => version !== undefined)
  const byExpected = new Map<string, TriedWrite>()
  for (const write of accepted) {
    const other = byExpected.get(write.expected)
    if (other) {
      broken(
        'two writes that expected one version were both accepted (a lost update)',
        '1 of them',
        show([other.mark, write.mark]),
        casFix,
      )
    }
    byExpected.set(write.expected, write)
  }
  const chain: (TriedWrite | undefined)[] = [undefined]
  let version: string | undefined = first.version
  for (
    let next = byExpected.get(version);
    next;
    next = version === undefined ? undefined : byExpected.get(version)
  ) {
    byExpected.delete(next.expected)
    chain.push(next)
    version = next.version
  }
  const [stray] = byExpected.values()
  if (stray) {
    broken(
      'a write was accepted that expected a version which was not the stored one (a lost update)',
      'a refusal',
      show({ expected: stray.expected, mark: stray.mark }),
      casFix,
    )
  }
  return chain
}

function broken(problem: string, expected: string, got: string, fix: string): never {
  const shortcoming: Shortcoming = {
    problem: `a history of clients side by side has no order that explains it: ${problem}`,
    expected,
    got,
    fix,
  }
  fail(shortcoming)
}

/**
 * Explains a history of one resource as if each call had taken effect at one moment between its start and its end
 * (linearizability). Versions give the order of writes, so that none has to be searched for.
 *
 * @throws StoreContractError where nothing explains it.
 */
export function assertLinearizable(history: History): void {
  const chain = chainOf(history)
  const places = new Map<string, number>([[history.first.version, 0]])
  for (const [place, write] of chain.entries())
    if (write?.version !== undefined) places.set(write.version, place)
  const markAt = (place: number) => (place === 0 ? history.first.mark : chain[place]?.mark)
  /** The last place whose write was certainly over at a time. */
  const over = (time: number) => {
    let place = chain.length - 1
    while (place > 0 && (chain[place]?.end ?? 0) >= time) place -= 1
    return place
  }
  for (const [place, write] of chain.entries()) {
    if (write && over(write.start) > place) {
      broken(
        'a write took effect before another that was over when it began',
        'the order of the writes',
        show(write.mark),
        casFix,
      )
    }
  }
  for (const { method, version, mark, start, end } of history.reads) {
    if (version === undefined)
      broken(
        `${method} did not show a resource that was there all the time`,
        'the resource',
        'nothing',
        readFix,
      )
    const place = places.get(version)
    if (place === undefined || markAt(place) !== mark) {
      broken(
        `${method} showed a state that no write has made (a dirty or a torn read)`,
        place === undefined ? 'a version that a write has made' : show({ version, mark: markAt(place) }),
        show({ version, mark }),
        readFix,
      )
    }
    if (place < over(start)) {
      broken(
        `${method} showed an old state after a newer one had been written (a stale read)`,
        `the state ${show(markAt(over(start)))} or a later one`,
        show(mark),
        readFix,
      )
    }
    const write = chain[place]
    if (write && write.start > end)
      broken(`${method} showed a state before it was written`, 'an earlier state', show(mark), readFix)
  }
  for (const { expected, mark, status, start, end } of history.writes) {
    if (status !== 412) continue
    const place = places.get(expected)
    const next = place === undefined ? undefined : chain[place + 1]
    const isExplained = place === undefined || (next !== undefined && next.start < end)
    if (!isExplained && start < end) {
      broken(
        'a write that expected the stored version was refused',
        `that ${show(mark)} is stored`,
        'ScimError.versionMismatch()',
        casFix,
      )
    }
  }
}
