import { ScimError } from '../protocol/index.js'
import type { CompiledResourceType } from '../schema/index.js'
import { attributeNamed, findAttribute, findByOtherName, noLeniency, pathWithin } from '../schema/index.js'
import type { FilterNode } from './ast.js'
import { defaultFilterLimits } from './ast.js'
import { elementAt, findWithin, isList } from './bind.js'
import type { FilterOptions } from './filter.js'
import type { Token } from './lex.js'
import { checkPath, lex } from './lex.js'
import { parseTokens } from './parse.js'

function* namesIn(node: FilterNode): Generator<string> {
  if ('filters' in node) for (const part of node.filters) yield* namesIn(part)
  else if (node.op === 'not') yield* namesIn(node.filter)
  else yield node.path
}

/**
 * The first name in a path that the resource type does not have, in its value filter too; undefined where it has all.
 *
 * @throws ScimError `invalidPath` or `invalidFilter` for what is no path, whatever it names.
 */
export function unknownIn(
  type: CompiledResourceType,
  text: string,
  { leniency = noLeniency, limits = defaultFilterLimits }: FilterOptions,
): string | undefined {
  const fail = ScimError.invalidPath
  const tokens: Token[] = []
  lex(text, { limits, unquoted: leniency.unquotedLiterals, failPath: fail }, tokens)
  const name = checkPath(tokens[0]?.text ?? '', fail)
  // The whole of a schema is no attribute, and is known.
  if (name.toLowerCase() === type.definition.schema.urn.toLowerCase()) return undefined
  const attribute = findAttribute(type, name) ?? findByOtherName(type, name)?.attribute
  if (!attribute) return name
  const close = tokens.findIndex((token) => token.kind === 'close')
  // What has one value that is no object takes no filter, whatever that names.
  if (close < 0 || (attribute.type !== 'complex' && !isList(attribute))) return undefined
  for (const path of namesIn(parseTokens(tokens.slice(2, close), (index) => index))) {
    if (!findWithin(attribute, path) && !elementAt(attribute, path)) return pathWithin(attribute, path)
  }
  const after = tokens[close + 1]?.text
  if (after === undefined || attributeNamed(attribute.subAttributes, checkPath(after, fail))) return undefined
  return elementAt(attribute, after) ? undefined : pathWithin(attribute, after)
}
