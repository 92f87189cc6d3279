import type { WireCase, WireProfile } from './case.js'
import { cleanUp, findMarked, type LeftOver } from './clean-up.js'
import { type Contradiction, contradictions } from './contradictions.js'
import { discover } from './discover.js'
import type { WireExchange } from './exchange.js'
import { CannotVerify, CaseFailure, CaseSkipped } from './failure.js'
import { attributesIn, isOfUsers } from './kept-attributes.js'
import { Session, type WireOptions } from './session.js'
import type { Target } from './target.js'
import { Wire } from './wire.js'

/** What came of a case. Nothing in it names what the run did not make, nor the token. */
export interface CaseResult {
  readonly id: string
  readonly profile: WireProfile
  readonly level: 'required' | 'optional'
  readonly name: string
  readonly source: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** What the server did, or why the case was skipped; undefined where it passed. */
  readonly message: string | undefined
  readonly expected: string | undefined
  /** The requests of a case that failed, in their order. */
  readonly exchanges: readonly WireExchange[]
  /** Which of them is wrong. */
  readonly wrong: number | undefined
  /** What other reviewers make of the answer, where they contradict each other. */
  readonly contradiction: string | undefined
  readonly durationMs: number
}

/** A point on which reviewers contradict each other, and what the server does there. */
export interface Observation {
  readonly point: string
  readonly answer: string
  readonly suits: string
  readonly against: string
}

const maxExchanges = 40
/** A server that knows no filter may have more pages than anyone would wait for. */
const maxSweptPages = 10
/** Requests that carry something else than what they are for are not worth a line. */
const shownHeaders =
  /^(?:accept|authorization|content-type|content-location|location|etag|if-match|if-none-match|allow|retry-after|www-authenticate|cache-control)$/

/** A run against one server: case by case, each of which removes what it has made. */
export class VerifyRun {
  readonly left: LeftOver[] = []
  private readonly answers = new Map<string, string>()
  /** Of each case that failed, the attributes that it failed at, and whether it failed at nothing else. */
  private readonly subjects = new Map<string, Subject>()

  private constructor(
    readonly session: Session,
    readonly target: Target,
  ) {}

  /** @throws CannotVerify where there is no SCIM server, or it does not take the token. */
  static async start(options: WireOptions): Promise<VerifyRun> {
    const session = new Session(options)
    return new VerifyRun(session, await discover(session))
  }

  /** Why a case does not apply to the server; undefined: it does. */
  whyNot({ needs, attributes }: WireCase): string | undefined {
    const need = needs.find((one) => !this.target.can(one))
    if (need === 'pathless') return 'the server declares the interop profile, which refuses it'
    if (need !== undefined) return `the server does not say that it has ${need}`
    const attribute = attributes.find((one) => !this.target.writes(one))
    return attribute === undefined ? undefined : `the server describes no ${attribute} that can be written`
  }

  /** Runs a case. @throws CannotVerify where the run was broken off. */
  async run(one: WireCase): Promise<CaseResult> {
    const { id, profile, level, name, source } = one
    const about = { id, profile, level, name, source, contradiction: contradictionOf(one) }
    const begun = performance.now()
    const done = { message: undefined, expected: undefined, exchanges: [], wrong: undefined }
    const took = () => ({ durationMs: performance.now() - begun })
    const reason = this.whyNot(one)
    if (reason !== undefined) return { ...about, ...done, outcome: 'skipped', message: reason, ...took() }
    const wire = new Wire(this.session, this.target)
    try {
      await one.run(wire)
      return { ...about, ...done, outcome: 'passed', ...took() }
    } catch (error) {
      if (error instanceof CannotVerify) throw error
      if (error instanceof CaseSkipped)
        return {
          ...about,
          ...done,
          outcome: 'skipped',
          message: this.session.redactor.text(error.message),
          ...took(),
        }
      this.subjects.set(id, subjectOf(error, wire.exchanges))
      return { ...about, outcome: 'failed', ...this.failureOf(error, wire.exchanges), ...took() }
    } finally {
      for (const [point, answer] of wire.observations) this.answers.set(point, answer)
      await this.session.settled()
      this.left.push(...(await cleanUp(this.session, wire.made)))
    }
  }

