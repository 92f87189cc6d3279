import type { Note, UnknownObject } from '../protocol/index.js'
import { getMember, isObject, showName } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import { attributeNamed, chainOf, isReadOnly } from '../schema/index.js'
import { nameRules, nestBody, nestedValue, qualifyBody, qualifyOperation } from './names.js'
import type { Rule } from './rule.js'
import { attributeAt } from './target.js'
import { textRules } from './texts.js'

const operationNames: ReadonlySet<string> = new Set(['add', 'replace', 'remove'])

/** A path with a dot after the extension's URN, with a colon there. */
function afterUrn(type: CompiledResourceType, path: string): string | undefined {
  const lower = path.toLowerCase()
  const { definition, extensions } = type.full ?? type
  const urns = [definition.schema.urn, ...extensions.map((attribute) => attribute.name)]
  // A dot may also be part of a URN, as in `…:1.1`.
  if (urns.some((urn) => `${lower}:`.startsWith(`${urn.toLowerCase()}:`))) return undefined
  const urn = urns.find((candidate) => lower.startsWith(`${candidate.toLowerCase()}.`))
  return urn && `${urn}:${path.slice(urn.length + 1)}`
}

/** Whether a key of a value without a path is itself a path. */
function isPathKey(type: CompiledResourceType, key: string): boolean {
  if (attributeNamed((type.full ?? type).attributes, key)) return false
  return /[.[]/.test(key) || /^urn:.*:/i.test(key)
}

/** The attributes from the top of the resource to the first that is read-only. */
function readOnlyPart(target: CompiledAttribute): readonly CompiledAttribute[] {
  const chain = chainOf(target)
  return chain.slice(0, chain.findIndex(({ mutability }) => mutability === 'readOnly') + 1)
}

/** Whether what is read-only is a part of elements that are not: without a filter nothing says which. */
function isInElement(target: CompiledAttribute): boolean {
  return readOnlyPart(target)
    .slice(0, -1)
    .some(({ multiValued }) => multiValued)
}

function noteEcho({ path }: CompiledAttribute, note: Note): void {
  note('echoedReadOnly', path, 'ignored: the attribute is read-only')
}

function splitPathKeys(
  operation: UnknownObject,
  type: CompiledResourceType,
  note: Note,
): readonly UnknownObject[] | undefined {
  const value = getMember(operation, 'value')
  const op = getMember(operation, 'op')
  // To remove takes a path.
  if (op === 'remove' || getMember(operation, 'path') || !isObject(value)) return undefined
  const pathKeys = new Set(Object.keys(value).filter((key) => isPathKey(type, key)))
  if (pathKeys.size === 0) return undefined
  const plain = Object.fromEntries(Object.entries(value).filter(([key]) => !pathKeys.has(key)))
  const operations: UnknownObject[] = Object.keys(plain).length > 0 ? [{ op, value: plain }] : []
  for (const key of pathKeys) {
    // What no schema knows is for the rule about unknown attributes: it stays a key.
    const path = afterUrn(type, key) ?? key
    const target = attributeAt(type.full ?? type, path)
    if (!target) {
      operations.push({ op, value: { [key]: value[key] } })
      continue
    }
    note('pathKeys', showName(key), 'read the key as a path')
    if (!isReadOnly(target)) operations.push({ op, path, value: value[key] })
    else if (isInElement(target)) noteEcho(target, note)
    else operations.push({ op, value: nestedValue(readOnlyPart(target), value[key]) })
  }
  return operations
}

/** Rules for the shapes of PATCH operations. */
export const patchRules = [
  {
    name: 'operationCase',
    description: 'The name of an operation may be written in any case: "Add", "REPLACE".',
    sentBy: ['Entra'],
    source: 'learn.microsoft.com, application provisioning: SCIM 2.0 protocol compliance ("op": "Add")',
    operation(operation, _type, note) {
      const written = getMember(operation, 'op')
      if (typeof written !== 'string') return undefined
      const op = written.toLowerCase()
      if (op === written || !operationNames.has(op)) return undefined
      note('operationCase', 'op', `read as "${op}"`)
      return [{ op, path: getMember(operation, 'path'), value: getMember(operation, 'value') }]
    },
  },
  ...nameRules,
  {
    name: 'pathKeys',
    description:
      'A key of a value without a path may be a path: "name.givenName", "emails[type eq "work"].value".',
    resource: nestBody,
    sentBy: ['Entra'],
    source:
      'learn.microsoft.com, application provisioning: SCIM 2.0 protocol compliance (flag aadOptscim062020)',
    operation: splitPathKeys,
  },
  {
    name: 'dottedUrn',
    description: "A dot may stand after an extension's URN, where a colon belongs.",
    sentBy: ['Entra'],
    source: 'github.com/AzureAD/SCIMReferenceCode, Postman collection ("path": "urn:…:2.0:User.manager")',
    operation(operation, type, note) {
      const path = getMember(operation, 'path')
      const better = typeof path === 'string' ? afterUrn(type, path) : undefined
      if (better === undefined) return undefined
      note('dottedUrn', showName(better), 'read the dot after the URN as a colon')
      return [{ op: getMember(operation, 'op'), path: better, value: getMember(operation, 'value') }]
    },
  },
  {
    name: 'unqualifiedExtensions',
    description: 'A path, filter or body may name an extension\'s attribute without the URN: "manager".',
    sentBy: ['Entra'],
    source: 'learn.microsoft.com, develop a SCIM endpoint ("path": "manager")',
    allows: 'unqualifiedExtensions',
    resource: qualifyBody,
    operation: qualifyOperation,
  },
  ...textRules,
  {
    name: 'emptyOperations',
    description: 'A PATCH without operations is no change.',
    sentBy: ['Entra'],
    source: 'github.com/scimmyjs/scimmy issue 59 (the SCIM validator sends "Operations": [])',
    allows: 'emptyOperations',
  },
  {
    name: 'bareBulkPatch',
    description: 'The data of a PATCH in a bulk request may be its operations alone, without `schemas`.',
    sentBy: ["clients that follow the RFC's example"],
    source: 'rfc-editor.org, RFC 7644 section 3.7.3 (the PATCH of its example has no schemas)',
    allows: 'bareBulkPatch',
  },
  {
    name: 'keptActivation',
    description: 'To clear `active` leaves it as it is: it says neither on nor off.',
    sentBy: ['Okta', 'Entra'],
    source: 'rfc-editor.org, RFC 7643 section 4.1.1 (what `active` means is for the service provider to say)',
    allows: 'keepActivation',
  },
  {
    name: 'createFromFilter',
    description: 'A value filter that selects nothing creates the element that it describes.',
    sentBy: ['Entra'],
    source:
      'learn.microsoft.com, develop a SCIM endpoint (emails[type eq "work"].value added where there is none); github.com/limosa-io/laravel-scim-server issue 34 (Replace of addresses[type eq "work"].formatted)',
    allows: 'createFromFilter',
  },
  {
    name: 'removeByValue',
    description: 'A remove with a value removes the elements that equal it, and no others.',
    sentBy: ['Entra', 'JumpCloud', 'authentik'],
    source:
      'learn.microsoft.com, application provisioning: SCIM 2.0 protocol compliance (remove members with a value)',
    allows: 'removeByValue',
  },
] as const satisfies readonly Rule[]
