import type { ExtensionDefinition } from '../../schema/index.js'
import { attribute, defineExtension } from '../../schema/index.js'

/** An attribute of each type, for stores that store whatever they are given. */
export const everyType: ExtensionDefinition = defineExtension(
  'urn:ietf:params:scim:schemas:extension:scimkit-contract:2.0:User',
  {
    word: attribute.string(),
    code: attribute.string({ caseExact: true }),
    flag: attribute.boolean(),
    count: attribute.integer(),
    ratio: attribute.decimal(),
    since: attribute.dateTime(),
    bytes: attribute.binary(),
    link: attribute.reference({ referenceTypes: ['external'] }),
    tags: attribute.string({ multiValued: true }),
    scores: attribute.integer({ multiValued: true }),
    place: attribute.complex({ site: attribute.string(), floor: attribute.integer() }),
    badges: attribute.complex(
      {
        value: attribute.string({ caseExact: true }),
        type: attribute.string(),
        level: attribute.integer(),
        issued: attribute.dateTime(),
        primary: attribute.boolean(),
      },
      { multiValued: true },
    ),
  },
  { name: 'Contract', description: 'An attribute of each type.' },
)
