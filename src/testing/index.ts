export type {
  ContractCase,
  ContractStores,
  MakeStore,
} from './contract/case.js'
export { storeContract } from './contract/contract.js'
export { StoreContractError } from './contract/failure.js'
export type { StoreContractOptions } from './contract/options.js'
