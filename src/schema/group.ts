import { urns } from '../protocol/index.js'
import { attribute } from './attribute.js'
import type { ResourceTypeDefinition } from './define.js'
import { defineSchema, describeResourceType } from './define.js'
import type { InferResource } from './infer.js'

/** The core Group schema (RFC 7643 section 4.2). */
export const groupSchema = defineSchema(
  urns.group,
  {
    displayName: attribute.string({
      description: 'A human-readable name for the Group.',
      required: true,
      // Identity providers find a group by its name and expect 409 for a second one.
      uniqueness: 'server',
    }),
    members: attribute.complex(
      {
        value: attribute.string({
          description: 'Identifier of the member of this Group.',
          mutability: 'immutable',
          caseExact: true,
        }),
        $ref: attribute.reference({
          description: 'The URI of the member.',
          mutability: 'immutable',
          referenceTypes: ['User', 'Group'],
        }),
        type: attribute.string({
          description: 'The kind of the member.',
          mutability: 'immutable',
          canonicalValues: ['User', 'Group'],
        }),
        display: attribute.string({ description: 'A human-readable name of the member.' }),
      },
      { multiValued: true, description: 'The members of the Group.' },
    ),
  },
  { name: 'Group', description: 'Group' },
)

/** Groups, at `/Groups` (RFC 7643 section 4.2). */
export const groupResourceType = describeResourceType({
  name: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  schema: groupSchema,
  membership: 'members',
  labels: ['displayName'],
})

const { displayName, ...otherAttributes } = groupSchema.attributes

/** Groups that may have the same name, as RFC 7643 section 8.7.1 has them. */
export const groupOfAnyName: ResourceTypeDefinition = {
  ...groupResourceType,
  schema: {
    ...groupSchema,
    attributes: {
      displayName: attribute.string({ ...displayName.options, uniqueness: 'none' }),
      ...otherAttributes,
    },
  },
}

/** A group as the service and its stores see it. */
export interface Group extends InferResource<typeof groupResourceType> {}
