import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions } from '../protocol/index.js'

/** Options of {@link sameAs}. */
export interface SameAsOptions {
  /** For an element of a multi-valued attribute: it is the preferred one. */
  readonly primary?: true
}

const optionNames = { primary: true } satisfies OptionNames<SameAsOptions>

/** An attribute that is in the column of another one. */
export interface SameAsMapping<Path extends string = string> extends SameAsOptions {
  readonly kind: 'sameAs'
  readonly path: Path
}

/**
 * An attribute, or one of an element, in the column of another attribute: a change of one is a change of both, and
 * filters and orders work on both. Where one request sets them to different values, the other attribute's counts; as
 * long as that has a value, this one cannot be removed. A line in the trace says so.
 *
 * @param path the attribute that has the column.
 * @example
 * userName: 'email',
 * 'emails[type eq "work"].value': sameAs('userName', { primary: true }),
 */
export function sameAs<const Path extends string>(
  path: Path,
  options: SameAsOptions = {},
): SameAsMapping<Path> {
  assertKnownOptions('sameAs', options, optionNames)
  return { kind: 'sameAs', path, ...options }
}
