import { urns } from '../../../../protocol/index.js'
import type { WireReply } from '../../exchange.js'
import { expectChanged, expectSame, expectThat, expectToHave, resourcesIn } from '../../expect.js'
import type { JsonObject } from '../../json.js'
import type { Made, Wire } from '../../wire.js'
import { hasEffect, isCapital, observeRefusal } from './capitals.js'
import { valueAtPath } from './paths.js'
import type { Values } from './values.js'

/** A lookup as Microsoft's hosted validator writes it: a plus for a blank. */
export function lookUpName(wire: Wire, endpoint: string, attribute: string, value: string, parameters = '') {
  const filter = `${attribute}+eq+%22${encodeURIComponent(value)}%22`
  return wire.get(`${endpoint}?${parameters}filter=${filter}`)
}

/** A lookup as Entra writes it: brackets of a value are left as they are. */
export function find(wire: Wire, endpoint: string, attribute: string, value: string) {
  return wire.get(`${endpoint}?filter=${attribute}%20eq%20%22${encodeURIComponent(value)}%22`)
}

/**
 * The eight checks of the hosted validator on a list: it has its schemas and a number, the right URN, the number of
 * what matches, resources where there are any, all of them, with every required attribute, equal to what was created,
 * and readable as resources of their type.
 */
export function eightChecks(
  reply: WireReply,
  created: readonly JsonObject[],
  without: readonly string[] = [],
): void {
  const resources = resourcesIn(reply, { schemas: [urns.listResponse], totalResults: created.length })
  expectSame(resources.length, created.length, 'the number of resources', reply)
  for (const sent of created) {
    const found = resources.find(({ id }) => id === sent.id)
    const isUser = Array.isArray(sent.schemas) && sent.schemas.includes(urns.user)
    expectToHave(
      found,
      { id: /./, [isUser ? 'userName' : 'displayName']: /./, schemas: [/./] },
      'the resource',
      reply,
    )
    expectToHave(found, sent, 'the resource', reply)
    for (const name of without) hasNoKey(found ?? {}, name, reply)
    const isReadable = !isUser || typeof found?.active === 'boolean'
    expectThat(isReadable, 'active is no boolean', 'a resource that can be read as a core User', reply)
  }
}

export function hasNoKey(resource: JsonObject, name: string, reply: WireReply): void {
  expectThat(
    !(name in resource),
    `there is a key ${name}`,
    `no key ${name}, not even with an empty list`,
    reply,
  )
}

/** Sends a change, takes 200 and 204, and reads what is there then. */
export async function changed(
  wire: Wire,
  endpoint: string,
  { id }: Pick<Made, 'id'>,
  operations: readonly JsonObject[],
): Promise<readonly [resource: JsonObject, reply: WireReply]> {
  const path = `${endpoint}/${id}`
  const answer = await wire.patch(path, operations)
  if (answer.status >= 400) await observeRefusal(wire, path, operations)
  expectChanged(answer, id)
  const reply = await wire.get(path)
  const resource = await wire.read(path)
  if (operations.some((one) => isCapital(one) && hasEffect(resource, one)))
    wire.observe('capital-operations', 'taken')
  return [resource, reply]
}

export function hasAll(resource: JsonObject, values: Values, reply?: WireReply): void {
  for (const [path, value] of Object.entries(values))
    expectSame(valueAtPath(resource, path), value, path, reply)
}
