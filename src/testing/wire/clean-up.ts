import { urns } from '../../protocol/index.js'
import { isJsonObject } from './json.js'
import { isMarked, markPrefix, type Session } from './session.js'
import { pathOf } from './wire.js'

/** Something that a run has made and could not remove. */
export interface LeftOver {
  readonly path: string
  readonly reason: string
}

const kinds = [
  { endpoint: '/Groups', name: 'displayName' },
  { endpoint: '/Users', name: 'userName' },
] as const

const pageSize = 100

/** Deletes what a run has made, the last first: groups before their members. */
export async function cleanUp(session: Session, paths: readonly string[]): Promise<readonly LeftOver[]> {
  const left: LeftOver[] = []
  for (const path of [...new Set(paths)].reverse()) {
    const reason = await remove(session, path)
    if (reason !== undefined) left.push({ path, reason })
  }
  return left
}

/** @returns why it is still there; undefined: it is gone. */
async function remove(session: Session, path: string): Promise<string | undefined> {
  try {
    const { status } = await session.send('DELETE', path, { isCleanUp: true })
    if (status < 300 || status === 404 || status === 410) return undefined
    if (!path.startsWith('/Users/')) return `DELETE is answered with status ${status}`
    const operations = [{ op: 'replace', path: 'active', value: false }]
    const body = { schemas: [urns.patchOp], Operations: operations }
    const off = await session.send('PATCH', path, { body, isCleanUp: true })
    const what = off.status < 300 ? 'the user was deactivated' : 'the user could not be deactivated either'
    return `DELETE is answered with status ${status}; ${what}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** What runs have left, found by name: by a filter where the server takes one, else by walking all pages. */
export interface MarkedSearch {
  readonly paths: readonly string[]
  /** Whether every resource was looked at. */
  readonly isComplete: boolean
}

/**
 * Looks for what a run has made, or every run.
 *
 * @param run Undefined: of every run.
 * @param maxPages How many pages may be read of each endpoint.
 */
export async function findMarked(
  session: Session,
  run = '',
  maxPages = Number.POSITIVE_INFINITY,
): Promise<MarkedSearch> {
  const paths: string[] = []
  let isComplete = true
  for (const { endpoint, name } of kinds) {
    const filter = `${name} sw "${markPrefix}${run}"`
    const found =
      (await walk(session, endpoint, name, run, maxPages, filter)) ??
      (await walk(session, endpoint, name, run, maxPages))
    paths.push(...(found?.paths ?? []))
    // A server without groups has none that could be left.
    isComplete &&= found?.isComplete ?? endpoint === '/Groups'
  }
  for (const path of paths) session.adopt(path)
  return { paths, isComplete }
}

/** @returns undefined where the list is refused. */
async function walk(
  session: Session,
  endpoint: string,
  name: string,
  run: string,
  maxPages: number,
  filter?: string,
): Promise<MarkedSearch | undefined> {
  const paths: string[] = []
  let startIndex = 1
  for (let page = 1; page <= maxPages; page += 1) {
    const query = { ...(filter && { filter }), startIndex: String(startIndex), count: String(pageSize) }
    const { status, json } = await session.send('GET', endpoint, { query, isCleanUp: true })
    if (status !== 200 || !isJsonObject(json)) return page === 1 ? undefined : { paths, isComplete: false }
    const resources = Array.isArray(json.Resources) ? json.Resources.filter(isJsonObject) : []
    // The server may not have heeded the filter.
    for (const one of resources) if (isMarked(one[name], run)) paths.push(pathOf(endpoint, one.id))
    startIndex += resources.length
    if (resources.length === 0 || startIndex > Number(json.totalResults)) return { paths, isComplete: true }
  }
  return { paths, isComplete: false }
}
