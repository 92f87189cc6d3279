import type { Filter } from '../filter/index.js'
import { ScimError } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import type { Requirement } from './requirement.js'

const source = 'draft-openid-ipsie-al-scim-profile'
const section = 'AL2: User and Group Management'

/** The attribute that holds a secret in clear text, also where the store does not keep it. */
function credentialOf(type: CompiledResourceType): CompiledAttribute | undefined {
  return (type.full ?? type).credential
}

function refuseCredential({ path }: CompiledAttribute): never {
  throw ScimError.invalidSyntax(`This service takes no ${path}`, { path })
}

/** Whether a filter is about the id of one member. */
function isOneId({ tree }: Filter, members: CompiledAttribute): boolean {
  return tree.op === 'eq' && tree.attribute.parent === members && tree.attribute.name === 'value'
}

/** What level AL2 of the IPSIE profile asks for beyond the interoperability profile; level AL1 asks nothing more. */
export const secondLevelRequirements = [
  {
    name: 'noPassword',
    description: 'No client sends a password, and discovery has none.',
    source,
    section,
    refuses: { Okta: 'a password in the POST of a user, where it is set up to push passwords' },
    resource(body, type) {
      const credential = credentialOf(type)
      const name = credential?.name.toLowerCase()
      if (credential && Object.keys(body).some((key) => key.toLowerCase() === name))
        refuseCredential(credential)
    },
    operation(_operation, type, path) {
      const credential = credentialOf(type)
      if (credential && path?.attribute.path === credential.path) refuseCredential(credential)
    },
  },
  {
    name: 'pages',
    description: 'A page of a list has 1,000 resources at most.',
    source,
    section,
    maxPageSize: 1000,
  },
  {
    name: 'memberPaths',
    description:
      'Members are removed by the path `members`, all of them, or `members[value eq "id"]`, without a value.',
    source,
    section,
    operation({ op, value }, { membership }, path) {
      if (op !== 'remove' || !membership || !path) return
      const { attribute, filter, subAttribute } = path
      if (attribute !== membership && attribute.parent !== membership) return
      const name = membership.path
      if (attribute !== membership || subAttribute)
        throw ScimError.invalidPath(`${name} are removed as a whole`, { path: name })
      if (filter && !isOneId(filter, membership))
        throw ScimError.invalidFilter(`${name} are removed by one id: ${name}[value eq "…"]`, { path: name })
      if (value !== undefined && value !== null)
        throw ScimError.invalidSyntax(`${name}: remove takes no value`, { path: name })
    },
  },
] as const satisfies readonly Requirement[]
