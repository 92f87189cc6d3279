import { parseArgs } from 'node:util'
import { bearerTokens, createScim, memoryStore } from '../index.js'
import type { GuideOptions } from '../portal/index.js'
import { guide, guideProviders } from '../portal/index.js'
import { printText } from './check.js'
import type { LoadedService } from './load-service.js'
import { loadService } from './load-service.js'
import { reasonOf } from './optional.js'
import { UsageError } from './options.js'

/** What `scimkit guide` was told. */
export interface GuideArguments {
  /** Undefined: the service of `scimkit serve`. */
  readonly module: string | undefined
  readonly export: string | undefined
  readonly options: GuideOptions
}

/**
 * Reads the arguments after `guide`.
 *
 * @throws UsageError
 */
export function readGuideArguments(args: readonly string[]): GuideArguments {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch (error) {
    throw new UsageError(reasonOf(error))
  }
  const [module, ...others] = parsed.positionals
  if (others.length > 0)
    throw new UsageError('name one module that exports the service: scimkit guide ./scim.js --idp okta')
  const { idp, locale, export: name, 'base-url': baseUrl, ...words } = parsed.values
  const language = locale === undefined || locale === 'en' ? 'en' : locale === 'de' ? 'de' : undefined
  const provider = guideProviders.find(({ id }) => id === idp)
  if (!provider) throw new UsageError(`--idp must be one of ${guideProviders.map(({ id }) => id).join(', ')}`)
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

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      idp: { type: 'string' },
      locale: { type: 'string' },
      export: { type: 'string' },
      'base-url': { type: 'string' },
      name: { type: 'string' },
      support: { type: 'string' },
      deactivation: { type: 'string' },
    },
  })
}

/**
 * Prints the configuration guide of a module's service, as Markdown.
 *
 * @throws UsageError where the module has none.
 */
export async function printGuide({ module, export: name, options }: GuideArguments): Promise<void> {
  const scim = module === undefined ? served() : await loadService('guide', { module, export: name })
  await printText(guide(scim, options).markdown)
}

/** The service of `scimkit serve`. */
function served(): LoadedService {
  return createScim({
    authenticate: bearerTokens([{ token: crypto.randomUUID() }]),
    users: memoryStore(),
    groups: memoryStore(),
  })
}
