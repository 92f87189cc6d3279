import type { RequestEvent } from '../http/index.js'
import type { RequestDetail } from '../operations/index.js'
import { readValue } from '../schema/index.js'
import type { LogOutcome } from '../stores/index.js'

/** What a request came to. */
export function outcomeOf(event: RequestEvent, detail: RequestDetail): LogOutcome {
  const { status, operation, outcome } = event
  if (status >= 500 || outcome === 'failed') return 'failed'
  if (status >= 400) return 'refused'
  switch (operation) {
    case 'create':
      return detail.before ? writeOutcome(detail, 'linked') : 'created'
    case 'replace':
    case 'modify':
      return writeOutcome(detail, 'changed')
    case 'remove':
      return 'deleted'
    case 'read':
      return 'found'
    case 'list':
      return 'listed'
    case 'discover':
      return 'described'
    default:
      return 'done'
  }
}

/** `changed`: what a write is that did neither more nor less. */
function writeOutcome(
  { type, before, after, changed, members }: RequestDetail,
  other: LogOutcome,
): LogOutcome {
  if (members) return members.added + members.removed > 0 ? other : 'unchanged'
  const { activation } = type ?? {}
  if (activation && before && after) {
    const [was, is] = [readValue(before, activation), readValue(after, activation)]
    if (was !== is && is === false) return 'deactivated'
    if (was === false && is === true) return 'reactivated'
  }
  return other === 'changed' && changed?.size === 0 ? 'unchanged' : other
}
