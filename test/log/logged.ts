import type { RequestLogOptions } from '../../src/portal/index.js'
import { createRequestLog, memoryRequestLog } from '../../src/portal/index.js'
import type { Options } from '../http/service.js'
import { serve } from '../http/service.js'

/** A service with a log in memory, and what is in the log's store as text. */
export function logged(options: Options = {}, logOptions: Partial<RequestLogOptions> = {}) {
  const store = logOptions.store ?? memoryRequestLog()
  const log = createRequestLog({ secret: 'a secret for tests', ...logOptions, store })
  const service = serve({ ...options, log })
  return {
    ...service,
    log,
    store,
    /** Everything that the log has of a tenant, the newest first. */
    async entries(tenant: string | undefined = 'acme') {
      await log.flush()
      return (await log.entries({ tenant, limit: 1000 })).entries
    },
    async stored(tenant: string | undefined = 'acme'): Promise<string> {
      await log.flush()
      return JSON.stringify(await store.find({ tenant, limit: 1000 }))
    },
  }
}

/** A person as an identity provider sends them, each of whose values can be recognised. */
export const ada = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: 'Ada.Lovelace@Example.com',
  externalId: '00uPersonal1815',
  name: { givenName: 'Augusta', familyName: 'Kingnoel', formatted: 'Augusta Kingnoel' },
  displayName: 'Countess Byron',
  nickName: 'Enchantress',
  emails: [
    { value: 'ada@analytical.example', type: 'work', primary: true },
    { value: 'private@home.example', type: 'home' },
  ],
  phoneNumbers: [{ value: '+44 20 7946 0958', type: 'work' }],
  addresses: [{ streetAddress: '12 Squareplace', locality: 'Marylebone', type: 'work' }],
  title: 'Numberer',
  active: true,
}

/** Every word of hers: none of them may be in the log. */
export const wordsOfAda = [
  'lovelace',
  'personal1815',
  'augusta',
  'kingnoel',
  'countess',
  'byron',
  'enchantress',
  'analytical',
  'private',
  'home.example',
  // With the blank, which no id has.
  '7946 0958',
  'squareplace',
  'marylebone',
  'numberer',
]
