import { type Note, noNote, ScimError } from '../protocol/index.js'
import {
  attributeNamed,
  type CompiledAttribute,
  type CompiledResourceType,
  findAttribute,
  findByOtherName,
  getAttribute,
  noLeniency,
  type OtherName,
} from '../schema/index.js'
import { type AttributePath, defaultFilterLimits } from './ast.js'
import { findValue, isList } from './bind.js'
import { boundedCache } from './cache.js'
import { type FilterLeniency, type FilterOptions, fillShape, useOtherName } from './filter.js'
import { checkPath, lex, type Token } from './lex.js'
import { parseTokens } from './parse.js'
import { makeShape, type Shape } from './shape.js'

export interface PathOptions extends FilterOptions {
  /** Makes the error for a path that is wrong outside of its brackets. Default invalidPath. */
  readonly fail?: (detail: string) => ScimError
}

/** A path without the literals of its value filter. */
interface PathShape {
  readonly bare: AttributePath
  readonly filter: Shape | undefined
  /** Where the attribute has another name. */
  readonly renamed: OtherName | undefined
}

const paths = boundedCache<PathShape>()
/** Short paths with their literals: identity providers send the same few, such as `emails[type eq "work"].value`. */
const wholes = boundedCache<AttributePath>()
const maxWhole = 48

/**
 * Reads a path of a PATCH operation or of an `attributes` parameter for one resource type: `name.familyName`,
 * `addresses[type eq "work"].locality`, an extension's URN.
 *
 * @throws ScimError what `fail` makes; invalidFilter for what is wrong between the brackets.
 * @see RFC 7644 section 3.5.2, figure 7
 */
export function readPath(type: CompiledResourceType, text: string, options: PathOptions = {}): AttributePath {
  const leniency: FilterLeniency = options.leniency ?? noLeniency
  const note = options.note ?? noNote
  const fail = options.fail ?? ScimError.invalidPath
  // Most paths have no literals, and their shape is the text itself.
  const known = paths.get(type, text)
  if (known && !known.filter && !known.renamed) return known.bare
  const whole = wholes.get(type, text)
  if (whole) return whole
  const rules = {
    limits: options.limits ?? defaultFilterLimits,
    unquoted: leniency.unquotedLiterals,
    failPath: fail,
  }
  const { shape: key, literals } = lex(text, rules)
  let path = paths.get(type, key)
  if (!path) {
    const tokens: Token[] = []
    lex(text, rules, tokens)
    path = makePath(type, tokens, fail)
    paths.set(type, key, path)
  }
  const { bare, filter } = path
  if (path.renamed) useOtherName(type, path.renamed, leniency, note, fail)
  if (!filter) return bare
  // An element may be created from the literals.
  if (literals.some((literal) => typeof literal === 'string' && literal.includes('\0'))) {
    throw ScimError.invalidFilter(`"${bare.attribute.path}" is filtered by text with the character U+0000`)
  }
  let isStrict = !path.renamed
  const noting: Note = (...entry) => {
    isStrict = false
    note(...entry)
  }
  const made: AttributePath = {
    attribute: bare.attribute,
    filter: fillShape(type, filter, literals, leniency, noting, options.locations, bare.attribute),
    subAttribute: bare.subAttribute,
  }
  // What needed no leniency means the same under every profile; a reference means what its URI leads to.
  if (isStrict && !filter.refers && text.length <= maxWhole) wholes.set(type, text, made)
  return made
}

/** Thrown where the message is not used: making an error for each path costs more than reading the path. */
const noPath = ScimError.invalidPath('The path leads to no attribute')

/**
 * {@link readPath}, and undefined for what is no path of the resource type.
 *
 * @throws ScimError invalidFilter for what is wrong between the brackets.
 */
export function findPath(
  type: CompiledResourceType,
  text: string,
  options: FilterOptions,
): AttributePath | undefined {
  const known = paths.get(type, text)
  if (known && !known.filter && !known.renamed) return known.bare
  if (
    !text.includes('[') &&
    !findAttribute(type, text) &&
    !findValue(type, text) &&
    !findByOtherName(type, text)
  )
    return undefined
  try {
    return readPath(type, text, { ...options, fail: () => noPath })
  } catch (error) {
    if (error === noPath) return undefined
    throw error
  }
}

function makePath(
  type: CompiledResourceType,
  tokens: readonly Token[],
  fail: (detail: string) => ScimError,
): PathShape {
  const name = checkPath(tokens[0]?.text ?? '', fail)
  const found = findAttribute(type, name) ?? findValue(type, name)
  const renamed = found ? undefined : findByOtherName(type, name)
  const attribute = found ?? renamed?.attribute ?? getAttribute(type, name, fail)
  const close = tokens.findIndex((token) => token.kind === 'close')
  if (close < 0) {
    return {
      bare: { attribute, filter: undefined, subAttribute: undefined },
      filter: undefined,
      renamed,
    }
  }
  if (attribute.type !== 'complex' && !isList(attribute))
    throw fail(`"${attribute.path}" has no sub-attributes to filter by`)
  const filter = makeShape(
    type,
    parseTokens(tokens.slice(2, close), (index) => index),
    attribute,
  )
  const after = tokens[close + 1]?.text
  const subAttribute = after === undefined ? undefined : getSubAttribute(attribute, after, fail)
  return { bare: { attribute, filter: undefined, subAttribute }, filter, renamed }
}

function getSubAttribute(
  parent: CompiledAttribute,
  name: string,
  fail: (detail: string) => ScimError,
): CompiledAttribute | undefined {
  const found = attributeNamed(parent.subAttributes, checkPath(name, fail))
  if (isList(parent) && name.toLowerCase() === 'value') return undefined
  if (!found) throw fail(`"${parent.path}" has no sub-attribute "${name}"`)
  return found
}
