import { getMember, isObject } from '../protocol/index.js'
import { attributeNamed } from '../schema/index.js'
import { isJsonText, parseJsonText } from './json-text.js'
import type { Rule } from './rule.js'

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/** Rules for values whose type is not quite the attribute's. */
export const valueRules = [
  {
    name: 'booleanStrings',
    description: 'The texts "True" and "False", in any case, are booleans where a boolean belongs.',
    sentBy: ['Entra'],
    source: 'learn.microsoft.com, application provisioning: SCIM 2.0 protocol compliance ("active": "False")',
    coerce(value, attribute) {
      if (attribute.type !== 'boolean' || typeof value !== 'string') return undefined
      const read = booleans.get(value.toLowerCase())
      return read === undefined ? undefined : { value: read, message: 'read the text as a boolean' }
    },
  },
  {
    name: 'numberStrings',
    description: 'A number is a text where a text belongs, and the other way round.',
    sentBy: ['Okta', 'Entra'],
    source:
      'developer.okta.com, SCIM with entitlements (sample user with numeric employeeNumber and postalCode)',
    allows: 'numbersAsText',
    coerce(value, attribute) {
      // A number that JSON could not hold exactly is not the text that was meant.
      if (
        attribute.type === 'string' &&
        typeof value === 'number' &&
        Math.abs(value) <= Number.MAX_SAFE_INTEGER
      ) {
        return { value: String(value), message: 'read the number as a text' }
      }
      if (attribute.type !== 'integer' && attribute.type !== 'decimal') return undefined
      if (typeof value !== 'string' || !/^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(value)) return undefined
      return { value: Number(value), message: 'read the text as a number' }
    },
  },
  {
    name: 'loneValue',
    description: 'A value without an array around it is the only one of a multi-valued attribute.',
    sentBy: ['Entra'],
    source: 'github.com/AzureAD/SCIMReferenceCode, Postman collection ("value": "string id 1" for members)',
    allows: 'loneValue',
  },
  {
    name: 'unwrapArray',
    description: 'An array of one is its element where the attribute has one value.',
    sentBy: ['Entra'],
    source:
      'learn.microsoft.com, develop a SCIM endpoint ("path": "manager", "value": [{"$ref": …, "value": …}])',
    coerce(value) {
      if (!Array.isArray(value) || value.length !== 1) return undefined
      const [only]: readonly unknown[] = value
      return { value: only, message: 'read the array of one as its element' }
    },
  },
  {
    name: 'unwrapValue',
    description: 'An object with a `value` is that value where the attribute is simple.',
    sentBy: ['Entra'],
    source: 'learn.microsoft.com, develop a SCIM endpoint ("displayName": [{"$ref": null, "value": …}])',
    coerce(value, attribute) {
      const inside = attribute.type !== 'complex' && isObject(value) ? getMember(value, 'value') : undefined
      return inside === undefined ? undefined : { value: inside, message: 'read the object as its value' }
    },
  },
  {
    name: 'wrapValue',
    description: 'A text is the `value` of a complex attribute.',
    sentBy: ['Entra'],
    source: 'github.com/AzureAD/SCIMReferenceCode, Postman collection (manager as a string id)',
    coerce(value, attribute) {
      if (attribute.type !== 'complex' || typeof value !== 'string') return undefined
      if (!attributeNamed(attribute.subAttributes, 'value')) return undefined
      // What is not read by another rule is not meant to be a name.
      if (isJsonText(value) && typeof (parseJsonText(value) ?? '') === 'object') return undefined
      return { value: { value }, message: "read the text as the attribute's value" }
    },
  },
] as const satisfies readonly Rule[]
