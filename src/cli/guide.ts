import { serviceNameIn } from '../guide/index.js'
import { bearerTokens, createScim, memoryStore } from '../index.js'
import type { GuideOptions } from '../portal/index.js'
import { guide, guideProviders } from '../portal/index.js'
import { didYouMean } from '../protocol/index.js'
import { readArguments } from './arguments.js'
import type { LoadedService } from './load-service.js'
import { loadService } from './load-service.js'
import { printText } from './print.js'
import { UsageError } from './usage-error.js'

/** What `scimkit guide` was told. */
export interface GuideArguments {
  /** Undefined: the service of `scimkit serve`. */
  readonly module: string | undefined
  readonly export: string | undefined
  readonly options: GuideOptions
}

export const guideHelp = `scimkit guide [MODULE] --idp PROVIDER [options]

Prints the configuration guide that customers set up their identity provider by, as
Markdown. MODULE exports the service, as for scimkit check; without it, the guide is
about the service of scimkit serve.

  --idp PROVIDER    ${guideProviders.map(({ id }) => id).join(', ')}
  --base-url URL    where the customer reaches the service (default: the one that it is
                    configured with)
  --name NAME       what the service is called (default: the host of the base URL)
  --support WHO     whom customers ask, such as an e-mail address
  --deactivation V  what happens to a person who is deactivated (default deactivates),
                    such as terminates
  --locale L        en or de (default en)
  --export NAME     the name of the export (default: the first that is a service)

It exits with 0, and with 2 where the guide could not be made.

Example:
  scimkit guide ./scim.js --idp okta --name Acme --support help@acme.example
`

/**
 * Reads the arguments after `guide`.
 *
 * @throws UsageError
 */
export function readGuideArguments(args: readonly string[]): GuideArguments {
  const { values, positionals } = readArguments('guide', args, argumentOptions)
  const [module, ...others] = positionals
  if (others.length > 0)
    throw new UsageError('name one module that exports the service: scimkit guide ./scim.js --idp okta')
  const { idp, locale, export: name, 'base-url': baseUrl, ...words } = values
  const language = locale === undefined || locale === 'en' ? 'en' : locale === 'de' ? 'de' : undefined
  const provider = guideProviders.find(({ id }) => id === idp)
  const ids = guideProviders.map(({ id }) => id)
  if (!provider) throw new UsageError(`--idp must be one of ${ids.join(', ')}${didYouMean(idp ?? '', ids)}`)
  if (!language) throw new UsageError('--locale must be en or de')
  if (baseUrl !== undefined && !/^https?:\/\//.test(baseUrl))
    throw new UsageError('--base-url must begin with https:// or http://')
  const options: GuideOptions = {
    idp: provider.id,
    locale: language,
    ...(baseUrl !== undefined && { baseUrl }),
    ...words,
  }
  return { module, export: name, options }
}

const argumentOptions = {
  idp: { type: 'string' },
  locale: { type: 'string' },
  export: { type: 'string' },
  'base-url': { type: 'string' },
  name: { type: 'string' },
  support: { type: 'string' },
  deactivation: { type: 'string' },
} as const

/**
 * Prints the configuration guide of a module's service, as Markdown.
 *
 * @throws UsageError where the module has none.
 */
export async function printGuide(given: GuideArguments): Promise<void> {
  const { module, options } = given
  const scim = module === undefined ? served() : await loadService('guide', { module, export: given.export })
  const baseUrl = options.baseUrl ?? scim.describe().baseUrl
  const name = options.name ?? serviceNameIn(baseUrl)
  const missing = [
    ...(name === undefined ? ['--name'] : []),
    ...(baseUrl === undefined ? ['--base-url'] : []),
  ]
  const placeholder = placeholders[options.locale ?? 'en']
  await printText(guide(scim, { ...options, name: name ?? placeholder }).markdown)
  if (missing.length > 0)
    console.error(`scimkit: the guide has placeholders; fill them in with ${missing.join(' and ')}`)
}

/** In capitals, so that nobody takes them for a name. */
const placeholders = { en: 'YOUR SERVICE', de: 'IHR DIENST' } as const

/** The service of `scimkit serve`. */
function served(): LoadedService {
  return createScim({
    authenticate: bearerTokens([{ token: crypto.randomUUID() }]),
    users: memoryStore(),
    groups: memoryStore(),
  })
}
