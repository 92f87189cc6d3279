import { copyDeep, isEqual } from '../../protocol/index.js'
import { isPlainObject } from '../kind-of.js'
import type { Question, WriteHook, WriteHookSet } from '../write-hooks.js'
import type { BulkIds } from './bulk-ids.js'
import { mapReferences } from './references.js'

type Attributes = Readonly<Record<string, unknown>>

/** What a hook has changed of what it was shown: undefined for what it has removed. */
interface Changes {
  readonly changes: Attributes
}

/** What a hook has returned that is no resource. */
interface Other {
  readonly other: unknown
}

interface Memory {
  get(key: string, ask: () => unknown): Promise<unknown>
}

/**
 * What the hooks before writes have answered for one bulk request. A transaction that begins again creates resources
 * with other ids: an answer is what a hook has changed, and new resources go by their bulkIds in what it was asked.
 */
export class HookAnswers {
  /** The ids of what the open transaction has created. */
  bulkIds: BulkIds | undefined
  private readonly attempts = new Map<number, number>()

  constructor(private readonly memory: Memory) {}

  /** The hooks for the operation at an index, asked through here. */
  hooksFor(index: number, hooks: WriteHookSet): WriteHookSet {
    return {
      get: (name) => {
        const hook = hooks.get(name)
        return hook && ((question) => this.ask(index, hook, question))
      },
    }
  }

  private async ask(index: number, hook: WriteHook, question: Question): Promise<unknown> {
    const answer = await this.memory.get(this.keyOf(index, question), async () => {
      const attempt = (this.attempts.get(index) ?? 0) + 1
      this.attempts.set(index, attempt)
      // A copy: a hook may return the very object that it was shown, changed.
      return answerOf(shownIn(question), await hook(copyDeep({ ...question, attempt })))
    })
    return this.apply(shownIn(question) ?? {}, answer as Changes | Other | undefined)
  }

  private keyOf(index: number, { name, draft, before, changed, members }: Question): string {
    // What a POST creates follows from its body.
    if (draft) return JSON.stringify([index, name])
    const names = this.bulkIds?.byId()
    return JSON.stringify([index, name, before, changed, members], (key, value: unknown) => {
      // Dates and versions differ each time; what counts is what the resource holds.
      if (key === 'meta') return undefined
      return typeof value === 'string' ? (names?.get(value) ?? value) : value
    })
  }

  private apply(shown: object, answer: Changes | Other | undefined): unknown {
    if (answer === undefined) return undefined
    if ('other' in answer) return answer.other
    const { bulkIds } = this
    const { changes } = answer
    return {
      ...shown,
      ...(bulkIds ? (mapReferences(changes, (id) => bulkIds.idOf(id)) as Attributes) : changes),
    }
  }
}

/** The resource that a hook may give another one for. */
function shownIn({ draft, after }: Question): object | undefined {
  return draft ?? after
}

function answerOf(shown: object | undefined, returned: unknown): Changes | Other | undefined {
  if (returned === undefined) return undefined
  if (!shown || !isPlainObject(returned)) return { other: returned }
  const were = shown as Attributes
  const names = new Set([...Object.keys(were), ...Object.keys(returned)])
  const changed = [...names].filter((name) => !isEqual(were[name], returned[name]))
  if (changed.length === 0) return undefined
  return { changes: Object.fromEntries(changed.map((name) => [name, returned[name]])) }
}
