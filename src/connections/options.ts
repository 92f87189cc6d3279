import { isObject } from '../protocol/index.js'

/** The day in milliseconds. */
export const oneDay = 86_400_000
/** How long a credential lives where that is not told. */
export const defaultLife = 365 * oneDay
/** How long a credential lives at most. */
const longestLife = 3 * 366 * oneDay

const control = /[\p{Cc}\p{Zl}\p{Zp}]/u

/** @throws TypeError for what is no text that people can read, or longer than `limit` characters. */
export function readLabel(where: string, text: unknown, limit = 200): string {
  if (typeof text !== 'string' || text.trim() === '')
    throw new TypeError(`${where} must be text that is not empty`)
  if (text.length > limit) throw new TypeError(`${where} must have ${limit} characters at most`)
  if (control.test(text)) throw new TypeError(`${where} must have no control characters`)
  return text
}

/** @throws TypeError for what is no such text, nor left out. */
export function readOptionalLabel(where: string, text: unknown, limit?: number): string | undefined {
  return text === undefined ? undefined : readLabel(where, text, limit)
}

/** The tenant of a call. @throws TypeError for one that is empty or no text. */
export function readTenant(where: string, tenant: unknown): string | undefined {
  if (tenant === undefined || (typeof tenant === 'string' && tenant !== '')) return tenant
  throw new TypeError(`${where}: tenant must be text that is not empty, or be left out`)
}

/** An id that a call names. @throws TypeError for what is no text. */
export function readId(where: string, id: unknown): string {
  if (typeof id === 'string' && id !== '') return id
  throw new TypeError(`${where} must be an id`)
}

/** @throws TypeError for a number that is none, or outside of the bounds. */
export function readNumber(where: string, number: unknown, least: number, most: number): number {
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= least && number <= most)
    return number
  throw new TypeError(`${where} must be a whole number from ${least} to ${most}`)
}

/** When a credential ends, as it is stored. @throws TypeError for what is no time in the next three years. */
export function readExpiry(where: string, expires: unknown, now: number): string {
  const time = expires instanceof Date ? expires.getTime() : Number.NaN
  if (Number.isNaN(time)) throw new TypeError(`${where}: expires must be a Date`)
  if (time <= now) throw new TypeError(`${where}: expires must be in the future`)
  if (time > now + longestLife) throw new TypeError(`${where}: expires must be within three years`)
  return new Date(time).toISOString()
}

/** @throws TypeError where an option is no object. */
export function assertObject(where: string, options: unknown): void {
  if (!isObject(options)) throw new TypeError(`${where}: the options must be an object`)
}
