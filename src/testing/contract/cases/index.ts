import type { CaseDefinition } from '../trial.js'
import { abort } from './abort.js'
import { changes } from './changes.js'
import { concurrentTransactions } from './concurrent-transactions.js'
import { conditionCases } from './conditions.js'
import { cursorCases } from './cursors.js'
import { errors } from './errors.js'
import { groupAbort } from './group-abort.js'
import { groupTransactions } from './group-transactions.js'
import { groupWrites } from './group-writes.js'
import { groupCases } from './groups.js'
import { histories } from './histories.js'
import { lives } from './lives.js'
import { lookUps } from './look-ups.js'
import { memberChanges } from './member-changes.js'
import { memberEffects } from './member-effects.js'
import { operators } from './operators.js'
import { order } from './order.js'
import { outbox } from './outbox.js'
import { pages } from './pages.js'
import { readingAndWriting } from './reading-and-writing.js'
import { referenceCases } from './references.js'
import { sideBySide } from './side-by-side.js'
import { tenants } from './tenants.js'
import { transactionCases } from './transactions.js'
import { uniqueness } from './uniqueness.js'
import { versions } from './versions.js'

/** Every case, in an order that does not matter. */
export const definitions: readonly CaseDefinition[] = [
  ...readingAndWriting,
  ...lives,
  ...versions,
  ...sideBySide,
  ...uniqueness,
  ...operators,
  ...conditionCases,
  ...lookUps,
  ...pages,
  ...order,
  ...cursorCases,
  ...tenants,
  ...groupCases,
  ...groupWrites,
  ...memberChanges,
  ...memberEffects,
  ...referenceCases,
  ...changes,
  ...errors,
  ...abort,
  ...groupAbort,
  ...transactionCases,
  ...groupTransactions,
  ...concurrentTransactions,
  ...outbox,
  ...histories,
]
