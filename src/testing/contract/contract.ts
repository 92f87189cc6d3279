import { assertKnownOptions, isScimError } from '../../protocol/index.js'
import type {
  CommonAttributes,
  CompiledResourceType,
  Group,
  ResourceTypeDefinition,
  User,
} from '../../schema/index.js'
import { groupResourceType, keepAttributes, restrictedType, userResourceType } from '../../schema/index.js'
import type { ResourceStore } from '../../stores/index.js'
import type { ContractCase, ContractStores, MakeStore } from './case.js'
import { definitions } from './cases/index.js'
import { everyType } from './extension.js'
import { assertHolds, fail, StoreContractError, showError } from './failure.js'
import type { StoreContractOptions } from './options.js'
import { optionNames } from './options.js'
import { Samples } from './samples.js'
import type { Resource } from './tested-store.js'
import { TestedStore, UnexpectedError } from './tested-store.js'
import type { CaseDefinition, Trial } from './trial.js'

const storeMethods = ['get', 'list', 'create', 'replace', 'delete'] as const

/**
 * What every store does, as cases for any test runner: reading and writing, versions and uniqueness while many write at
 * once, every operator of filters on every type of attribute, sorting, paging, tenants, members, transactions and
 * outbox. Each case makes stores of its own, and what a store does not claim to do is not tried.
 *
 * @param makeStore makes an empty store of users, or stores of users and groups; called for each case.
 * @param options what the contract cannot see of the stores, such as tenants that they have.
 * @throws TypeError for an option that there is not, or tenants or writers that cannot be. A case throws
 * {@link StoreContractError}.
 * @example
 * import { storeContract } from 'scimkit/testing'
 * import { describe, it } from 'vitest'
 * describe('my store', () => {
 *   for (const { name, run } of storeContract(() => ({ users: myUsers(), groups: myGroups() }))) it(name, run)
 * })
 * @see RFC 7644 section 3
 */
export function storeContract<R extends CommonAttributes = User, G extends CommonAttributes = Group>(
  makeStore: MakeStore<R, G>,
  options: StoreContractOptions = {},
): readonly ContractCase[] {
  assertKnownOptions('storeContract', options, optionNames)
  if (typeof makeStore !== 'function')
    throw new TypeError('storeContract: the first argument must be a function that makes a store')
  const { writers = 32, tenants } = options
  if (!Number.isSafeInteger(writers) || writers < 2)
    throw new TypeError('storeContract: writers must be a whole number from 2 on')
  if (tenants && !(Array.isArray(tenants) && tenants.length > 0 && tenants.length <= 2))
    throw new TypeError('storeContract: tenants must be a list of one tenant or two')
  if (tenants && tenants.length === 2 && tenants[0] === tenants[1])
    throw new TypeError('storeContract: the two tenants must not be the same')
  return definitions.map((definition) => ({
    name: definition.name,
    why: definition.why,
    // Without parameters: a runner would take one for a callback to call at the end.
    run: () => runCase(definition, makeStore, options),
  }))
}

async function runCase<R extends CommonAttributes, G extends CommonAttributes>(
  definition: CaseDefinition,
  makeStore: MakeStore<R, G>,
  options: StoreContractOptions,
): Promise<string | undefined> {
  const made = await makeStore()
  const stores: ContractStores<R, G> = 'users' in made ? made : { users: made }
  try {
    const trial = trialOf(stores, options)
    const inapplicable = definition.inapplicable?.(trial)
    if (inapplicable !== undefined) return inapplicable
    await assertEmpty(trial)
    await definition.run(trial)
    return undefined
  } catch (error) {
    throw inPlainWords(definition, error)
  } finally {
    await stores.close?.()
  }
}

