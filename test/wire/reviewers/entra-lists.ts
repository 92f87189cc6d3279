import { contains, type Json, same, urn, type Wire, type WireReply } from '../case.js'

/** A lookup as Microsoft's hosted validator writes it: a plus for a space, quotes as they are, the rest encoded. */
export function lookUp(
  { client }: Wire,
  endpoint: string,
  attribute: string,
  value: string,
  parameters = '',
) {
  const filter = `${attribute}+eq+"${encodeURIComponent(value)}"`
  return client('GET', `${endpoint}?${parameters}filter=${filter}`)
}

/**
 * The eight checks of the hosted validator on a list: it has its schemas and a number, the right URN, the number of what
 * matches, resources where there are any, all of them, with every required attribute, equal to what was created, and
 * readable as resources of their type.
 */
export function eightChecks(
  reply: WireReply,
  created: readonly Json[],
  without: readonly string[] = [],
): void {
  same(reply.status, 200, 'the status')
  const list = reply.json as Json
  contains(list, { schemas: [urn.list], totalResults: created.length })
  const resources = (list.Resources ?? []) as readonly Json[]
  same(resources.length, created.length, 'the number of resources')
  for (const sent of created) {
    const found = resources.find(({ id }) => id === sent.id)
    const isUser = (sent.schemas as readonly string[]).includes(urn.user)
    contains(found, { id: /./, [isUser ? 'userName' : 'displayName']: /./, schemas: [/./] })
    contains(found, sent)
    for (const name of without) same(name in (found ?? {}), false, `whether there is a key "${name}"`)
    if (isUser && typeof found?.active !== 'boolean') throw new Error('active is no boolean')
  }
}
