export type { Authenticate, AuthRequest, Caller } from './authenticate.js'
export type { BearerToken } from './bearer-tokens.js'
export { bearerTokens, hasFixedTokens, hasTenants } from './bearer-tokens.js'
