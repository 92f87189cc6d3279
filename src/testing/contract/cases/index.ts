import type { CaseDefinition } from '../trial.js'
import { conditionCases } from './conditions.js'
import { lives } from './lives.js'
import { operators } from './operators.js'
import { readingAndWriting } from './reading-and-writing.js'
import { uniqueness } from './uniqueness.js'
import { versions } from './versions.js'

/** Every case, in an order that does not matter. */
export const definitions: readonly CaseDefinition[] = [
  ...readingAndWriting,
  ...lives,
  ...versions,
  ...uniqueness,
  ...operators,
  ...conditionCases,
]
