import { type WireAs, wireProfiles } from '../../testing/wire/index.js'
import { readArguments } from '../arguments.js'
import { UsageError } from '../usage-error.js'

/** What `scimkit verify` was told. */
export interface VerifyOptions {
  readonly baseUrl: string
  readonly as: readonly WireAs[]
  /** Undefined: it is read from the standard input. */
  readonly token: string | undefined
  /** Whether writing needs no question. */
  readonly yes: boolean
  /** Whether only what changes nothing is asked. */
  readonly readOnly: boolean
  /** Whether only what earlier runs have left is removed. */
  readonly cleanUp: boolean
  readonly timeoutMs: number | undefined
  /** Where the page goes; undefined: there is none. */
  readonly report: string | undefined
  /** Where JSON goes, `-` being the standard output; undefined: nowhere. */
  readonly json: string | undefined
  readonly junit: string | undefined
}

/** Options whose file may be left out. */
const withOptionalFile: Readonly<Record<string, RegExp>> = { '--json': /\.json$/, '--junit': /\.xml$/ }

/** Gives `--json` and `--junit` a file where they have none: the standard output. */
function withFiles(args: readonly string[]): string[] {
  return args.flatMap((one, index) => {
    const file = withOptionalFile[one]
    return !file || file.test(args[index + 1] ?? '') ? [one] : [`${one}=-`]
  })
}

const argumentOptions = {
  as: { type: 'string', multiple: true },
  token: { type: 'string' },
  yes: { type: 'boolean' },
  'read-only': { type: 'boolean' },
  cleanup: { type: 'boolean' },
  timeout: { type: 'string' },
  report: { type: 'string' },
  json: { type: 'string' },
  junit: { type: 'string' },
} as const

/**
 * Reads the arguments after `verify`.
 *
 * @throws UsageError
 */
export function readVerifyOptions(args: readonly string[], env: NodeJS.ProcessEnv): VerifyOptions {
  const { values, positionals } = readArguments('verify', withFiles(args), argumentOptions)
  const [url, ...others] = positionals
  if (url === undefined || others.length > 0)
    throw new UsageError('name one server: scimkit verify https://app.example.com/scim/v2')
  if (values.json === '-' && values.junit === '-')
    throw new UsageError('--json and --junit cannot both go to the standard output: give one of them a file')
  const readOnly = values['read-only'] ?? false
  if (readOnly && values.cleanup) throw new UsageError('--read-only and --cleanup exclude each other')
  for (const name of ['report', 'json', 'junit'] as const)
    if (values[name] === '') throw new UsageError(`--${name} must be the path of a file`)
  return {
    baseUrl: readBaseUrl(url),
    as: readAs(values.as),
    token: readToken(values.token ?? (env.SCIM_TOKEN || undefined)),
    yes: values.yes ?? false,
    readOnly,
    cleanUp: values.cleanup ?? false,
    timeoutMs: readTimeout(values.timeout),
    report: values.report,
    json: values.json,
    junit: values.junit,
  }
}

/** The flag that Entra's tenant URLs may carry, and which it does not send. */
const entraFlag = /^\?aadOptscim062020(?:=\w*)?$/i

function readBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageError('the server must be an http or https URL, such as https://app.example.com/scim/v2')
  if (url.username !== '' || url.password !== '')
    throw new UsageError('the URL must not hold a password: give the credential with --token or SCIM_TOKEN')
  if ((url.search !== '' && !entraFlag.test(url.search)) || url.hash !== '')
    throw new UsageError(
      'the URL must not have a query: give the base URL, such as https://app.example.com/scim/v2',
    )
  let path = url.pathname
  while (path.endsWith('/')) path = path.slice(0, -1)
  return `${url.origin}${path}`
}

function readAs(given: readonly string[] = []): readonly WireAs[] {
  const names = given.flatMap((one) => one.split(','))
  const known = new Set<string>([...wireProfiles, 'all'])
  const wrong = names.find((one) => !known.has(one))
  if (wrong !== undefined)
    throw new UsageError(`--as must be one of ${[...known].join(', ')}, and not "${wrong}"`)
  return names.length === 0 ? ['all'] : (names as WireAs[])
}

/** @throws UsageError for what no header can hold. */
export function readToken(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[\x20-\x7e]*$/.test(text))
    throw new UsageError('the token must be printable ASCII')
  return text
}

function readTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (!(seconds > 0 && seconds <= 3600))
    throw new UsageError('--timeout must be a number of seconds up to 3600')
  return seconds * 1000
}
