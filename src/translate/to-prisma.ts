import type { Comparator, Comparison, Filter, FilterVisitor } from '../filter/index.js'
import { visitFilter } from '../filter/index.js'
import { assertKnownOptions, type OptionNames } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import { comparableInstant } from './instant.js'
import { refuse } from './places.js'

/** A field of a Prisma model. */
export interface PrismaField {
  readonly field: string
  /** False for a field without `?`, which Prisma refuses to compare with null. Default true, but for `id`, `userName` and other attributes that a resource must have. */
  readonly nullable?: boolean
  /** What the field is where the attribute is text: `Int` or `@db.Uuid`. */
  readonly type?: 'integer' | 'uuid'
}

/** A relation of a Prisma model to the elements of a multi-valued attribute. */
export interface PrismaRelation {
  readonly relation: string
  /** By the names of sub-attributes; `value` also of an attribute whose elements are not complex. */
  readonly fields: Readonly<Record<string, string | PrismaField>>
}

export interface ToPrismaOptions {
  /**
   * The field of each attribute that can be found by, by its path; of a multi-valued one the relation:
   * `emails: { relation: 'mails', fields: { value: 'address', type: 'kind' } }`.
   */
  readonly fields: Readonly<Record<string, string | PrismaField | PrismaRelation>>
}

const optionNames = { fields: true } satisfies OptionNames<ToPrismaOptions>
const fieldNames = { field: true, nullable: true, type: true } satisfies OptionNames<PrismaField>
const relationNames = { relation: true, fields: true } satisfies OptionNames<PrismaRelation>

type Where = Readonly<Record<string, unknown>>
/** A condition, or its outcome where that is known: Prisma leaves out an empty list, whatever it means. */
type Outcome = boolean | Where
/** A condition, or what it is when it does not hold: `NOT` is unknown in Prisma where there is no value. */
type Made = (isNegated: boolean) => Outcome

/**
 * A filter as the `where` of Prisma over PostgreSQL, with the meaning that `filter.matches` has; `{}` without a filter.
 *
 * Prisma compares texts without their case with ILIKE, and does not escape what is special in it: this does. It cannot
 * order texts by code point, so `gt`, `ge`, `lt` and `le` of texts are refused; times are compared by the millisecond.
 *
 * @typeParam Input the model's input, which follows from where the result is used.
 * @throws ScimError `invalidFilter`, for the client, for what has no field or what Prisma cannot compare.
 * @throws TypeError for an option that there is not.
 * @example
 * const found = toPrisma(query.filter, { fields: { userName: 'login', active: { field: 'enabled', nullable: false } } })
 * await prisma.user.findMany({ where: { AND: [{ orgId: tenant }, found] } })
 * @see RFC 7644 section 3.4.2.2
 */
export function toPrisma<Input extends object = Where>(
  filter: Filter | undefined,
  options: ToPrismaOptions,
): Input {
  assertKnownOptions('toPrisma', options, optionNames)
  const condition = filter === undefined || visitFilter(filter, rowVisitor(options.fields))(false)
  const where = typeof condition === 'object' ? condition : condition ? {} : nothing(options.fields)
  // Prisma makes a type of its own for each model, and checks the fields when it is called.
  return where as Input
}

/** A condition that no row fulfils, also beside others. */
function nothing(fields: ToPrismaOptions['fields']): Where {
  for (const path of ['id', 'userName', ...Object.keys(fields)]) {
    const place = Object.hasOwn(fields, path) ? fields[path] : undefined
    if (typeof place === 'string') return { [place]: { in: [] } }
    if (place && 'field' in place) return { [place.field]: { in: [] } }
  }
  throw new TypeError('toPrisma: fields must name a field')
}

const connectives = {
  and: (conditions: readonly Made[]): Made => joined(conditions, false),
  or: (conditions: readonly Made[]): Made => joined(conditions, true),
  not:
    (condition: Made): Made =>
    (isNegated) =>
      condition(!isNegated),
}

function joined(conditions: readonly Made[], isOr: boolean): Made {
  return (isNegated) => {
    const isAny = isOr !== isNegated
    const parts: Where[] = []
    for (const make of conditions) {
      const condition = make(isNegated)
      if (condition === isAny) return isAny
      if (typeof condition === 'object') parts.push(condition)
    }
    const [first] = parts
    if (!first) return !isAny
    return parts.length === 1 ? first : isAny ? { OR: parts } : { AND: parts }
  }
}

function constant(holds: boolean): Made {
  return (isNegated) => holds !== isNegated
}

function rowVisitor(fields: ToPrismaOptions['fields']): FilterVisitor<Made> {
  return {
    ...connectives,
    present: (attribute) =>
      attribute.type === 'complex'
        ? somePresent(fields, attribute, (sub) => sub.path)
        : isPresent(fieldOf(fields, attribute.path, attribute), attribute),
    compare: (comparison) =>
      compare(comparison, fieldOf(fields, comparison.attribute.path, comparison.attribute)),
    some(attribute, condition) {
      const place = Object.hasOwn(fields, attribute.path) ? fields[attribute.path] : undefined
      if (typeof place !== 'object' || !('relation' in place)) return refuse(attribute)
      assertKnownOptions(`toPrisma: fields: ${attribute.path}`, place, relationNames)
      const inner = condition(elementVisitor(place, attribute))(false)
      if (inner === false) return constant(false)
      const which = inner === true ? {} : inner
      return (isNegated) => ({ [place.relation]: { [isNegated ? 'none' : 'some']: which } })
    },
  }
}

