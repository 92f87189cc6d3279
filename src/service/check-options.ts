import type { ScimOptions } from './options.js'

type Kind = 'function' | 'object' | 'list' | 'text' | 'boolean'

const kindOf = {
  authenticate: ['function'],
  authorize: ['function'],
  identify: ['function'],
  users: ['object'],
  groups: ['object'],
  resourceTypes: ['list'],
  extensions: ['object'],
  on: ['object'],
  profile: ['object', 'function'],
  hashPassword: ['function'],
  onConflict: ['function'],
  unknownMembers: ['text'],
  atomicBulk: ['boolean'],
  baseUrl: ['text'],
  trustProxy: ['boolean'],
  limits: ['object'],
  cursors: ['object'],
  publicDiscovery: ['boolean'],
  authenticationSchemes: ['list'],
  documentationUri: ['text'],
  onRequest: ['function'],
  onError: ['function'],
} as const satisfies Readonly<Record<keyof ScimOptions, readonly Kind[]>>

function isOption(name: string): name is keyof ScimOptions {
  return Object.hasOwn(kindOf, name)
}

function kindOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  return typeof value === 'string' ? 'text' : typeof value
}

/** Refuses options that there are not, or of another kind than they are. @throws TypeError naming the option. */
export function assertOptions(options: ScimOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!isOption(name)) throw new TypeError(`createScim: there is no option "${name}"`)
    const kinds: readonly string[] = kindOf[name]
    if (value !== undefined && (value === null || !kinds.includes(kindOfValue(value)))) {
      throw new TypeError(`createScim: ${name} is to be a ${kinds.join(' or a ')}`)
    }
  }
  if (typeof options.authenticate !== 'function')
    throw new TypeError('createScim: authenticate is to be a function')
  const { unknownMembers, extensions, profile } = options
  if (unknownMembers !== undefined && unknownMembers !== 'ignore' && unknownMembers !== 'reject') {
    throw new TypeError('createScim: unknownMembers is to be "ignore" or "reject"')
  }
  if (typeof profile === 'object' && typeof profile.readPatch !== 'function') {
    throw new TypeError('createScim: profile is to be a profile such as lenient() and strict() make')
  }
  for (const [name, list] of Object.entries(extensions ?? {})) {
    if (name !== 'User' && name !== 'Group') {
      throw new TypeError(`createScim: extensions.${name} extends neither User nor Group`)
    }
    if (list !== undefined && !Array.isArray(list)) {
      throw new TypeError(`createScim: extensions.${name} is to be a list of extensions`)
    }
  }
}
