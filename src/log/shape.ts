import { getMember, isObject } from '../protocol/index.js'
import type { BodyShape } from '../stores/index.js'

/** How many keys and values of a body are described, and of a list how many elements. */
const maxNodes = 300
const maxElements = 10
const maxDepth = 8

/** Attributes that say no more than on or off, as text too. */
const switchPath = /(?:^|[.:\]])(?:active|primary)$/i
const booleanText = /^(?:true|false)$/i
const operationText = /^(?:add|remove|replace)$/i

/** URNs of the protocol, of its first version and of Microsoft's (RFC 7643 section 10.2.1). */
const schemaUrn =
  /^(?:urn:ietf:params:scim:[\w:.-]{1,150}|urn:scim:schemas:[\w:.-]{1,100}|http:\/\/schemas\.microsoft\.com\/2006\/11\/ResourceManagement\/ADSCIM\/[\w./]{1,40})$/i

/** How what may be shown is shown. */
export interface ShapeOptions {
  /** The URNs of the service's schemas, in lower case. */
  readonly urns: ReadonlySet<string>
  /** A key or path from the wire without literals. */
  readonly nameOf: (name: string) => string
}

/** The shape of a body; see {@link BodyShape}. Costs the same for every body above some size. */
export function bodyShape(body: unknown, options: ShapeOptions): BodyShape {
  return new Shape(options).of(body, '', maxDepth)
}

class Shape {
  private left = maxNodes

  constructor(private readonly options: ShapeOptions) {}

  /** `about`: the key under which the value stands, or the path of the operation that it belongs to. */
  of(value: unknown, about: string, depth: number): BodyShape {
    this.left--
    if (typeof value === 'boolean') return value
    if (typeof value === 'string') return this.text(value, about)
    if (typeof value === 'number') return '<number>'
    if (value === null || value === undefined) return '<null>'
    if (Array.isArray(value)) return this.left > 0 && depth > 0 ? this.list(value, about, depth) : '<list>'
    if (!isObject(value)) return '<text>'
    if (this.left <= 0 || depth === 0) return '<object>'
    return typeof getMember(value, 'op') === 'string'
      ? this.operation(value, depth)
      : this.object(value, depth)
  }

  private list(list: readonly unknown[], about: string, depth: number): BodyShape {
    const shown: BodyShape[] = []
    for (const element of list.slice(0, maxElements)) {
      if (this.left <= 0) break
      shown.push(this.of(element, about, depth - 1))
    }
    const more = list.length - shown.length
    return more > 0 ? [...shown, `<${more} more>`] : shown
  }

  private object(value: Readonly<Record<string, unknown>>, depth: number): BodyShape {
    return this.members(value, (key) => this.of(value[key], key, depth - 1))
  }

  /** An operation of a PATCH, or what looks like one. */
  private operation(value: Readonly<Record<string, unknown>>, depth: number): BodyShape {
    const path = getMember(value, 'path')
    return this.members(value, (key) => {
      const member = value[key]
      const name = key.toLowerCase()
      if (typeof member === 'string') {
        if (name === 'op' && operationText.test(member)) return member
        if (name === 'path') return this.options.nameOf(member)
      }
      return this.of(member, name === 'value' && typeof path === 'string' ? path : key, depth - 1)
    })
  }

  private members(value: object, shapeOfMember: (key: string) => BodyShape): BodyShape {
    const shape: [string, BodyShape][] = []
    for (const key in value) {
      if (this.left <= 0) {
        shape.push(['…', '<more>'])
        break
      }
      shape.push([this.options.nameOf(key), shapeOfMember(key)])
    }
    return Object.fromEntries(shape)
  }

  private text(text: string, about: string): string {
    if (text === '') return '<empty text>'
    if (/^schemas$/i.test(about) && (this.options.urns.has(text.toLowerCase()) || schemaUrn.test(text)))
      return text
    return switchPath.test(about) && booleanText.test(text) ? text : '<text>'
  }
}

type State = 'active' | 'inactive' | undefined

/** Which state of `active` a body asks for; undefined where it names none. */
export function askedState(body: unknown): State {
  if (!isObject(body)) return undefined
  const operations = getMember(body, 'Operations')
  if (!Array.isArray(operations)) return stateOf(getMember(body, 'active'))
  let asked: State
  for (const operation of operations.slice(0, maxNodes)) {
    if (isObject(operation)) asked = stateIn(operation) ?? asked
  }
  return asked
}

function stateIn(operation: Readonly<Record<string, unknown>>): State {
  const path = getMember(operation, 'path')
  const value = getMember(operation, 'value')
  if (typeof path === 'string' && path !== '')
    return /(?:^|:)active$/i.test(path) ? stateOf(value) : undefined
  return isObject(value) ? stateOf(getMember(value, 'active')) : undefined
}

function stateOf(value: unknown): State {
  const text = typeof value === 'string' ? value.toLowerCase() : value
  if (text === true || text === 'true') return 'active'
  return text === false || text === 'false' ? 'inactive' : undefined
}
