import type { CaseDefinition } from '../trial.js'
import { lives } from './lives.js'
import { readingAndWriting } from './reading-and-writing.js'

/** Every case, in an order that does not matter. */
export const definitions: readonly CaseDefinition[] = [...readingAndWriting, ...lives]
