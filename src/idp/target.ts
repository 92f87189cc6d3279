import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import { attributeNamed, findAttribute, findUnqualified } from '../schema/index.js'

/** What a path leads to, whatever its value filter says. */
export function attributeAt(type: CompiledResourceType, path: string): CompiledAttribute | undefined {
  const name = path.replace(/\[.*/s, '')
  const found = findAttribute(type, name) ?? findUnqualified(type, name)
  const sub = /\]\.([\w$-]+)$/.exec(path)?.[1]
  return found && sub !== undefined ? attributeNamed(found.subAttributes, sub) : found
}
