import { describe, expect, test } from 'vitest'
import {
  attribute,
  createScim,
  defineExtension,
  memoryStore,
  okta,
  type ScimOptions,
  strict,
} from '../../src/index.js'
import { authenticate } from '../http/service.js'

const Badge = defineExtension('urn:example:badge', { number: attribute.string() })

/** What a host without TypeScript may write. */
const make = (options: object) =>
  createScim({ authenticate, users: memoryStore(), ...options } as ScimOptions)

describe('createScim refuses', () => {
  test.each<[object, string]>([
    [{ authenticate: 'secret' }, 'authenticate must be a function'],
    [{ users: {} }, 'users must be a store, and has no method "get"'],
    [{ onConflict: 'link' }, 'onConflict must be a function'],
    [{ authorize: true }, 'authorize must be a function'],
    [{ onRequest: 'log' }, 'onRequest must be a function'],
    [{ profile: 'lenient' }, 'profile must be an object or a function'],
    [{ profile: {} }, 'profile must be a profile, such as lenient() or strict()'],
    [{ profile: okta }, 'profile is okta itself; did you mean okta()?'],
    [{ profile: strict }, 'profile is strict itself; did you mean strict()?'],
    [{ trustProxy: 'yes' }, 'trustProxy must be a boolean'],
    [{ resourceTypes: {} }, 'resourceTypes must be a list'],
    [{ cursors: { secret: '' } }, 'cursors.secret must be text that is not empty'],
    [{ cursors: { secret: 4711 } }, 'cursors.secret must be text that is not empty'],
    [{ cursors: { timeout: 0 } }, 'cursors.timeout must be a number of seconds above 0'],
    [{ cursors: { timeout: Number.NaN } }, 'cursors.timeout must be a number of seconds above 0'],
    [{ cursors: { timeout: '60' } }, 'cursors.timeout must be a number of seconds above 0'],
    [{ unknownMembers: 'drop' }, 'unknownMembers must be "ignore" or "reject"'],
    [{ extensions: { user: [Badge] } }, 'unknown option "extensions.user"; did you mean "extensions.User"?'],
    [{ extensions: { User: Badge } }, 'extensions.User must be a list of extensions'],
    [{ limits: { maxBody: 1 } }, 'unknown option "limits.maxBody"; did you mean "limits.maxBodyBytes"?'],
    [{ limits: { maxPageSize: 0 } }, 'limits.maxPageSize must be a whole number from 1 on'],
    [{ baseUrl: 'scim' }, 'baseUrl must be an http or https URL without a query'],
    [{ on: { 'user.fired': () => {} } }, 'on["user.fired"] is not an event of this service'],
    [
      { on: { 'user.deactivate': () => {} } },
      'on["user.deactivate"] is not an event of this service; did you mean "user.deactivated"?',
    ],
    [{ before: () => {} }, 'before must be an object'],
    [
      { before: { 'user.created': () => {} } },
      'before["user.created"] is not a hook of this service; did you mean "user.create"?',
    ],
    [{ before: { 'group.create': () => {} } }, 'before["group.create"] is not a hook of this service'],
    [{ before: { 'user.create': true } }, 'before["user.create"] must be a function'],
  ])('%o', (options, message) => {
    expect(() => make(options)).toThrow(new TypeError(`createScim: ${message}`))
  })

  test('nothing that is left out', () => {
    expect(() =>
      make({ groups: undefined, on: undefined, before: { 'user.create': undefined }, profile: undefined }),
    ).not.toThrow()
  })
})
