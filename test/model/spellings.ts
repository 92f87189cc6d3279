import { urns } from '../../src/index.js'

/** A body of a request, and the same as another client writes it. */
type Spelling = (body: Body) => Body

interface Operation {
  readonly op: string
  readonly path?: string
  readonly value?: unknown
}

interface Body {
  readonly schemas?: unknown
  readonly Operations?: readonly Operation[]
}

const changing =
  (change: (operation: Operation) => Operation): Spelling =>
  (body) =>
    body.Operations ? { ...body, Operations: body.Operations.map(change) } : body

const withSchemas =
  (schemas: unknown): Spelling =>
  (body) => ({ ...body, schemas })

const core = (body: object): object => ({ [urns.user]: body })

/** One request in the words of many clients: each is read as the same. Sources: the rules of leniency. */
const spellings: readonly Spelling[] = [
  (body) => body,
  // authentik, OneLogin and others: envelopes without schemas, or with other ones.
  withSchemas(undefined),
  withSchemas([]),
  withSchemas(null),
  (body) => ({ ...body, schemas: String(body.schemas) }),
  (body) =>
    body.Operations ? { ...body, schemas: [urns.patchOp.replace('api:messages', 'schemas:core')] } : body,
  // Entra.
  changing((one) => ({ ...one, op: one.op[0]?.toUpperCase() + one.op.slice(1) })),
  changing((one) => (one.path === 'active' ? { ...one, value: one.value === true ? 'True' : 'False' } : one)),
  // Paths with the URN of the core schema, which users have here and groups have another of.
  changing((one) => (one.path === 'active' ? { ...one, path: `${urns.user}:active` } : one)),
  // Core attributes in an object of their own.
  (body) =>
    body.Operations
      ? changing((one) =>
          one.path === 'active' ? { op: 'replace', value: core({ active: one.value }) } : one,
        )(body)
      : body,
  // Members that are removed as an object of the group.
  changing((one) =>
    one.op === 'remove' && one.path === 'members' ? { ...one, value: { members: one.value } } : one,
  ),
  // What nobody knows beside it changes nothing of it.
  (body) =>
    body.Operations
      ? { ...body, Operations: [{ op: 'add', path: 'companyName', value: 'A' }, ...body.Operations] }
      : { ...body, companyName: 'A' },
]

export const spellingCount = spellings.length

/** The body as the nth client writes it. */
export function spelt(body: object, nth: number): object {
  return spellings[nth % spellings.length]?.(body) ?? body
}
