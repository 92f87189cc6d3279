import { describeDifference, findDifference } from './difference.js'
import { assertHolds, show } from './failure.js'
import type { Resource, ResourceDraft, TestedStore } from './tested-store.js'

/** Ids that no resource has, some that a database would read as something else. */
export const strangers = [
  '00000000-0000-4000-8000-000000000000',
  'nobody',
  '1',
  "'; drop table",
  '%',
  ' ',
  'ä',
]

/** What to do about what is lost. */
export const keepFix =
  'store every attribute that create and replace are given, and return it; what the store does not keep, leave out of its `attributes`, so that discovery tells the truth (a service without own extensions gives storeContract `extensions: []`)'

/** @throws StoreContractError where a reply is not what was stored. */
export function assertKept(
  { type }: TestedStore,
  method: string,
  draft: ResourceDraft,
  got: Resource | undefined,
  fix = keepFix,
): asserts got is Resource {
  assertHolds(got !== undefined, () => ({
    problem: `${method} gave nothing for a resource that is there`,
    expected: 'the resource',
    got: show(got),
    fix: `let ${method} return the resource with its id and meta`,
  }))
  const found = findDifference(type, draft, got)
  assertHolds(found === undefined, () => ({
    problem: `${method} gave another ${found?.path} than what was stored`,
    expected: `${found?.path}: ${show(found?.expected)}`,
    got: show(found?.got),
    fix,
  }))
}

/** Else a client reads a time as one of its own zone. */
const hasZone = /(?:Z|[+-]\d\d:\d\d)$/

function isSameTime(a: string, b: string): boolean {
  return Date.parse(a) === Date.parse(b)
}

/** @throws StoreContractError where a reply lacks what a store gives a resource. */
export function assertIdentity(method: string, resource: Resource): void {
  const { id, meta } = resource
  const flaw =
    typeof id !== 'string' || id === ''
      ? `id ${show(id)}`
      : typeof meta?.version !== 'string' || meta.version === ''
        ? `meta.version ${show(meta?.version)}`
        : [meta.created, meta.lastModified].some(
              (time) => typeof time !== 'string' || Number.isNaN(Date.parse(time)) || !hasZone.test(time),
            )
          ? `meta ${show(meta)}`
          : undefined
  assertHolds(flaw === undefined, () => ({
    problem: `${method} gave a resource without what a store gives`,
    expected:
      'id and meta.version as text that is not empty, meta.created and meta.lastModified as dateTimes with their zone, such as 2026-01-31T12:00:00.000Z',
    got: flaw ?? '',
    fix: 'assign id, version, created and lastModified in the store, and return them from every method',
  }))
}

/** @throws StoreContractError where two replies about one state differ. */
export function assertSameState(
  what: string,
  { type }: TestedStore,
  a: Resource,
  b: Resource | undefined,
): void {
  const found = b && findDifference(type, a, b)
  const isSame =
    b !== undefined &&
    !found &&
    a.id === b.id &&
    a.meta.version === b.meta.version &&
    isSameTime(a.meta.created, b.meta.created) &&
    isSameTime(a.meta.lastModified, b.meta.lastModified)
  const identity = ({ id, meta: { version, created, lastModified } }: Resource) =>
    show({ id, version, created, lastModified })
  assertHolds(isSame, () => ({
    problem: `${what}: two methods show one state of a resource differently`,
    expected: identity(a),
    got: found ? describeDifference(found) : b ? identity(b) : 'nothing',
    fix: 'return from create and replace exactly what get and list show afterwards, with the same meta',
  }))
}
