import {
  assertKnownOptions,
  assertLimits,
  type Note,
  noNote,
  type OptionNames,
  ScimError,
} from '../protocol/index.js'
import {
  type CompiledAttribute,
  type CompiledResourceType,
  compileResourceType,
  foundBy,
  type Leniency,
  type NameRule,
  noLeniency,
  type OtherName,
  type ResourceLocations,
  type ResourceTypeDefinition,
} from '../schema/index.js'
import {
  type BoundFilter,
  defaultFilterLimits,
  type Equality,
  type Filter,
  type FilterLimits,
  filterLimitNames,
  type Literal,
} from './ast.js'
import { boundedCache } from './cache.js'
import type { Predicate } from './compile.js'
import { filterFromTree } from './from-tree.js'
import { type LexRules, lex, type Token } from './lex.js'
import { fitLiteral } from './literal.js'
import { locateReferences, withoutLocations } from './locations.js'
import { parseTokens } from './parse.js'
import type { Lexeme } from './scan.js'
import { fillEqualities, fillPredicate, fillTree, findEquality, makeShape, type Shape } from './shape.js'
import { type CachedText, literalsLike, openingOf, partsBetween, withCachedText } from './text-cache.js'

/** What a filter may ask of the profile that is in force. */
export type FilterLeniency = Pick<Leniency, 'coerce' | 'unquotedLiterals' | NameRule>

export interface FilterOptions {
  /** Default: the RFC and nothing else. */
  readonly leniency?: FilterLeniency
  /** Told of each leniency that was used. */
  readonly note?: Note
  readonly limits?: FilterLimits
  /** What the URIs of references lead to. Default: the id at their end, whatever the host and the type. */
  readonly locations?: ResourceLocations | undefined
}

const optionNames = {
  leniency: true,
  note: true,
  limits: true,
  locations: true,
} satisfies OptionNames<FilterOptions>

const shapes = boundedCache<Shape>()
const texts = boundedCache<readonly CachedText[]>()

/**
 * Reads a filter for one resource type.
 *
 * A shape that was read before, with other literals, is neither parsed nor bound again.
 *
 * @throws ScimError invalidFilter when it does not parse, names what the type does not have, or compares an
 * attribute with a literal of another type.
 * @example
 * const filter = bindFilter(userResourceType, 'userName eq "bjensen"')
 * users.filter((user) => filter.matches(user))
 * @see RFC 7644 section 3.4.2.2
 */
export function bindFilter(
  resourceType: ResourceTypeDefinition | CompiledResourceType,
  text: string,
  options: FilterOptions = {},
): Filter {
  assertKnownOptions('bindFilter', options, optionNames)
  if (options.limits) assertLimits('bindFilter', options.limits, filterLimitNames)
  const type = compileResourceType(resourceType)
  const leniency: FilterLeniency = options.leniency ?? noLeniency
  const rules = { limits: options.limits ?? defaultFilterLimits, unquoted: leniency.unquotedLiterals }
  const note = options.note ?? noNote
  const opening = openingOf(text)
  const alike = texts.get(type, opening)
  if (alike) {
    for (const cached of alike) {
      const literals = literalsLike(cached, text, rules)
      if (literals) return fillShape(type, cached.shape, literals, leniency, note, options.locations)
    }
  }
  const cuts: number[] = []
  const { shape: key, literals } = lex(text, rules, undefined, cuts)
  const found = shapes.get(type, key)
  // What comes a second time will come again.
  if (found) {
    const cached = { parts: partsBetween(text, cuts), limits: rules.limits, shape: found }
    texts.set(type, opening, withCachedText(alike, cached))
  }
  const shape = found ?? readShape(type, text, rules)
  if (!found) shapes.set(type, key, shape)
  return fillShape(type, shape, literals, leniency, note, options.locations)
}

function readShape(type: CompiledResourceType, text: string, rules: LexRules): Shape {
  const tokens: Token[] = []
  lex(text, rules, tokens)
  return makeShape(
    type,
    parseTokens(tokens, (index) => index),
  )
}

/** Accepts an attribute under another name by the rules that find it. @throws ScimError what `fail` makes. */
export function useOtherName(
  type: CompiledResourceType,
  { attribute: { name, path }, rules }: OtherName,
  leniency: Pick<Leniency, NameRule>,
  note: Note,
  fail: (detail: string) => ScimError,
): void {
  for (const rule of rules) {
    if (!leniency[rule]) throw fail(`${type.name} has no attribute "${name}": write "${path}"`)
    note(rule, path, foundBy[rule])
  }
}

/** The filter that a shape and literals make, each literal checked against its attribute. */
export function fillShape(
  type: CompiledResourceType,
  shape: Shape,
  lexemes: readonly Lexeme[],
  leniency: FilterLeniency,
  note: Note,
  locations?: ResourceLocations,
  within?: CompiledAttribute,
): Filter {
  for (const renamed of shape.renamed) useOtherName(type, renamed, leniency, note, ScimError.invalidFilter)
  const rules = { leniency, note }
  const literals: Literal[] = []
  for (let index = 0; index < lexemes.length; index++) {
    const lexeme = lexemes[index]
    const position = shape.positions[index]
    if (lexeme !== undefined && position)
      literals.push(fitLiteral(lexeme, position.attribute, position.op, rules))
  }
  if (!shape.refers) return new FilledShape(shape, literals)
  const { tree, positions } = shape
  return locations
    ? filterFromTree(locateReferences(tree, literals, positions, locations, within), within)
    : new FilledShape(shape, withoutLocations(literals, positions))
}

/** Each part is made when it is first asked for: a store uses the tree, or the predicate, or neither. */
class FilledShape implements Filter {
  private readonly shape: Shape
  private readonly literals: readonly Literal[]
  private boundTree: BoundFilter | undefined
  private foundEqualities: readonly Equality[] | undefined
  private predicate: Predicate | undefined

  constructor(shape: Shape, literals: readonly Literal[]) {
    this.shape = shape
    this.literals = literals
    this.boundTree = undefined
    this.foundEqualities = undefined
    this.predicate = undefined
  }

  get tree(): BoundFilter {
    this.boundTree ??= fillTree(this.shape.tree, this.literals)
    return this.boundTree
  }

  get equalities(): readonly Equality[] {
    this.foundEqualities ??= fillEqualities(this.shape, this.literals)
    return this.foundEqualities
  }

  equalTo(path: string): Literal | undefined {
    return findEquality(this.equalities, path)
  }

  get matches(): Predicate {
    this.predicate ??= fillPredicate(this.shape, this.literals)
    return this.predicate
  }
}
