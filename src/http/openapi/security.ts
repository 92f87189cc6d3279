import type { AuthenticationScheme } from '../discovery.js'
import type { OpenApiSecurityScheme } from './document.js'

/** What each way to authenticate puts into the `Authorization` header; where OAuth 2.0 gets its tokens is not told. */
const schemeOf: Readonly<Record<AuthenticationScheme['type'], OpenApiSecurityScheme['scheme']>> = {
  oauth: 'oauth',
  oauth2: 'bearer',
  oauthbearertoken: 'bearer',
  httpbasic: 'basic',
  httpdigest: 'digest',
}

/** The ways to authenticate that discovery names, by the names that they have in the document. */
export function securitySchemes(
  schemes: readonly AuthenticationScheme[],
): Readonly<Record<string, OpenApiSecurityScheme>> {
  const output: Record<string, OpenApiSecurityScheme> = {}
  for (const [index, { type, name, description }] of schemes.entries()) {
    const key = type in output ? `${type}${index + 1}` : type
    output[key] = { type: 'http', scheme: schemeOf[type], description: `${name}: ${description}` }
  }
  return output
}
