import { assertKnownOptions } from '../../../protocol/index.js'
import { createDirectory } from '../directory.js'
import { readMapping } from '../mapping.js'
import { connect } from '../options.js'
import type { OktaContext } from './context.js'
import { oktaMapping } from './mapping.js'
import type { SimulateOktaOptions } from './simulator.js'
import { oktaOptionNames } from './simulator.js'

let nextId = 0

/** An id of the shape that Okta's have: 20 letters and digits. */
function makeId(kind: 'user' | 'group'): string {
  nextId++
  const random = Array.from(crypto.getRandomValues(new Uint8Array(11)), (byte) => (byte % 36).toString(36))
  return `${kind === 'user' ? '00u' : '00g'}${random.join('')}${nextId.toString(36).padStart(6, '0')}`
}

/** What a simulator starts with. @throws TypeError */
export function readOktaOptions(options: SimulateOktaOptions): OktaContext {
  assertKnownOptions('simulateOkta', options, oktaOptionNames)
  const { mode, style = 'oin', profileUpdates = 'put', renameGroups = true } = options
  if (!['aiw', 'oin', 'header'].includes(mode)) {
    throw new TypeError('simulateOkta: mode must be "aiw", "oin" or "header"')
  }
  if (style !== 'aiw' && style !== 'oin') throw new TypeError('simulateOkta: style must be "aiw" or "oin"')
  if (profileUpdates !== 'put' && profileUpdates !== 'patch') {
    throw new TypeError('simulateOkta: profileUpdates must be "put" or "patch"')
  }
  const applied = mode === 'header' ? style : mode
  const { connection, clock } = connect('simulateOkta', options, {
    authorization: mode === 'header' ? options.token : `Bearer ${options.token}`,
    accept: 'application/scim+json',
    contentType: 'application/scim+json; charset=utf-8',
    userAgent: 'Okta SCIM Client 1.0.0',
  })
  return {
    connection,
    clock,
    directory: createDirectory('simulateOkta', makeId),
    mapping: readMapping(oktaMapping, options.mapping),
    style: applied,
    profileUpdates: applied === 'aiw' ? 'put' : profileUpdates,
    renameGroups,
    appUsers: new Map(),
    pushedGroups: new Map(),
    created: new Set(),
  }
}
