import type { DescribedAttribute } from '../create-scim/index.js'
import type { GuideFacts } from './facts.js'
import { isKept, withoutFilters } from './facts.js'
import type { ProviderSource, TargetSource, Words } from './provider.js'
import type { GuideAttribute } from './types.js'
import { words } from './words.js'

const core = 'urn:ietf:params:scim:schemas:core:2.0:User'

/** Parts of the elements of lists: the identity provider fills them in with the value. */
const partsOfElements = new Set(['type', 'primary', 'display', '$ref', 'formatted'])

/** The attributes of users: what the identity provider sends, then what the service has besides. */
export function attributeTable(
  facts: GuideFacts,
  provider: ProviderSource,
  say: (words: Words) => string,
): readonly GuideAttribute[] {
  const known = provider.attributes.filter(({ path }) =>
    facts.attributes.has(withoutFilters(path).toLowerCase()),
  )
  const named = new Set(known.map(({ path }) => withoutFilters(path).toLowerCase()))
  const all = [...facts.attributes.values()]
  const isPartly = all.some(
    ({ kept, mutability, path }) => !kept && mutability !== 'readOnly' && path !== 'password',
  )
  const more = all
    .filter((one) => !named.has(one.path.toLowerCase()) && isWorthARow(one, isPartly))
    .map(({ path }): TargetSource => ({ path, target: provider.targetOf(path, urnOf(path)) }))
  return [...known, ...more].map((source) => row(source, facts, provider, say))
}

/** Whether an attribute that the identity provider has no name for belongs in the table. */
function isWorthARow({ path, kept, required, multiValued }: DescribedAttribute, isPartly: boolean): boolean {
  if (!kept || path === 'password' || path.endsWith('$ref')) return false
  if (required) return true
  const name = path.slice(Math.max(path.lastIndexOf('.'), path.lastIndexOf(':')) + 1)
  if (multiValued && partsOfElements.has(name)) return false
  const urn = urnOf(path)
  const isOwn = urn !== undefined && !urn.startsWith('urn:ietf:params:scim:schemas:extension:enterprise:')
  return isOwn || (isPartly && !multiValued)
}

function row(
  { path, target, source, notes = [] }: TargetSource,
  facts: GuideFacts,
  { asksNamespace }: ProviderSource,
  say: (words: Words) => string,
): GuideAttribute {
  const attribute = facts.attributes.get(withoutFilters(path).toLowerCase())
  const kept = isKept(facts, path)
  const isMatching = path === facts.matching
  const isReadOnly = attribute?.mutability === 'readOnly'
  const hasCase = attribute?.type === 'string' && !attribute.caseExact
  const isName = path === 'userName' || path.startsWith('emails')
  return {
    path,
    target,
    namespace: asksNamespace ? (urnOf(path) ?? core) : undefined,
    source,
    required: attribute?.required ?? false,
    kept,
    isMatching,
    notes: [
      ...(isMatching ? [say(words.matching)] : attribute?.unique && kept ? [say(words.unique)] : []),
      ...(isName && hasCase && kept && /(?:userName|value)$/.test(path) ? [say(words.anyCase)] : []),
      ...(isReadOnly ? [say(words.readOnly)] : kept ? [] : [say(words.notKept)]),
      ...notes.map(say),
    ],
  }
}

/** The URN of the extension that an attribute is of; undefined for those of the core schema. */
function urnOf(path: string): string | undefined {
  const plain = withoutFilters(path)
  return plain.startsWith('urn:') ? plain.slice(0, plain.lastIndexOf(':')) : undefined
}
