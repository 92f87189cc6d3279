import type { AuthenticationScheme } from '../http/index.js'
import { factoryName, isProfile } from '../idp/index.js'
import type { CursorOptions } from '../operations/index.js'
import { defaultLimits } from '../operations/index.js'
import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions } from '../protocol/index.js'
import { servedTypeNames } from './define.js'
import type { ScimOptions, ServiceExtensions } from './options.js'

type Kind = 'function' | 'object' | 'list' | 'text' | 'boolean' | 'number'

const kindOf = {
  authenticate: ['function'],
  authorize: ['function'],
  identify: ['function'],
  users: ['object'],
  groups: ['object'],
  resourceTypes: ['list'],
  extensions: ['object'],
  on: ['object'],
  before: ['object'],
  profile: ['object', 'function'],
  hashPassword: ['function'],
  onConflict: ['function'],
  unknownMembers: ['text'],
  unknownReferences: ['text'],
  groupNames: ['text'],
  patchReply: ['object'],
  discovery: ['object'],
  atomicBulk: ['boolean'],
  deadline: ['number'],
  baseUrl: ['text'],
  trustProxy: ['boolean'],
  limits: ['object'],
  rateLimit: ['object'],
  cursors: ['object'],
  walks: ['object'],
  publicDiscovery: ['boolean'],
  authenticationSchemes: ['list'],
  documentationUri: ['text'],
  onRequest: ['function'],
  log: ['object'],
  instrumentation: ['object'],
  onError: ['function'],
  check: ['boolean'],
  onWarning: ['function'],
} as const satisfies Readonly<Record<keyof ScimOptions, readonly Kind[]>>

/** What `scimTables` returns beside the stores: hosts spread it into the options. */
const besideStores = { migrations: true, migrate: true }

const optionNames = { ...kindOf, ...besideStores }
const cursorNames = { secret: true, timeout: true } satisfies OptionNames<CursorOptions>
const extensionNames = { User: true, Group: true } satisfies OptionNames<ServiceExtensions>
const patchReplyNames = { users: true, groups: true } satisfies OptionNames<
  NonNullable<ScimOptions['patchReply']>
>
const discoveryNames = { pagination: true, externalId: true } satisfies OptionNames<
  NonNullable<ScimOptions['discovery']>
>
const schemeNames = {
  type: true,
  name: true,
  description: true,
  specUri: true,
  documentationUri: true,
  primary: true,
} satisfies OptionNames<AuthenticationScheme>

/** Refuses what options hold and is no option there. @throws TypeError naming the option. */
function assertKnownInside(options: ScimOptions): void {
  const { limits, cursors, extensions, authenticationSchemes = [], resourceTypes = [] } = options
  assertKnownOptions('createScim', limits, defaultLimits, 'limits')
  assertKnownOptions('createScim', cursors, cursorNames, 'cursors')
  assertKnownOptions('createScim', extensions, extensionNames, 'extensions')
  assertKnownOptions('createScim', options.patchReply, patchReplyNames, 'patchReply')
  assertKnownOptions('createScim', options.discovery, discoveryNames, 'discovery')
  for (const [index, scheme] of authenticationSchemes.entries())
    assertKnownOptions('createScim', scheme, schemeNames, `authenticationSchemes[${index}]`)
  for (const [index, type] of resourceTypes.entries())
    assertKnownOptions('createScim', type, servedTypeNames, `resourceTypes[${index}]`)
}

function kindOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  return typeof value === 'string' ? 'text' : typeof value
}

function assertWord(name: string, value: unknown, words: readonly [string, string]): void {
  if (value === undefined || words.some((word) => word === value)) return
  throw new TypeError(`createScim: ${name} must be "${words.join('" or "')}"`)
}

/** Refuses options of the wrong kind. @throws TypeError naming the option. */
export function assertOptions(options: ScimOptions): void {
  assertKnownOptions('createScim', options, optionNames)
  if (typeof options?.authenticate !== 'function')
    throw new TypeError('createScim: authenticate must be a function')
  for (const [name, kinds] of Object.entries(kindOf)) {
    const value: unknown = options[name as keyof typeof kindOf]
    if (value !== undefined && (value === null || !kinds.some((kind) => kind === kindOfValue(value)))) {
      const expected = kinds.map((kind) => (kind === 'object' ? 'an object' : `a ${kind}`))
      throw new TypeError(`createScim: ${name} must be ${expected.join(' or ')}`)
    }
  }
  assertKnownInside(options)
  const { extensions, profile, deadline, walks } = options
  // Timers take no more than 31 bits, and fire at once for more.
  if (deadline !== undefined && !(Number.isInteger(deadline) && deadline >= 1 && deadline < 2 ** 31)) {
    throw new TypeError(
      'createScim: deadline must be a whole number of milliseconds from 1 on, up to 24 days',
    )
  }
  const { unknownMembers, unknownReferences, groupNames, patchReply, discovery } = options
  for (const name of ['pagination', 'externalId'] as const) {
    const value = discovery?.[name]
    if (value !== undefined && typeof value !== 'boolean')
      throw new TypeError(`createScim: discovery.${name} must be a boolean`)
  }
  assertWord('unknownMembers', unknownMembers, ['ignore', 'reject'])
  assertWord('unknownReferences', unknownReferences, ['ignore', 'reject'])
  assertWord('groupNames', groupNames, ['unique', 'any'])
  assertWord('patchReply.users', patchReply?.users, ['resource', 'none'])
  assertWord('patchReply.groups', patchReply?.groups, ['resource', 'none'])
  const factory = factoryName(profile)
  // A function is asked for the profile of each caller.
  if (factory !== undefined)
    throw new TypeError(`createScim: profile is ${factory} itself; did you mean ${factory}()?`)
  if (typeof profile === 'object' && !isProfile(profile)) {
    throw new TypeError('createScim: profile must be a profile, such as lenient() or strict()')
  }
  const { secret, timeout } = options.cursors ?? {}
  // An empty secret is one that everybody knows.
  if (secret !== undefined && (typeof secret !== 'string' || secret === '')) {
    throw new TypeError('createScim: cursors.secret must be text that is not empty')
  }
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0)) {
    throw new TypeError('createScim: cursors.timeout must be a number of seconds above 0')
  }
  if (walks) {
    if (typeof walks.find !== 'function' || typeof walks.add !== 'function')
      throw new TypeError('createScim: walks must be a store of walks, such as kyselyWalks(pool)')
    // Each process would encrypt with a key of its own, which the others cannot read.
    if (secret === undefined)
      throw new TypeError('createScim: walks needs cursors.secret, the same in every process')
  }
  for (const [name, list] of Object.entries(extensions ?? {})) {
    if (list !== undefined && !Array.isArray(list)) {
      throw new TypeError(`createScim: extensions.${name} must be a list of extensions`)
    }
  }
}
