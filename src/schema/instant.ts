/**
 * The instant of a dateTime (RFC 7643 section 2.3.5) in milliseconds since 1970, not a number when the text is none.
 * Digits beyond the millisecond are left out; without an offset the time is UTC.
 */
export function instantOf(text: string): number {
  if (text.length < 19 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN
  if ((text.charCodeAt(10) | 32) !== 116 || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) {
    return Number.NaN
  }
  const year = pair(text, 0) * 100 + pair(text, 2)
  const month = pair(text, 5)
  const day = pair(text, 8)
  const hour = pair(text, 11)
  const minute = pair(text, 14)
  const second = pair(text, 17)
  // Written so that not-a-number fails.
  const isTime = (hour < 24 && minute < 60 && second < 60) || isEndOfDay(text)
  if (!isTime || !(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN
  const zone = fractionEnd(text)
  if (zone < 0) return Number.NaN
  const minutes = daysSince1970(year, month, day) * 1440 + hour * 60 + minute - offsetAt(text, zone)
  return minutes * 60_000 + second * 1000 + millisecondsOf(text, zone)
}

/** The digits of a dateTime below the millisecond, without zeros at the end: as texts, they are in their order. */
export function belowMillisecond(text: string): string {
  const end = fractionEnd(text)
  return end > 23 ? withoutZeros(text.slice(23, end)) : ''
}

/** Below, at or above zero as the dateTime is before, at or after the instant; not a number when it is none. */
export function compareInstant(text: string, instant: number, below: string): number {
  const own = instantOf(text)
  if (own !== instant) return own - instant
  const ownBelow = belowMillisecond(text)
  return ownBelow === below ? 0 : ownBelow < below ? -1 : 1
}

/** Seconds from the instant that keys begin at to 1970: all keys have twelve digits before the point. */
export const keySecondsTo1970 = 200_000_000_000

/**
 * The instant of a dateTime as seconds with all their digits, such as `201305261754.5`: as texts and as numbers, keys are
 * in the order of the instants. Undefined when the text is no dateTime.
 */
export function instantKey(text: string): string | undefined {
  const instant = instantOf(text)
  if (Number.isNaN(instant)) return undefined
  const fraction = withoutZeros(text.slice(20, fractionEnd(text)))
  const seconds = Math.floor(instant / 1000) + keySecondsTo1970
  return fraction === '' ? String(seconds) : `${seconds}.${fraction}`
}

function withoutZeros(digits: string): string {
  let end = digits.length
  while (digits.charCodeAt(end - 1) === 48) end--
  return digits.slice(0, end)
}

/** Whether the time is `24:00:00`, the first moment of the next day (XML Schema 1.1 part 2, section 3.3.7). */
function isEndOfDay(text: string): boolean {
  return text.startsWith('24:00:00', 11) && withoutZeros(text.slice(20, fractionEnd(text))) === ''
}

function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** Behind the seconds and their fraction; -1 for a point without digits. */
function fractionEnd(text: string): number {
  if (text.charCodeAt(19) !== 46) return 19
  let at = 20
  while (text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at++
  return at > 20 ? at : -1
}

function millisecondsOf(text: string, end: number): number {
  let milliseconds = 0
  for (let at = 20; at < 23; at++)
    milliseconds = milliseconds * 10 + (at < end ? text.charCodeAt(at) - 48 : 0)
  return milliseconds
}

/** The minutes that local time is ahead of UTC. */
function offsetAt(text: string, at: number): number {
  const rest = text.length - at
  if (rest === 0) return 0
  const sign = text.charCodeAt(at)
  if (rest === 1) return (sign | 32) === 122 ? 0 : Number.NaN
  if (rest !== 6 || (sign !== 43 && sign !== 45) || text.charCodeAt(at + 3) !== 58) return Number.NaN
  const hours = pair(text, at + 1)
  const minutes = pair(text, at + 4)
  // XML Schema ends at 14:00.
  if (!(hours < 14 && minutes < 60) && !(hours === 14 && minutes === 0)) return Number.NaN
  return (sign === 45 ? -1 : 1) * (hours * 60 + minutes)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Counted in years that begin in March, so that the leap day is the last. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400)
  return shifted * 365 + leapDays + dayOfYear - 719_468
}
