export type { FetchLike, SimulatedRequest } from './client.js'
export type { Clock } from './clock.js'
export { virtualClock } from './clock.js'
export type { DirectoryGroup, DirectoryUser } from './directory.js'
export type { EntraFlags } from './entra/context.js'
export { simulateEntra } from './entra/simulate.js'
export type { EntraSimulator, ProvisioningCycle, SimulateEntraOptions } from './entra/simulator.js'
export type { UserMapping } from './mapping.js'
export type { ImportCounts } from './okta/imports.js'
export { simulateOkta } from './okta/simulate.js'
export type {
  GroupChoice,
  ImportResult,
  OktaSimulator,
  SimulateOktaOptions,
  UserChoice,
} from './okta/simulator.js'
export type { SimulatorOptions } from './options.js'
export type { Problem, ProviderGroup, ProviderUser, SimulationResult, StateDifference } from './result.js'
