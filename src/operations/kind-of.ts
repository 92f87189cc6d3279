import { isObject } from '../protocol/index.js'

/** What kind of value something is, without the value. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (value === '') return 'an empty text'
  if (typeof value === 'string') return 'text'
  if (Array.isArray(value)) return 'a list'
  if (!isObject(value)) return `a ${typeof value}`
  return isPlainObject(value) ? 'an object' : `an instance of ${nameOfClass(value)}`
}

function nameOfClass(value: object): string {
  const name: unknown = value.constructor?.name
  return typeof name === 'string' && /^[\w$]{1,60}$/.test(name) ? name : 'a class'
}

/** Whether a value is an object that a literal makes: of no class, in whatever realm. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // `Object.prototype` is the one prototype with a `hasOwnProperty` of its own and nothing above it.
  return prototype === null || prototype === Object.prototype || isObjectPrototype(prototype)
}

function isObjectPrototype(value: unknown): boolean {
  return isObject(value) && Object.getPrototypeOf(value) === null && Object.hasOwn(value, 'hasOwnProperty')
}
