import { foldText } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'

/** What of a service's schemas is no secret. */
export interface TypeWords {
  /** The words of the names of attributes and schemas, folded. */
  readonly words: ReadonlySet<string>
  /** The names themselves, such as `userName`, which are shown as they come. */
  readonly names: ReadonlySet<string>
  /** The URNs of the schemas, in lower case. */
  readonly urns: ReadonlySet<string>
}

/** Names of messages. */
const messageNames = ['schemas', 'Operations', 'op', 'path', 'value']

const known = new WeakMap<CompiledResourceType, TypeWords>()
let ofNoType: TypeWords | undefined

/** The names that schemas of a type have; without one, those of messages only. */
export function wordsOf(type: CompiledResourceType | undefined): TypeWords {
  if (!type) {
    ofNoType ??= collect([], [])
    return ofNoType
  }
  let words = known.get(type)
  if (!words) {
    const attributes = [...type.ordered, ...(type.full?.ordered ?? [])]
    const { schema, extensions } = type.definition
    words = collect(attributes, [type.name, schema.urn, ...(extensions ?? []).map(({ urn }) => urn)])
    known.set(type, words)
  }
  return words
}

function collect(attributes: readonly CompiledAttribute[], others: readonly string[]): TypeWords {
  const names = new Set(messageNames)
  const visit = ({ name, subAttributes }: CompiledAttribute) => {
    names.add(name)
    for (const inner of subAttributes.values()) visit(inner)
  }
  for (const attribute of attributes) visit(attribute)
  const words = new Set<string>()
  for (const name of [...names, ...others]) {
    for (const [word] of name.matchAll(/[\p{L}\p{N}]+/gu)) words.add(foldText(word))
  }
  const urns = new Set(
    [...names, ...others].filter((name) => name.includes(':')).map((urn) => urn.toLowerCase()),
  )
  return { words, names, urns }
}
