import { expect, it } from 'vitest'
import { attribute, defineSchema } from '../../src/index.js'
import { compileResourceType, describeResourceType } from '../../src/schema/index.js'
import { distinctValues } from '../../src/schema/twins.js'

const type = compileResourceType(
  describeResourceType({
    name: 'Door',
    endpoint: '/Doors',
    schema: defineSchema('urn:example:Door', {
      tags: attribute.string({ multiValued: true, caseExact: false }),
    }),
    extensions: [],
  }),
)
const tags = type.attributes.get('tags')

// A name that other rooms take for one, and lower case for two, was stored twice.
it.each([
  [['ὈΔΌΣ', 'ὀδός']],
  [['ODOς', 'odoσ']],
  [[...Array.from({ length: 9 }, (_, at) => `x${at}`), 'Σ', 'ς']],
])('values that differ in case only are one, by the folding that filters have: %j', (values) => {
  if (!tags) throw new Error('the type has tags')
  expect(distinctValues(tags, values)).toHaveLength(values.length - 1)
})
