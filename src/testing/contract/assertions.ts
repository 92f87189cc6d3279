import { isEqual } from '../../protocol/index.js'
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
  const path = pathOfNull(got)
  assertHolds(path === undefined, () => ({
    problem: `${method} gave null for ${path}`,
    expected: 'no such key where there is no value',
    got: 'null',
    fix: 'leave out what has no value, in elements of lists too: clients would be shown a null',
  }))
  const [wanted, schemas] = [draft.schemas, got.schemas].map((list) => [...(list ?? [])].sort())
  assertHolds(isEqual(wanted, schemas), () => ({
    problem: `${method} gave other schemas than what was stored`,
    expected: show(wanted),
    got: show(schemas),
    fix: 'store `schemas` as it is given, or make it from the attributes that have a value: the core schema and each extension',
  }))
}

/** Where a resource has a null, also inside of what it has. */
function pathOfNull(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null) return key
    const found = pathOfNull(inner)
    if (found !== undefined) return Array.isArray(value) ? found : `${key}.${found}`
  }
  return undefined
}

/** How far the clock of a store may be from this one's, in milliseconds: less than any two zones are apart. */
const clockSkew = 14 * 60_000

/** @throws StoreContractError where a resource was created at another time than now. */
export function assertCreatedNow(method: string, { meta }: Resource): void {
  const now = new Date()
  assertHolds(Math.abs(Date.parse(meta.created) - now.getTime()) < clockSkew, () => ({
    problem: `${method} gave a meta.created that is not the time of the creation`,
    expected: `about ${now.toISOString()}`,
    got: meta.created,
    fix: 'write the instant of the creation, with the zone that it is in: a time of the local zone is not one with a Z, and seconds are not milliseconds',
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
