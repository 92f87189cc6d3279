// The scenarios as the process that makes the load finds them: what they depend on is in its environment.
import { scenariosOf } from './scenarios.mjs'

export const scenarios = scenariosOf(JSON.parse(process.env.SCIM_BENCH_FAR))
