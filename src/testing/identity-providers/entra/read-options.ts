import { assertKnownOptions } from '../../../protocol/index.js'
import { createDirectory } from '../directory.js'
import { readMapping } from '../mapping.js'
import { connect } from '../options.js'
import type { EntraContext, EntraFlags } from './context.js'
import { entraMapping } from './mapping.js'
import type { SimulateEntraOptions } from './simulator.js'
import { entraFlagNames, entraOptionNames } from './simulator.js'

/** Flags of the options and of the tenant URL. */
function readFlags(options: SimulateEntraOptions, url: URL): EntraFlags {
  assertKnownOptions('simulateEntra', options.flags, entraFlagNames, 'flags')
  const isInUrl = (name: string) => url.searchParams.has(name)
  return {
    ...(isInUrl('aadOptscim062020') && { aadOptscim062020: true }),
    ...(isInUrl('AzureAdScimPatch2017') && { AzureAdScimPatch2017: true }),
    ...options.flags,
  }
}

/** What a simulator starts with. @throws TypeError */
export function readEntraOptions(options: SimulateEntraOptions): EntraContext {
  assertKnownOptions('simulateEntra', options, entraOptionNames)
  const { matching = ['userName'], membersPerPatch = 20, skipOutOfScopeDeletions = false } = options
  if (!Number.isInteger(membersPerPatch) || membersPerPatch < 1) {
    throw new TypeError('simulateEntra: membersPerPatch must be a whole number from 1')
  }
  const { connection, clock, url } = connect('simulateEntra', options, {
    authorization: `Bearer ${options.token}`,
    accept: 'application/scim+json',
    contentType: 'application/scim+json; charset=utf-8',
    userAgent: undefined,
  })
  const mapping = readMapping(entraMapping, options.mapping)
  for (const attribute of matching) {
    if (attribute === 'userName' || Object.hasOwn(mapping, attribute)) continue
    throw new TypeError(`simulateEntra: matching: the mapping has no row "${attribute}"`)
  }
  return {
    connection,
    clock,
    directory: createDirectory('simulateEntra', () => crypto.randomUUID()),
    mapping,
    matching,
    flags: readFlags(options, url),
    membersPerPatch,
    skipOutOfScopeDeletions,
    deletionThreshold: options.deletionThreshold,
    users: new Map(),
    groups: new Map(),
    job: {
      state: 'off',
      isInitial: true,
      lastRun: undefined,
      quarantinedAt: undefined,
      areDeletionsAllowed: false,
    },
    created: new Set(),
  }
}
