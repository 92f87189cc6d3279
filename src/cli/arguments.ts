import type { ParseArgsConfig } from 'node:util'
import { parseArgs } from 'node:util'
import { didYouMean } from '../protocol/index.js'
import { reasonOf } from './reason.js'
import { UsageError } from './usage-error.js'

type Options = NonNullable<ParseArgsConfig['options']>
type Read<T extends Options> = ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>>

/**
 * Reads the arguments after a command.
 *
 * @throws UsageError that names the option that is wrong, and never a value: it may be a secret.
 */
export function readArguments<const T extends Options>(
  command: string,
  args: readonly string[],
  options: T,
): Read<T> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options })
  } catch (error) {
    const complaint = complaintOf(error, options)
    const hint = complaint.endsWith('?') ? ' See' : '; see'
    throw new UsageError(`${complaint}${hint} scimkit ${command} --help`, { cause: error })
  }
}

/** The same for a command that takes options only. @throws UsageError */
export function readOptionsOnly<const T extends Options>(
  command: string,
  args: readonly string[],
  options: T,
): Read<T>['values'] {
  const { values, positionals } = readArguments(command, args, options)
  const [stray] = positionals
  if (stray !== undefined)
    throw new UsageError(
      `Unexpected argument${quotedWord(stray)}: scimkit ${command} takes options only; see scimkit ${command} --help`,
    )
  return values
}

/** A word as a message quotes it, if it is short and plain: it may be a token, or a URL with a password, in the wrong place. */
export function quotedWord(word: string): string {
  return /^[\w./-]{1,20}$/.test(word) ? ` "${word}"` : ''
}

function complaintOf(error: unknown, options: Options): string {
  const { code } = error as NodeJS.ErrnoException
  const message = reasonOf(error)
  const [, name = ''] = /'(--?[^'\s=]+)/.exec(message) ?? []
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const known = Object.keys(options).map((option) => `--${option}`)
    return `Unknown option '${name}'${didYouMean(name, known)}`
  }
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' && name !== '')
    return options[name.slice(2)]?.type === 'boolean'
      ? `${name} takes no value`
      : `${name} must be followed by a value; one that begins with a dash is written ${name}=VALUE`
  return message
}
