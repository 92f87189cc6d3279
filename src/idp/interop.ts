import { unknownIn } from '../filter/index.js'
import { isScimError, ScimError, showName } from '../protocol/index.js'
import type { CompiledResourceType } from '../schema/index.js'
import { findAttribute } from '../schema/index.js'
import type { Requirement } from './requirement.js'

const source = 'draft-zollner-scim-interop-profile'

/** Whether a name is that of no attribute; what is no path at all is told of when it is applied. */
function isUnknown(type: CompiledResourceType, name: string): boolean {
  try {
    if (unknownIn(type, name, {}) !== undefined) return true
  } catch (error) {
    if (isScimError(error)) return false
    throw error
  }
  // Other names of attributes are known only to profiles that allow them.
  return !findAttribute(type, name) && name.toLowerCase() !== type.definition.schema.urn.toLowerCase()
}

/** The SCIM 2.0 Interoperability Profile, as far as it is more than the RFC and nothing else. */
export const interopRequirements = [
  {
    name: 'conformanceStatement',
    description: 'Discovery says whether all of the profile holds: `interopProfileConformant`.',
    source,
    section: '4',
  },
  {
    name: 'knownNames',
    description: 'What no schema defines is refused in a path as it is in a body, with `invalidSyntax`.',
    source,
    section: '5.3',
    operation({ path }, type) {
      if (path === undefined) return
      // What a filter names is `invalidFilter` (section 6.3), and what follows it `invalidPath` (section 6.5.3).
      const [name = path] = path.split('[', 1)
      if (!isUnknown(type, name)) return
      const shown = showName(name)
      throw ScimError.invalidSyntax(`There is no attribute "${shown}"`, { path: shown })
    },
  },
  {
    name: 'canonicalTypes',
    description: 'Discovery has `canonicalValues` for every `type`; other values are accepted.',
    source,
    section: '5.4',
  },
  {
    name: 'pathRequired',
    description: 'Every operation of a PATCH has a `path`.',
    source,
    section: '6.5.1',
    refuses: {
      Okta: 'PATCH without a path, by which it deactivates users and renames groups',
      Entra: 'PATCH without a path, by which it changes several attributes at once',
    },
    operation({ op, path }) {
      if (path === undefined) throw ScimError.invalidSyntax(`${op} needs a path`)
    },
  },
  {
    name: 'replaceIsWhole',
    description: 'To replace a complex attribute replaces all of it; to add to it merges.',
    source,
    section: '6.5.2',
    demands: 'replacesWhole',
  },
  {
    name: 'arrays',
    description: 'What is added to a multi-valued attribute, or replaces its values, is an array.',
    source,
    section: '6.5.2',
    operation({ op, value }, _type, path) {
      if (op === 'remove' || !path || path.filter || value === undefined || value === null) return
      const { attribute } = path
      if (!attribute.multiValued || Array.isArray(value)) return
      throw ScimError.invalidValue(`${attribute.path}: ${op} takes an array`, { path: attribute.path })
    },
  },
  {
    name: 'subAttributeOfElement',
    description: 'A value filter in a path is followed by a sub-attribute, unless the element is removed.',
    source,
    section: '6.5.3',
    operation({ op }, _type, path) {
      if (op === 'remove' || !path?.filter || path.subAttribute) return
      const { path: name } = path.attribute
      throw ScimError.invalidPath(`${name}: a sub-attribute must follow the filter`, { path: name })
    },
  },
  {
    name: 'oneElement',
    description: 'A value filter in a path matches one element at most.',
    source,
    section: '6.5.3',
    demands: 'selectsOne',
  },
] as const satisfies readonly Requirement[]
