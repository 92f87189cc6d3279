import { closestName } from './closest-name.js'
import { isObject } from './json.js'
import { showName } from './trace.js'

/** The names of all options of a type, for `satisfies`: the compiler names one that is forgotten, and one too many. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>

/**
 * Refuses options that a factory does not have: a misspelt one would be silently without effect. Messages hold names and
 * never values.
 *
 * @param path what leads to the options, where they are not the factory's own: `limits` of `createScim`.
 * @throws TypeError that names the option, and the one that was meant where that is likely.
 */
export function assertKnownOptions(factory: string, options: unknown, known: object, path = ''): void {
  if (options === undefined) return
  if (!isObject(options)) {
    throw new TypeError(`${factory}: ${path === '' ? 'the options' : path} must be an object`)
  }
  // Inherited ones have an effect too, but for those that somebody has given to every object.
  for (const name in options) {
    if (Object.hasOwn(known, name) || (name in {} && !Object.hasOwn(options, name))) continue
    refuseOption(factory, name, Object.keys(known), path)
  }
}

/** Refuses limits that bound nothing: what is misspelt or missing is compared with in vain. @throws TypeError */
export function assertLimits(factory: string, limits: object, names: readonly string[]): void {
  for (const name of names) {
    const value: unknown = Reflect.get(limits, name)
    if (typeof value !== 'number' || !(value >= 0))
      throw new TypeError(`${factory}: limits.${name} must be a number from 0 on`)
  }
}

function refuseOption(factory: string, name: string, known: readonly string[], path: string): never {
  const prefix = path === '' ? '' : `${path}.`
  const advice = didYouMean(name, known, prefix) || `; the options are ${known.join(', ')}`
  throw new TypeError(`${factory}: unknown option "${prefix}${showName(name)}"${advice}`)
}

/** The end of a message about a name that is not known: the one that was meant, where that is likely. */
export function didYouMean(name: string, known: readonly string[], prefix = ''): string {
  const closest = closestName(name, known)
  return closest === undefined ? '' : `; did you mean "${prefix}${closest}"?`
}
