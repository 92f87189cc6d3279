export type { ConformanceClaim, ConformanceProfile } from './conformance.js'
export { Conformance } from './conformance.js'
export type { ConformanceState } from './verdict.js'
