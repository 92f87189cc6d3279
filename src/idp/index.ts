export type { Profile, ProfileOptions, RuleName } from './profile.js'
export { entra, lenient, okta, rules, strict } from './profile.js'
export type { Rule } from './rule.js'
