export type { Profile, ProfileOptions, RuleName } from './profile.js'
export { entra, isProfile, lenient, okta, rules, strict } from './profile.js'
export type { Rule } from './rule.js'