/** What a case throws, where the store threw something that no case expects. */
function inPlainWords({ name }: CaseDefinition, error: unknown): unknown {
  if (error instanceof UnexpectedError) {
    return new StoreContractError(
      {
        problem: `${name}: ${error.method} threw something that is no ScimError`,
        expected: 'a result, or a ScimError where the protocol has an error for it',
        got: showError(error.cause),
        fix: `catch it in ${error.method} and throw the ScimError that fits; if nothing fits, it is a bug in the store`,
      },
      { cause: error.cause },
    )
  }
  if (!isScimError(error)) return error
  return new StoreContractError(
    {
      problem: `${name}: the store refused what it must do`,
      expected: 'a result',
      got: `${showError(error)}: ${error.detail}`,
      fix: 'do not refuse it: the case gives the store nothing that is wrong',
    },
    { cause: error },
  )
}

function trialOf<R extends CommonAttributes, G extends CommonAttributes>(
  stores: ContractStores<R, G>,
  options: StoreContractOptions,
): Trial {
  const { resourceType = userResourceType, groupType = groupResourceType, writers = 32 } = options
  const extensions = options.extensions ?? (resourceType === userResourceType ? [everyType] : [])
  const extended = { ...resourceType, extensions: [...resourceType.extensions, ...extensions] }
  // Cases read what they need of a resource by its type's registry.
  const userStore = stores.users as unknown as ResourceStore<Resource>
  const groupStore = stores.groups as unknown as ResourceStore<Resource> | undefined
  const userType = typeOf('users', extended, userStore, options.attributes)
  const types = [
    { type: userType, store: userStore },
    ...(groupStore ? [{ type: typeOf('groups', groupType, groupStore), store: groupStore }] : []),
  ]
  const [first, second] = options.tenants ?? newTenants()
  const [users, groups] = types.map(
    ({ type, store }) => new TestedStore(store, type, types, { tenant: first }),
  )
  if (!users) throw new TypeError('storeContract: makeStore must give a store of users')
  const hasOther = options.tenants === undefined || options.tenants.length === 2
  return {
    users,
    samples: samplesOf(users),
    groups,
    groupSamples: groups && samplesOf(groups),
    otherTenant: hasOther && userStore.keepsTenantsApart !== false ? { tenant: second } : undefined,
    stores,
    writers,
  }
}

/** Tenants that no other case has. */
function newTenants(): readonly [string, string] {
  const id = crypto.randomUUID()
  // The one is the beginning of the other: keys that are looked for by a prefix mix them up.
  return [`contract-${id}`, `contract-${id}-other`]
}

/** The part of a resource type that a store keeps, as `createScim` finds it. */
function typeOf(
  option: string,
  definition: ResourceTypeDefinition,
  store: ResourceStore<Resource>,
  attributes?: readonly string[],
): CompiledResourceType {
  for (const method of storeMethods) {
    assertHolds(typeof store?.[method] === 'function', () => ({
      problem: `${option} is no store: it has no method ${method}`,
      expected: `an object with the methods ${storeMethods.join(', ')}`,
      got: `no ${method}`,
      fix: 'return the store from makeStore, or { users, groups }',
    }))
  }
  const restricted = store.restrictResourceType?.(definition) ?? definition
  const named = attributes ?? store.attributes
  const kept = named ? keepAttributes(restricted, named, `storeContract: ${option}`) : restricted
  return restrictedType(definition, kept)
}

function samplesOf({ type, store }: TestedStore): Samples {
  const { activation } = type
  return new Samples(type, activation !== undefined && store.canClear?.(activation, type) === true)
}

/** What other cases have left would be taken for the store's mistakes. */
async function assertEmpty({ users, groups, otherTenant }: Trial): Promise<void> {
  const all = [users, ...(groups ? [groups] : [])]
  const subjects = otherTenant ? [...all, ...all.map((one) => one.within(otherTenant))] : all
  for (const subject of subjects) {
    const { totalResults } = await subject.list(undefined, { count: 0 })
    if (totalResults === 0) continue
    fail({
      problem: `the new store has ${totalResults} resources of the type ${subject.type.name} already`,
      expected: 'none in the tenants of the case',
      got: `totalResults ${totalResults} of an empty list`,
      fix: 'let makeStore empty the tables, or leave `tenants` out, so that each case has tenants of its own',
    })
  }
}
