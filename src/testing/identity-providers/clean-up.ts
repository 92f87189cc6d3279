import type { ClientConnection } from './client.js'
import { sendRequest } from './client.js'

/** Deletes what a simulator has created, groups first. Resolves with the paths that are still there. */
export async function deleteCreated(
  connection: ClientConnection,
  created: Set<string>,
): Promise<readonly string[]> {
  const left: string[] = []
  for (const path of [...created].sort()) {
    const { status = 0 } = await sendRequest(connection, 'DELETE', path, undefined, undefined)
    if ((status >= 200 && status < 300) || status === 404) created.delete(path)
    else left.push(path)
  }
  return left
}
