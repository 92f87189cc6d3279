export { simulateAuthentik } from './authentik.js'
export type { BasicSimulator } from './basic/simulate.js'
export type { FetchLike, SimulatedRequest } from './client.js'
export type { Clock } from './clock.js'
export { virtualClock } from './clock.js'
export type { DirectoryGroup, DirectoryUser } from './directory.js'
export type { EntraFlags } from './entra/context.js'
export { simulateEntra } from './entra/simulate.js'
export type { EntraSimulator, ProvisioningCycle, SimulateEntraOptions } from './entra/simulator.js'
export type { SimulateGoogleOptions } from './google.js'
export { simulateGoogle } from './google.js'
export { simulateJumpCloud } from './jumpcloud.js'
export type { SimulateKeycloakOptions } from './keycloak.js'
export { simulateKeycloak } from './keycloak.js'
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
export type { SimulateOneLoginOptions } from './onelogin.js'
export { simulateOneLogin } from './onelogin.js'
export type { SimulatorOptions } from './options.js'
export type { Problem, ProviderGroup, ProviderUser, SimulationResult, StateDifference } from './result.js'
