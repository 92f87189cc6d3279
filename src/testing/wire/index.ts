export type { WireCase, WireProfile } from './case.js'
export { wireCases } from './cases/index.js'
export { cleanUp, findMarked, type LeftOver } from './clean-up.js'
export { contradictions } from './contradictions.js'
export type { WireExchange } from './exchange.js'
export { CannotVerify } from './failure.js'
export type { JsonObject } from './json.js'
export { type PlannedProfile, planProfiles, type WireAs, wireProfiles } from './profiles.js'
export { type CaseResult, type Observation, VerifyRun } from './run.js'
export { markPrefix, Session, type WireOptions } from './session.js'
export {
  describeExchange,
  describeFailure,
  type WireSuiteOptions,
  type WireTest,
  type WireTestContext,
  wireSuite,
} from './suite.js'
export type { WireCapability } from './target.js'
