import type { UnknownObject } from '../../../protocol/index.js'
import { isEqual } from '../../../protocol/index.js'
import { idOf } from '../list-reply.js'
import { readAllPages } from '../pages.js'
import type { ActionRun } from '../result.js'
import type { OktaContext } from './context.js'
import { sendAsOkta } from './context.js'

/** The counters that Okta shows after an import. */
export interface ImportCounts {
  /** Without users who are inactive on the server: Okta skips them. (captured) */
  readonly scanned: number
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  readonly removed: number
}

/** Imports resources, and counts what is new in comparison with the import before. */
export async function importResources(
  context: OktaContext,
  run: ActionRun,
  endpoint: '/Users' | '/Groups',
  before: Map<string, UnknownObject>,
): Promise<ImportCounts | undefined> {
  const all = await readAllPages(run, endpoint, (path) => sendAsOkta(context, run, 'GET', path))
  if (!all) return undefined
  const scanned = endpoint === '/Users' ? all.filter(({ active }) => active !== false) : all
  const now = new Map(
    scanned.flatMap((one) => (idOf(one) === undefined ? [] : [[idOf(one) ?? '', one] as const])),
  )
  if (now.size !== scanned.length) {
    run.warnings.push(`import of ${endpoint}: ${scanned.length - now.size} resources have no id of their own`)
  }
  const ids = [...now.keys()]
  const known = ids.filter((id) => before.has(id))
  const unchanged = known.filter((id) => isEqual(before.get(id), now.get(id)))
  const counts = {
    scanned: scanned.length,
    added: ids.length - known.length,
    updated: known.length - unchanged.length,
    unchanged: unchanged.length,
    removed: [...before.keys()].filter((id) => !now.has(id)).length,
  }
  before.clear()
  for (const [id, one] of now) before.set(id, one)
  return counts
}
