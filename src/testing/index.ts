export type {
  ContractCase,
  ContractStores,
  MakeStore,
} from './contract/case.js'
export { storeContract } from './contract/contract.js'
export { StoreContractError } from './contract/failure.js'
export type { StoreContractOptions } from './contract/options.js'
export type {
  BasicSimulator,
  Clock,
  DirectoryGroup,
  DirectoryUser,
  EntraFlags,
  EntraSimulator,
  FetchLike,
  GroupChoice,
  ImportCounts,
  ImportResult,
  OktaSimulator,
  Problem,
  ProviderGroup,
  ProviderUser,
  ProvisioningCycle,
  SimulatedRequest,
  SimulateEntraOptions,
  SimulateGoogleOptions,
  SimulateKeycloakOptions,
  SimulateOktaOptions,
  SimulateOneLoginOptions,
  SimulationResult,
  SimulatorOptions,
  StateDifference,
  UserChoice,
  UserMapping,
} from './identity-providers/index.js'
export {
  simulateAuthentik,
  simulateEntra,
  simulateGoogle,
  simulateJumpCloud,
  simulateKeycloak,
  simulateOkta,
  simulateOneLogin,
  virtualClock,
} from './identity-providers/index.js'
export type {
  ExchangeStore,
  HarEntry,
  HarFile,
  RecordedExchange,
  RecordOptions,
  ReplayDifference,
  ReplayOptions,
  ReplayResult,
} from './record/index.js'
export { record, replay } from './record/index.js'
export type { WireProfile } from './wire/case.js'
export type { WireOptions } from './wire/session.js'
export type { WireSuiteOptions, WireTest, WireTestContext } from './wire/suite.js'
export { wireSuite } from './wire/suite.js'