  /** What the server does where reviewers contradict each other. */
  observations(): readonly Observation[] {
    return [...this.answers].flatMap(([point, answer]) => {
      const contradiction: Contradiction | undefined = contradictions[point]
      const meaning = contradiction?.answers[answer]
      return contradiction && meaning ? [{ point: contradiction.point, answer, ...meaning }] : []
    })
  }

  /** What the server was seen to drop of users, and which cases failed at that. */
  droppedAttributes(): { readonly names: readonly string[]; readonly cases: readonly string[] } {
    const dropped = this.session.attributes.dropped()
    const cases = [...this.subjects].filter(([, { attributes, isAll }]) =>
      isAll ? attributes.every((one) => dropped.has(one)) : attributes.some((one) => dropped.has(one)),
    )
    return { names: dropped.names, cases: cases.map(([id]) => id) }
  }

  /** Removes what no case could: a resource whose creation was not answered. */
  async sweep(): Promise<readonly LeftOver[]> {
    const { paths, isComplete } = await findMarked(this.session, this.session.run, maxSweptPages)
    // What a complete search does not find is gone, whatever its deletion was answered with.
    return cleanUp(this.session, isComplete ? paths : [...paths, ...this.left.map(({ path }) => path)])
  }

  private failureOf(error: unknown, exchanges: readonly WireExchange[]) {
    const { redactor } = this.session
    const failure = error instanceof CaseFailure ? error : undefined
    const kept = exchanges.slice(-maxExchanges)
    const at = failure?.reply ? kept.indexOf(failure.reply.exchange) : kept.length - 1
    return {
      message: redactor.text(
        failure?.message ?? `the case broke: ${error instanceof Error ? error.message : error}`,
      ),
      expected: redactor.text(failure?.expected ?? 'a reply that can be read'),
      exchanges: kept.map((one) => this.shown(one)),
      wrong: at === -1 ? kept.length - 1 : at,
    }
  }

  /** An exchange without the token, without cookies, and without what others have made. */
  private shown(exchange: WireExchange): WireExchange {
    const { redactor } = this.session
    const only = (headers: Readonly<Record<string, string>>) =>
      Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) => {
          if (!shownHeaders.test(name)) return []
          return [[name, name === 'authorization' ? '(redacted)' : redactor.text(value)]]
        }),
      )
    return {
      ...exchange,
      url: redactor.text(exchange.url),
      requestHeaders: only(exchange.requestHeaders),
      requestBody: exchange.requestBody === undefined ? undefined : redactor.text(exchange.requestBody),
      headers: only(exchange.headers),
      text: redactor.body(exchange.text, parsed(exchange.text)),
    }
  }
}

interface Subject {
  readonly attributes: readonly string[]
  readonly isAll: boolean
}

/** By what a failure says itself, or else by the last request that names attributes. */
function subjectOf(error: unknown, exchanges: readonly WireExchange[]): Subject {
  const failure = error instanceof CaseFailure ? error : undefined
  const about = failure?.about.filter(isOfUsers) ?? []
  if (about.length > 0) return { attributes: about, isAll: true }
  const wrong = failure?.reply ? exchanges.indexOf(failure.reply.exchange) : -1
  const before = wrong === -1 ? exchanges : exchanges.slice(0, wrong + 1)
  const named = before.map(({ url, requestBody }) => attributesIn(url, requestBody))
  return { attributes: named.reverse().find((one) => one.length > 0) ?? [], isAll: false }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function contradictionOf({ contradiction }: WireCase): string | undefined {
  return contradiction === undefined ? undefined : contradictions[contradiction]?.note
}
