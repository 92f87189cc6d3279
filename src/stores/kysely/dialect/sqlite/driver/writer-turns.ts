import { nextTurn } from '../../../../../protocol/index.js'
import { lockTimeout } from './connection.js'

/** Who has the only connection that writes: one at a time, in the order in which they came. */
export class WriterTurns {
  private isTaken = false
  private readonly waiting: (() => void)[] = []

  /** Waits for everybody who came before. @throws LockTimeoutError */
  async take(): Promise<void> {
    if (!this.isTaken) {
      this.isTaken = true
      return
    }
    await new Promise<void>((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        const place = this.waiting.indexOf(begin)
        // The turn has just been given: who left now would keep it from everybody else for ever.
        if (place < 0) return
        this.waiting.splice(place, 1)
        reject(new LockTimeoutError())
      }, lockTimeout)
      this.waiting.push(begin)
    })
  }

  give(): void {
    const next = this.waiting.shift()
    if (!next) this.isTaken = false
    // Drivers work at once: a queue of writes would keep all input waiting.
    else void nextTurn().then(next)
  }
}

/** The transaction that is open in this process does not end: often it waits for what waits for it. */
class LockTimeoutError extends Error {
  override readonly name = 'LockTimeoutError'
  readonly code = 'SQLITE_BUSY'
  constructor() {
    super(`A write has waited ${lockTimeout} ms for the transaction that is open in this process`)
  }
}
