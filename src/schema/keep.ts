import { didYouMean } from '../protocol/index.js'
import type { AttributeDefinition, AttributeDefinitions } from './attribute.js'
import type { ResourceTypeDefinition } from './define.js'

/** What every resource has, whatever its type. */
const common = ['id', 'externalId', 'meta', 'schemas']

/**
 * A resource type with some of its attributes, for a store that keeps no others.
 *
 * @param paths an attribute with everything inside it (`name`), a part of one (`name.givenName`), an extension by its URN.
 * @param owner what stands before messages.
 * @throws TypeError for a path that the type does not have, or a required attribute that is missing.
 */
export function keepAttributes(
  definition: ResourceTypeDefinition,
  paths: readonly string[],
  owner: string,
): ResourceTypeDefinition {
  const wanted = new Set(paths.map((path) => path.toLowerCase()))
  const known: string[] = [...common]

  const select = (
    definitions: AttributeDefinitions,
    prefix: string,
    isWhole: boolean,
  ): AttributeDefinitions =>
    Object.fromEntries(
      Object.entries(definitions).flatMap(([name, attribute]): [string, AttributeDefinition][] => {
        const path = `${prefix}${name}`
        known.push(path)
        // The service fills it in, whatever the store has.
        const isFilled = prefix === '' && name === definition.memberOf
        const isKept = isWhole || isFilled || wanted.has(path.toLowerCase())
        const subAttributes = select(attribute.subAttributes, `${path}.`, isKept)
        if (isKept) return [[name, attribute]]
        if (Object.keys(subAttributes).length > 0) return [[name, { ...attribute, subAttributes }]]
        if (attribute.options.required && prefix === '')
          throw new TypeError(`${owner}.attributes must name ${path}, which every ${definition.name} has`)
        return []
      }),
    )

  const attributes = select(definition.schema.attributes, '', false)
  const extensions = definition.extensions.flatMap((extension) => {
    known.push(extension.urn)
    const inside = select(extension.attributes, `${extension.urn}:`, wanted.has(extension.urn.toLowerCase()))
    return Object.keys(inside).length === 0 ? [] : [{ ...extension, attributes: inside }]
  })
  const names = new Set(known.map((path) => path.toLowerCase()))
  const unknown = paths.find((path) => !names.has(path.toLowerCase()))
  if (unknown !== undefined) {
    const advice = didYouMean(unknown, known)
    throw new TypeError(`${owner}.attributes: ${definition.name} has no attribute "${unknown}"${advice}`)
  }
  const ifKept = (name: string | undefined) => (name !== undefined && attributes[name] ? name : undefined)
  return {
    ...definition,
    schema: { ...definition.schema, attributes },
    extensions,
    activation: ifKept(definition.activation),
    membership: ifKept(definition.membership),
    labels: definition.labels.filter((name) => attributes[name]),
    credential: ifKept(definition.credential),
    ...(!wanted.has('externalid') && { notKept: ['externalId'] }),
  }
}
