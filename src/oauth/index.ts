export type { TokenEndpoint } from './create-token-endpoint.js'
export { createTokenEndpoint } from './create-token-endpoint.js'
export type { ClientRefusalReason } from './oauth-error.js'
export type { RefusedClient, TokenEndpointOptions } from './options.js'
