import { assertAnswers } from './answers.js'
import { timelinesOf } from './chains.js'
import { assertEvents } from './events.js'
import type { History, Promises } from './history.js'
import { Lives } from './lives.js'
import { assertNamesOnce } from './names.js'
import { assertAtRest } from './rest.js'
import { assertShown } from './shown.js'

/**
 * Checks all that clients and the host were told against what a service may say whose requests take effect one after
 * the other. Versions give the order of the writes of each resource, so that no order has to be searched for.
 *
 * @throws Violation for the first promise that is broken.
 */
export function check(history: History, promises: Promises): void {
  const lives = new Lives(history.operations)
  const timelines = timelinesOf(history, lives)
  assertShown(history, timelines, lives, promises)
  assertNamesOnce(timelines)
  assertAnswers(history, timelines, lives)
  assertEvents(history, timelines, lives, promises)
  assertAtRest(history)
}
