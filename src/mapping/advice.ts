import { didYouMean } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import { findAttribute } from '../schema/index.js'

/** A line about one element of several: the attribute, the filter in brackets, and the sub-attribute. */
const elementLine = /^([^[\]]+)(\[.*\])\.?([^[\]]*)$/

/** The end of a message about a line that leads to no attribute: the one that was meant, where that is likely. */
export function adviceFor(line: string, type: CompiledResourceType): string {
  const [, head = '', filter = '', tail = ''] = elementLine.exec(line) ?? []
  if (head === '') {
    const paths = pathsIn(type.ordered)
    // A sub-attribute without what holds it.
    const inside = paths.filter((path) => path.toLowerCase().endsWith(`.${line.toLowerCase()}`))
    return didYouMean(line, inside.length > 0 ? inside : paths)
  }
  const attribute = findAttribute(type, head)
  if (!attribute) {
    const lists = pathsIn(type.ordered.filter(({ multiValued }) => multiValued))
    return didYouMean(
      line,
      lists.map((path) => `${path}${filter}.${tail}`),
    )
  }
  return didYouMean(
    tail,
    [...attribute.subAttributes.values()].map(({ name }) => name),
    `${head}${filter}.`,
  )
}

function pathsIn(attributes: Iterable<CompiledAttribute>): readonly string[] {
  return [...attributes].flatMap((attribute) => [
    attribute.path,
    ...pathsIn(attribute.subAttributes.values()),
  ])
}