function elementVisitor({ fields }: PrismaRelation, within: CompiledAttribute): FilterVisitor<Made> {
  const nameOf = (attribute: CompiledAttribute) => (attribute === within ? 'value' : attribute.name)
  return {
    ...connectives,
    present: (attribute) =>
      attribute.type === 'complex'
        ? somePresent(fields, attribute, nameOf)
        : isPresent(fieldOf(fields, nameOf(attribute), attribute), attribute),
    compare: (comparison) =>
      compare(comparison, fieldOf(fields, nameOf(comparison.attribute), comparison.attribute)),
    // No attribute of an element has elements of its own (RFC 7643 section 2.3.8).
    some: (attribute) => refuse(attribute),
  }
}

function fieldOf(fields: ToPrismaOptions['fields'], name: string, attribute: CompiledAttribute): PrismaField {
  const place = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (place === undefined || (typeof place === 'object' && 'relation' in place)) return refuse(attribute)
  const field = typeof place === 'string' ? { field: place } : place
  assertKnownOptions(`toPrisma: fields: ${attribute.path}`, field, fieldNames)
  const isKept = attribute.parent === undefined ? attribute.required || attribute.path === 'id' : false
  return { nullable: !isKept, ...field }
}

function somePresent(
  fields: ToPrismaOptions['fields'],
  attribute: CompiledAttribute,
  nameOf: (sub: CompiledAttribute) => string,
): Made {
  const subs = [...attribute.subAttributes.values()].filter((sub) => Object.hasOwn(fields, nameOf(sub)))
  return joined(
    subs.map((sub) => isPresent(fieldOf(fields, nameOf(sub), sub), sub)),
    true,
  )
}

function isPresent(place: PrismaField, { type }: CompiledAttribute): Made {
  const { field, nullable } = place
  const isText = (type === 'string' || type === 'reference') && place.type === undefined
  const parts = [...(nullable ? [{ [field]: null }] : []), ...(isText ? [{ [field]: '' }] : [])]
  if (parts.length === 0) return constant(true)
  return (isNegated) => (isNegated ? { OR: parts } : { NOT: { OR: parts } })
}

function compare({ op, attribute, value }: Comparison, place: PrismaField): Made {
  if (op === 'ne') return connectives.not(compare({ op: 'eq', attribute, value }, place))
  if (value === null) return constant(false)
  const test =
    typeof value === 'string' ? testText(op, attribute, value, place) : testPlain(op, attribute, value)
  if (typeof test === 'boolean') return constant(test)
  const { field, nullable } = place
  const holds = { [field]: test }
  return (isNegated) => {
    if (!isNegated) return holds
    return nullable ? { OR: [{ [field]: null }, { NOT: holds }] } : { NOT: holds }
  }
}

const operators = { eq: 'equals', gt: 'gt', ge: 'gte', lt: 'lt', le: 'lte' } as const
const patterns = { co: 'contains', sw: 'startsWith', ew: 'endsWith' } as const

function isOrder(op: Comparator): op is keyof typeof operators {
  return op in operators
}

function testPlain(op: Comparator, attribute: CompiledAttribute, value: number | boolean): Where | boolean {
  if (!isOrder(op) || (typeof value === 'boolean' && op !== 'eq')) return false
  if (attribute.type === 'integer' && Math.abs(Number(value)) > 2 ** 31 - 1)
    return refuse(attribute, ': the number is too large')
  return { [operators[op]]: value }
}

function testText(
  op: Exclude<Comparator, 'ne'>,
  attribute: CompiledAttribute,
  value: string,
  { type }: PrismaField,
): Where | boolean {
  if (attribute.type === 'dateTime' && isOrder(op)) {
    const comparison = comparableInstant(op, value, 3)
    if (!comparison) return refuse(attribute, ': the database keeps no such time')
    const { op: own, milliseconds } = comparison
    return own !== undefined && { [operators[own]]: new Date(milliseconds) }
  }
  if (type !== undefined) {
    if (op !== 'eq') return refuse(attribute, ` with ${op}`)
    return type === 'uuid'
      ? isUuid(value) && { equals: value }
      : isInteger(value) && { equals: Number(value) }
  }
  // No text of PostgreSQL has a NUL.
  if (value.includes('\0')) return isOrder(op) && op !== 'eq' ? refuse(attribute, ` with ${op}`) : false
  const mode = attribute.caseExact ? {} : { mode: 'insensitive' }
  if (op === 'eq') return { equals: attribute.caseExact ? value : escaped(value), ...mode }
  if (isOrder(op)) return refuse(attribute, ` with ${op}`)
  return { [patterns[op]]: escaped(value), ...mode }
}

function isUuid(value: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(value)
}

function isInteger(value: string): boolean {
  return /^(?:0|-?[1-9]\d*)$/.test(value) && Math.abs(Number(value)) < 2 ** 31
}

/** Prisma makes patterns of texts. */
function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
